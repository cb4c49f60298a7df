"""The life of one marketplace order: who does what when, by the moments that were recorded."""

import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

from tests.flows.client import Json
from tests.flows.real import words
from tests.flows.real.agenda import Act, Agenda
from tests.flows.real.marketplace import RealOrder
from tests.flows.real.shops import service_of
from tests.flows.real.stage import Stage

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PENDING_FOREVER = ("created", "canceled")
SOON = HOUR
"""A card that was approved within this was approved when it was given."""


@dataclass
class Life:
    """An order on the stage, and what its buyer knows of it."""

    stage: Stage
    order: RealOrder
    places: dict[str, str]
    agenda: Agenda
    id: str = ""
    token: str = ""
    lines: list[Json] = field(default_factory=list)
    seconds: float = 0.0

    def begin(self) -> None:
        """All that will happen is on the agenda."""
        order = self.order
        if self._waits:
            self.stage.bank.waits.add(order.id)
        self._at(order.bought, self.place)
        if self._waits and order.approved:
            self._at(order.approved, self.pay)
        for number, _ in enumerate(order.sellers, 1):
            self._parcel(number)
        match order.status:
            case "canceled":
                self._canceled()
            case "unavailable":
                sold_out = max(order.hand_over_by or order.bought + 3 * DAY, self._paid_by + HOUR)
                self._at(sold_out, self.sold_out)
                self._now_and_then(sold_out + DAY, self.cancel_again, each=5)
            case "shipped" if order.carried:
                self._now_and_then(max(order.carried, self._paid_by) + 2 * DAY, self.return_too_early, each=10)
            case "delivered":
                self._now_and_then(self._arrived + 20 * DAY, self.return_too_late, each=10)

    @property
    def _waits(self) -> bool:
        order = self.order
        if order.approved is None:
            return order.status in PENDING_FOREVER
        return order.approved - order.bought > SOON or any(method == "BANK_TRANSFER" for method, _ in order.paid)

    @property
    def paid_at_once(self) -> bool:
        return not self._waits

    @property
    def pays(self) -> bool:
        """The buyer did their part, sooner or later."""
        return self.order.approved is not None or self.order.status not in PENDING_FOREVER

    @property
    def _paid_by(self) -> datetime:
        return self.order.approved or self.order.bought

    @property
    def _arrived(self) -> datetime:
        order = self.order
        there = order.delivered or max(order.promised, (order.carried or order.bought) + DAY)
        return max(there, order.carried or there, self._paid_by)

    def _at(self, at: datetime, act: Act) -> None:
        self.agenda.add(max(at, self.order.bought), self.order.id, act)

    def _now_and_then(self, at: datetime, act: Act, each: int) -> None:
        if zlib.crc32(self.order.id.encode()) % each == 0:
            self._at(at, act)

    # ------------------------------------------------------------------ the buyer

    async def place(self) -> None:
        """What is sold is put on its seller's shelf, and bought."""
        order, stage = self.order, self.stage
        for item in order.items:
            key = f"{order.id} {item.sku} {item.seller}"
            shelf = {"sku": item.sku, "locationId": self.places[item.seller], "delta": item.quantity}
            await stage.do(words.STOCK, {"idempotencyKey": key, **shelf, "reason": "listed"}, stage.staff)
        await stage.world.settle()
        began = perf_counter()
        placed = await stage.do(words.PLACE, self._cart())
        await stage.world.settle()
        self.seconds = perf_counter() - began
        self.id, self.token, self.lines = placed["order"]["id"], placed["trackingToken"], placed["order"]["lines"]

    def _cart(self) -> Json:
        order = self.order
        units: dict[str, int] = {}
        for item in order.items:
            units[item.sku] = units.get(item.sku, 0) + item.quantity
        payments: list[Json] = [{"method": method, "amount": _decimal(amount)} for method, amount in order.paid]
        del payments[-1]["amount"]
        for payment in payments:
            if payment["method"] == "CARD":
                payment["token"] = "pm_card_visa"
        return {
            "idempotencyKey": order.id,
            "reference": order.id,
            "currency": "BRL",
            "email": f"{order.id[:10]}@example.com",
            "lines": [{"sku": sku, "quantity": quantity} for sku, quantity in units.items()],
            "shippingAddress": {
                "name": "Cliente", "address1": "Rua 1", "city": order.city, "provinceCode": order.state,
                "zip": order.zip, "countryCode": "BR",
            },
            "delivery": {"method": "SHIPPING", "service": service_of(order.freight)},
            "payments": payments,
            "expectedTotal": _decimal(order.total),
        }  # fmt: skip

    async def pay(self) -> None:
        """The bank tells that its buyer has paid, or has said yes."""
        bank = self.stage.bank
        for reference, payment in bank.open_of(self.order.id):
            status = bank.settle(reference, payment)
            internal = bank.ids[self.order.id]
            told = words.intent(reference, payment, internal, status, self.stage.now)
            await self.stage.hear("stripe", told, self._times)

    async def cancel(self) -> None:
        await self.stage.do(words.CANCEL, self._wish("cancel"), self.token)

    async def cancel_too_late(self) -> None:
        await self.stage.refuse(words.CANCEL, self._wish("late"), "ALREADY_SHIPPED", self.token)

    async def cancel_again(self) -> None:
        await self.stage.refuse(words.CANCEL, self._wish("again"), "ALREADY_CANCELED", self.token)

    async def return_too_early(self) -> None:
        await self.stage.refuse(words.RETURN, self._back("early"), "NOT_DELIVERED", self.token)

    async def return_too_late(self) -> None:
        await self.stage.refuse(words.RETURN, self._back("late"), "WINDOW_CLOSED", self.token)

    def _wish(self, name: str) -> Json:
        return {"idempotencyKey": f"{name} {self.order.id}", "orderId": self.id, "reason": "CHANGED_MIND"}

    def _back(self, name: str) -> Json:
        line = {"lineId": self.lines[0]["id"], "quantity": 1, "reason": "UNWANTED", "resolution": "REFUND"}
        return {"idempotencyKey": f"{name} {self.order.id}", "orderId": self.id, "lines": [line]}

    def _canceled(self) -> None:
        order = self.order
        if order.carried is None:
            self._at(self._paid_by + DAY, self.cancel)
            return
        out = max(order.delivered or order.carried, self._paid_by)
        self._at(out + HOUR, self.cancel_too_late)
        self._at(out + 3 * DAY, self.came_back)
        self._at(out + 4 * DAY, self.cancel_again)

    # ------------------------------------------------------------------ sellers and carriers

    def _parcel(self, number: int) -> None:
        order = self.order
        if order.status == "processing":
            self._at(self._paid_by + HOUR, self.step("picking", number))
        if order.carried is None and order.status != "delivered":
            return
        in_time = order.carried is None or order.carried > self._paid_by
        if in_time:
            ready = self._paid_by + ((order.carried or self._paid_by + 2 * HOUR) - self._paid_by) / 2
            self._at(ready, self.step("labeled", number))
        if order.carried:
            self._at(order.carried, self.step("handed_over", number))
            self._at(order.carried + HOUR, self.scans(number, (order.carried + HOUR, "in_transit", "On its way")))
        if order.delivered:
            self._at(order.delivered, self.scans(number, (order.delivered, "delivered", "Delivered")))
        elif order.status == "delivered":
            self._at(self._arrived, self.seen_at_home(number))

    def step(self, kind: str, number: int) -> Act:
        async def act() -> None:
            reference, now = f"{self.stage.bank.ids[self.order.id]}/s{number}", self.stage.now
            known: Json = {}
            if kind != "picking":
                known = {"carrier": "correios", "carrierName": "Correios", "trackingNumber": self._number(number)}
            told = words.warehouse(f"fulfillment.{kind}", reference, now, now, **known)
            await self.stage.hear("warehouse", told, self._times)

        return act

    def scans(self, number: int, *scans: tuple[datetime, str, str]) -> Act:
        async def act() -> None:
            await self.stage.hear("easypost", words.tracker(self._number(number), list(scans)), self._times)

        return act

    async def came_back(self) -> None:
        """Nobody took the parcels in: their carrier has returned them."""
        for number, _ in enumerate(self.order.sellers, 1):
            await self.scans(number, (self.stage.now, "return_to_sender", "Returned to sender"))()

    async def sold_out(self) -> None:
        """The seller finds that it is not there."""
        now, internal = self.stage.now, self.stage.bank.ids[self.order.id]
        told = words.warehouse("fulfillment.canceled", f"{internal}/s1", now, now, reason="out_of_stock")
        await self.stage.hear("warehouse", told, self._times)

    def seen_at_home(self, number: int) -> Act:
        """No carrier ever said so: somebody of the marketplace wrote down that it is there."""

        async def act() -> None:
            seen = (await self.stage.ask(words.SEEN, {"id": self.id}, self.stage.staff))["order"]["shipments"]
            said = {"status": "DELIVERED", "description": "Delivered", "occurredAt": self.stage.now.isoformat()}
            key = f"there {self.order.id} {number}"
            scan = {"idempotencyKey": key, "shipmentId": seen[number - 1]["id"], **said}
            await self.stage.do(words.SCAN, scan, self.stage.staff)

        return act

    def _number(self, number: int) -> str:
        return f"OL{self.order.id[:14]}N{number}".upper()

    @property
    def _times(self) -> int:
        """Partners say some things twice."""
        return 2 if zlib.crc32(self.order.id.encode()) % 20 == 0 else 1


def _decimal(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"
