"""A shop that tells people what happens, and channels that remember what they were handed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from domain.model.actors import ANONYMOUS, Actor
from domain.model.addresses import Address
from domain.model.commands import (
    AdjustStock,
    DeliveryRequest,
    LineRequest,
    PaymentRequest,
    PlaceOrder,
    ProductEntry,
)
from domain.model.notifications import Delivery
from domain.model.orders import DeliveryMethod, NotificationChannel, Order
from domain.model.payments import PaymentMethod
from domain.model.reports import TrackerReport, WarehouseReport
from domain.model.shipments import PreparationStatus, Scan, TrackingStatus
from domain.services.inbox import apply_report
from domain.services.orders import place_order
from domain.services.products import upsert_products
from domain.services.stock import adjust_stock
from notifications.dispatch import Dispatcher
from notifications.messages import Answer, Handover, Message
from tests.world import STAFF, World, a_world

EMAIL, SMS, WEBSOCKET = NotificationChannel.EMAIL, NotificationChannel.SMS, NotificationChannel.WEBSOCKET


@dataclass
class TwinChannel:
    """Takes what it is handed, unless `answers` says otherwise, one answer after another."""

    hands: int = 8
    taken: list[Message] = field(default_factory=list)
    asked: list[Message] = field(default_factory=list)
    answers: list[Handover | BaseException] = field(default_factory=list)

    async def hand_over(self, message: Message) -> Handover:
        self.asked.append(message)
        answer = self.answers.pop(0) if self.answers else Handover(Answer.TAKEN, f"id-{len(self.asked)}")
        if isinstance(answer, BaseException):
            raise answer
        if answer.answer is Answer.TAKEN:
            self.taken.append(message)
        return answer


@dataclass
class Telling:
    """The world and its ways of telling."""

    world: World
    email: TwinChannel
    sms: TwinChannel
    dispatcher: Dispatcher

    async def settle(self) -> None:
        """Everything that is due was carried out, messages too."""
        while True:
            await self.world.settle()
            if not self.dispatcher.busy:
                return
            await self.dispatcher.drain(5.0)

    async def wait(self, span: timedelta) -> None:
        """So much time has passed, and everything that fell due in it was carried out at its moment."""
        clock, end = self.world.clock, self.world.clock.now() + span
        while True:
            await self.settle()
            due = await self.world.store.read(lambda reader: reader.next_due())
            if due is None or due > end:
                break
            clock.set(max(due, clock.now()))
        clock.set(end)

    async def place(self, key: str = "one", actor: Actor = ANONYMOUS, **changes: Any) -> Order:
        """An order that has gone as far as it goes by itself."""
        placement = await place_order(an_order(key, **changes), actor, self.world.ports)
        await self.settle()
        return await self.order(placement.order.id)

    async def hand_over(self, order: Order, carrier: str = "DHL") -> Order:
        """Its parcels are labelled and with the carrier, as the warehouse reports it."""
        for shipment in order.shipments:
            for step in (PreparationStatus.LABELED, PreparationStatus.HANDED_OVER):
                report = WarehouseReport(
                    order.id,
                    shipment.id,
                    step,
                    self.world.clock.now(),
                    carrier,
                    f"{carrier} Paket",
                    "standard",
                    number_of(shipment.id, order),
                )
                await apply_report(report, self.world.ports)
            await self.settle()
        return await self.order(order.id)

    async def scan(self, order: Order, *statuses: TrackingStatus, shipment: str = "s1") -> Order:
        """The carrier says these of the parcel, one after another, in one report."""
        now = self.world.clock.now()
        self.world.clock.set(now + timedelta(minutes=5))
        scans = tuple(
            Scan(f"{now.isoformat()}/{place}", now + timedelta(seconds=place), status, status.value.lower())
            for place, status in enumerate(statuses)
        )
        await apply_report(TrackerReport(number_of(shipment, order), scans), self.world.ports)
        await self.settle()
        return await self.order(order.id)

    async def order(self, order_id: str) -> Order:
        order = await self.world.store.read(lambda reader: reader.order(order_id))
        assert order is not None
        return order

    async def deliveries(self, order: Order) -> list[Delivery]:
        return await self.world.store.read(lambda reader: reader.deliveries_of([order.id]))

    async def ways(self, order: Order, channel: NotificationChannel) -> list[tuple[str, str, str | None]]:
        """(template, status, reason) of the deliveries by that channel, in the order of their events."""
        found = sorted(await self.deliveries(order), key=lambda one: one.sequence)
        return [(one.template, one.status.value, one.reason) for one in found if one.channel is channel]


@asynccontextmanager
async def telling(
    url: str = "sqlite://", without: tuple[NotificationChannel, ...] = (), email: TwinChannel | None = None
) -> AsyncIterator[Telling]:
    """Tees on the shelves, and channels to tell by but those that are left out."""
    email, sms = email or TwinChannel(), TwinChannel()
    channels = {EMAIL: email, SMS: sms}
    dispatcher = Dispatcher({name: channel for name, channel in channels.items() if name not in without})
    async with a_world(url) as world:
        world.change(errands=dispatcher.errands)
        await stocked(world)
        yield Telling(world, email, sms, dispatcher)
        await dispatcher.close(5.0)


def number_of(shipment_id: str, order: Order) -> str:
    return f"JD{order.number.replace('-', '')}{shipment_id}"


async def stocked(world: World) -> None:
    await upsert_products((ProductEntry("TEE-M", "T-shirt", Decimal("19.99"), "EUR"),), STAFF, world.ports)
    await adjust_stock(AdjustStock("first", "TEE-M", "hamburg", 1000, "delivery"), STAFF, world.ports)
    await world.settle()


def an_order(key: str = "one", **changes: Any) -> PlaceOrder:
    command = PlaceOrder(
        key=key,
        lines=(LineRequest("TEE-M", 2),),
        currency="EUR",
        delivery=DeliveryRequest(DeliveryMethod.SHIPPING),
        payments=(PaymentRequest(PaymentMethod.CARD, token="pm_card_visa"),),
        email="ada@example.org",
        phone="+4915112345678",
        shipping_address=Address("DE", "Ada Lovelace", None, "Torstraße 1", None, "Berlin", None, "10119"),
    )
    return replace(command, **changes)
