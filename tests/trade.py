"""A world with goods on its shelves, and what buyers, staff and partners do in it, with defaults filled in."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from domain.model.actors import ALL_SCOPES, ANONYMOUS, AccessScope, Actor, ActorKind
from domain.model.addresses import Address
from domain.model.commands import (
    AddShipment,
    AdjustStock,
    CancelOrder,
    CustomerEntry,
    DeliveryRequest,
    FireTrigger,
    LineQuantity,
    LineRequest,
    PaymentRequest,
    PlaceOrder,
    ProductEntry,
)
from domain.model.effects import Effect
from domain.model.events import Event
from domain.model.links import Link
from domain.model.orders import DeliveryMethod, Order
from domain.model.payments import PaymentMethod
from domain.model.products import Customer
from domain.model.reports import PaymentOutcome, PaymentReport, Report, TrackerReport, WarehouseReport
from domain.model.shipments import PreparationStatus, Scan, TrackingStatus
from domain.model.stock import StockLevel
from domain.ports import Begin, OrderFilter, SortOrders
from domain.services.cancellations import cancel_order
from domain.services.customers import upsert_customers
from domain.services.inbox import receive
from domain.services.orders import Placement, place_order
from domain.services.products import upsert_products
from domain.services.shipments import add_shipment
from domain.services.stock import adjust_stock
from domain.services.triggers import fire_trigger
from tests.workflows import Shipped, as_shipped
from tests.world import STAFF, World, a_world

T = TypeVar("T")

PARTNER = "partner"
HOME = Address("DE", name="Ada Lovelace", address1="Torstr. 1", city="Berlin", zip="10119")

PRICES = {"MUG": "19.90", "TEE": "12.00", "BOOK": "8.00", "CLOCK": "1200.00"}


class Post:
    """A partner's dialect for tests: an event's body is its name, and what it tells was said beforehand."""

    def __init__(self) -> None:
        self.told: dict[bytes, tuple[Report, ...]] = {}

    def __call__(self, body: bytes) -> tuple[Report, ...]:
        return self.told[body]


class HeldBack:
    """Effects that do not begin until the test lets them go; after that, all do."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin
        self._open = False
        self.effects: list[Effect] = []

    def __call__(self, effects: Sequence[Effect]) -> None:
        if self._open:
            self._begin(effects)
        else:
            self.effects += effects

    async def something(self, effects: int = 1) -> None:
        """So many are waiting to begin."""
        async with asyncio.timeout(5):
            while len(self.effects) < effects:
                await asyncio.sleep(0)

    def let_go(self) -> None:
        """All that wait begin, order by order."""
        by_order: dict[str | None, list[Effect]] = {}
        for effect in self.effects:
            by_order.setdefault(effect.order_id, []).append(effect)
        self.effects, self._open = [], True
        for group in by_order.values():
            self._begin(group)


@dataclass
class Trade:
    """`shipped` is the workflow that its orders follow, and what it calls its states."""

    world: World
    post: Post
    shipped: Shipped
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def key(self) -> str:
        """One that nobody has used."""
        return f"key-{next(self.numbers)}"

    async def until(self, so: Callable[[], bool]) -> None:
        """Others have had their turns until it is so."""
        async with asyncio.timeout(5):
            while not so():
                await asyncio.sleep(0)

    def hold_back(self) -> HeldBack:
        """From here on, nothing begins at once; what began once goes on."""
        held = HeldBack(self.world.crew.begin)
        self.world.change(begin=held)
        return held

    # ------------------------------------------------------------------ the shop

    async def stocked(self, **units: int) -> None:
        """So many more on the shelves in Hamburg."""
        for sku, delta in units.items():
            await self.adjust(sku, delta)
        await self.world.settle()

    async def adjust(self, sku: str, delta: int, place: str = "hamburg") -> StockLevel:
        return await adjust_stock(AdjustStock(self.key(), sku, place, delta, "count"), STAFF, self.world.ports)

    async def level(self, sku: str = "MUG", place: str = "hamburg") -> tuple[int, int]:
        """On hand, and reserved of it."""
        levels = await self.world.store.read(lambda reader: reader.stock([sku]))
        return next(((one.on_hand, one.reserved) for one in levels if one.location_id == place), (0, 0))

    async def customer(self, email: str = "grace@example.org", **entry: Any) -> Customer:
        (customer,) = await upsert_customers((CustomerEntry(email, **entry),), STAFF, self.world.ports)
        return customer

    # ------------------------------------------------------------------ orders

    def cart(
        self, quantity: int = 1, sku: str = "MUG", token: str | None = "pm_card_visa", **changes: Any
    ) -> PlaceOrder:
        """One line, by standard delivery to Berlin, paid by card."""
        order = PlaceOrder(
            key=self.key(),
            lines=(LineRequest(sku, quantity),),
            currency="EUR",
            delivery=DeliveryRequest(DeliveryMethod.SHIPPING),
            payments=(PaymentRequest(PaymentMethod.CARD, token),),
            email="ada@example.org",
            shipping_address=HOME,
        )
        return replace(order, **changes)

    async def place(self, cart: PlaceOrder | None = None, actor: Actor = ANONYMOUS, **changes: Any) -> Placement:
        return await place_order(cart or self.cart(**changes), actor, self.world.ports)

    async def placed(self, *cart: Any, **changes: Any) -> Order:
        """It was placed, and has gone as far as it goes by itself."""
        placement = await self.place(*cart, **changes)
        await self.world.settle()
        return await self.now(placement.order)

    async def patiently(self, asking: Coroutine[Any, Any, T]) -> T:
        """The answer of who waits as long as a caller waits; what could not be settled by then is still open."""
        task = asyncio.create_task(asking)
        await asyncio.sleep(0.03)
        self.world.clock.set(self.world.clock.now() + timedelta(seconds=self.world.ports.limits.settle_for))
        # Whoever waits looks at the clock when they wake, and the clock that tests set wakes nobody.
        await self.world.ports.feed.publish([order.id for order in await self.orders()])
        return await task

    async def now(self, order: Order | str) -> Order:
        """The order as it is now."""
        order_id = order if isinstance(order, str) else order.id
        found = await self.world.store.read(lambda reader: reader.order(order_id))
        assert found is not None
        return found

    async def orders(self) -> list[Order]:
        page = await self.world.store.read(
            lambda reader: reader.order_rows(OrderFilter(), SortOrders.OLDEST, None, 500)
        )
        found = await self.world.store.read(lambda reader: reader.orders([row.id for row in page.items]))
        return list(found.values())

    async def events(self, order: Order) -> list[Event]:
        return await self.world.store.read(lambda reader: reader.events(order.id))

    async def types(self, order: Order) -> list[str]:
        return [event.type for event in await self.events(order)]

    async def effects(self, order: Order) -> list[Effect]:
        return await self.world.store.read(lambda reader: reader.effects_of(order.id))

    def is_in(self, order: Order, state: str) -> bool:
        """Whether it is in what the shipped definition calls so."""
        return order.flow.state == self.shipped.names[state]

    # ------------------------------------------------------------------ people

    def holder(self, order: Order, *scopes: AccessScope) -> Actor:
        """Who has the link that was given out with the order; with `scopes`, one that opens no more than that."""
        held = frozenset(scopes) or ALL_SCOPES
        return Actor(ActorKind.GUEST, order.id, order_id=order.id, scopes=held)

    async def link(self, order: Order, link_id: str = "f" * 32) -> Actor:
        """Who has another link to the order."""
        link = Link(link_id, order.id, b"hash", ALL_SCOPES, order.placed_at, order.placed_at.replace(year=2099))
        await self.world.store.write(lambda uow: uow.add_link(link))
        return Actor(ActorKind.GUEST, link_id, order_id=order.id, scopes=ALL_SCOPES)

    async def cancel(self, order: Order, actor: Actor | None = None, **changes: Any) -> Order:
        command = replace(CancelOrder(self.key(), order.id, "CHANGED_MIND"), **changes)
        return await cancel_order(command, actor or self.holder(order), self.world.ports)

    async def fire(self, order: Order, trigger: str, **changes: Any) -> Order:
        """Staff fired it, and what follows by itself has followed."""
        command = replace(FireTrigger(self.key(), order.id, trigger), **changes)
        moved = await fire_trigger(command, STAFF, self.world.ports)
        await self.world.settle()
        return await self.now(moved)

    async def ship(
        self, order: Order, quantity: int = 1, line: str = "l1", actor: Actor = STAFF, **changes: Any
    ) -> tuple[Order, str]:
        """Staff have handed so much over, without a number to follow it by."""
        command = replace(AddShipment(self.key(), order.id, (LineQuantity(line, quantity),)), **changes)
        return await add_shipment(command, actor, self.world.ports)

    # ------------------------------------------------------------------ partners

    async def hears(self, *reports: Report, event: str | None = None) -> None:
        """A partner's event with these reports came in, and was read as far as anything is known of it."""
        name = event or self.key()
        self.post.told[name.encode()] = reports
        await receive(PARTNER, name, name.encode(), self.world.ports)
        await self.world.settle()

    def step(
        self, order: Order, preparation: PreparationStatus | None, shipment: str = "s1", **changes: Any
    ) -> WarehouseReport:
        """The warehouse's word on a parcel; with a number from the label on."""
        labeled = preparation in (PreparationStatus.LABELED, PreparationStatus.HANDED_OVER)
        carrier = ("dhl", "DHL", None, number_of(order, shipment)) if labeled else ()
        report = WarehouseReport(order.id, shipment, preparation, self.world.clock.now(), *carrier)
        return replace(report, **changes)

    async def prepared(self, order: Order, *steps: PreparationStatus, shipment: str = "s1") -> Order:
        """The warehouse has reported these steps, one by one."""
        for step in steps:
            await self.hears(self.step(order, step, shipment))
        return await self.now(order)

    async def handed_over(self, order: Order, shipment: str = "s1") -> Order:
        """The warehouse has picked, packed, labelled and handed over the parcel."""
        steps = (PreparationStatus.PICKING, PreparationStatus.PACKED, PreparationStatus.LABELED)
        return await self.prepared(order, *steps, PreparationStatus.HANDED_OVER, shipment=shipment)

    def scan(self, key: str, status: TrackingStatus, at: datetime | None = None, **changes: Any) -> Scan:
        return replace(Scan(key, at or self.world.clock.now(), status, f"{status} at {key}"), **changes)

    async def scanned(self, order: Order, *scans: Scan, shipment: str = "s1") -> Order:
        """The carrier has told of these scans, all at once."""
        await self.hears(TrackerReport(number_of(order, shipment), scans))
        return await self.now(order)

    async def delivered(self, order: Order, shipment: str = "s1") -> Order:
        """The warehouse has handed it over and the carrier has delivered it."""
        await self.handed_over(order, shipment)
        return await self.scanned(order, self.scan(f"{shipment} there", TrackingStatus.DELIVERED), shipment=shipment)

    def word(self, order: Order, outcome: PaymentOutcome, amount: int | None = None, **changes: Any) -> PaymentReport:
        """What the provider says of the order's first payment."""
        payment = order.payments[0]
        report = PaymentReport(payment.reference or "", outcome, payment.amount if amount is None else amount, "EUR")
        return replace(report, **changes)


def number_of(order: Order, shipment: str = "s1") -> str:
    """The number under which the tests' carrier knows a parcel."""
    return f"JJD{order.id[-12:]}{shipment}".upper()


@asynccontextmanager
async def a_trade(shipped: Shipped | None = None, **units: int) -> AsyncIterator[Trade]:
    """Mugs, tees, books and clocks are sold here; so many of them are there."""
    shipped, post = shipped or as_shipped(), Post()
    async with a_world(workflows={"order": shipped.document}, dialects={PARTNER: post}) as world:
        trade = Trade(world, post, shipped)
        await upsert_products(tuple(entries()), STAFF, world.ports)
        await trade.stocked(**units)
        yield trade


def entries() -> Sequence[ProductEntry]:
    """What is sold, in euros and dollars."""
    return [
        ProductEntry(sku, sku.title(), Decimal(price), currency, category="books" if sku == "BOOK" else None)
        for sku, price in PRICES.items()
        for currency in ("EUR", "USD")
    ]
