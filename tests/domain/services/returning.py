"""An order that was delivered, and what its buyer asks of it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.model.actors import ALL_SCOPES, ANONYMOUS, Actor, ActorKind
from domain.model.addresses import Address
from domain.model.commands import (
    AddShipment,
    AdjustStock,
    DeliveryRequest,
    LineQuantity,
    LineRequest,
    PaymentRequest,
    PlaceOrder,
    ProductEntry,
    ReceivedLine,
    ReceiveReturn,
    RecordTrackingEvent,
    RequestReturn,
    ReturnLineRequest,
)
from domain.model.errors import ErrorCode, Refused
from domain.model.orders import DeliveryMethod, Order
from domain.model.payments import PaymentMethod
from domain.model.returns import Disposition, ItemCondition, Return, ReturnResolution
from domain.model.shipments import TrackingStatus
from domain.services.orders import place_order
from domain.services.products import upsert_products
from domain.services.returns import receive_return
from domain.services.shipments import add_shipment, record_tracking_event
from domain.services.stock import adjust_stock
from tests.world import STAFF, World

# One tee is 19.99; two and a mug are 48.98, and 4.90 to send them: the tees' share of it is 4.00, the mug's 0.90.
BASKET = (("TEE", 2), ("MUG", 1))

HOME = Address("DE", name="Ada Lovelace", address1="Torstraße 1", city="Berlin", zip="10119")


async def filled(world: World, *products: tuple[str, str]) -> None:
    """These SKUs, at these prices, stand on a shelf."""
    entries = [ProductEntry(sku, f"A {sku}", Decimal(price), "EUR", weight_grams=100) for sku, price in products]
    await upsert_products(tuple(entries), STAFF, world.ports)
    for sku, _ in products:
        await adjust_stock(AdjustStock(f"first {sku}", sku, "hamburg", 500, "delivery"), STAFF, world.ports)


CARD = PaymentRequest(PaymentMethod.CARD, "pm_card_visa")


def in_two(first: str) -> tuple[PaymentRequest, ...]:
    """So much by one card, the rest by another."""
    return replace(CARD, amount=Decimal(first)), CARD


async def placed(
    world: World, *lines: tuple[str, int], key: str = "order-1", payments: tuple[PaymentRequest, ...] = (CARD,)
) -> Order:
    """Placed and held; nothing has been sent yet."""
    command = PlaceOrder(
        key=key,
        lines=tuple(LineRequest(sku, quantity) for sku, quantity in lines),
        currency="EUR",
        delivery=DeliveryRequest(DeliveryMethod.SHIPPING),
        payments=payments,
        email="ada@example.org",
        shipping_address=HOME,
    )
    order = (await place_order(command, ANONYMOUS, world.ports)).order
    await world.settle()
    return await now(world, order.id)


async def sent(world: World, order: Order, *lines: LineQuantity, key: str) -> str:
    """Handed over in one parcel: its id."""
    command = AddShipment(f"{key} send", order.id, lines, "dhl", tracking_number=f"TN{key}0001".replace("-", ""))
    _, shipment_id = await add_shipment(command, STAFF, world.ports)
    await world.settle()
    return shipment_id


async def seen(world: World, order: Order, shipment_id: str, status: TrackingStatus, *, key: str) -> Order:
    """An hour later its carrier says so, and what follows by itself has followed."""
    world.clock.set(world.clock.now() + timedelta(hours=1))
    event = RecordTrackingEvent(f"{key} seen", order.id, shipment_id, status, "Seen", world.clock.now())
    await record_tracking_event(event, STAFF, world.ports)
    await world.settle()
    return await now(world, order.id)


async def bought(
    world: World,
    *lines: tuple[str, int],
    key: str = "order-1",
    delivered: bool = True,
    payments: tuple[PaymentRequest, ...] = (CARD,),
) -> Order:
    """Placed, paid, sent and, unless told otherwise, delivered."""
    order = await placed(world, *lines, key=key, payments=payments)
    whole = (LineQuantity(line.id, line.quantity) for line in order.lines)
    shipment_id = await sent(world, order, *whole, key=key)
    if delivered:
        return await seen(world, order, shipment_id, TrackingStatus.DELIVERED, key=key)
    return await now(world, order.id)


async def now(world: World, order_id: str) -> Order:
    order = await world.ports.store.read(lambda reader: reader.order(order_id))
    assert order is not None
    return order


def buyer_of(order: Order) -> Actor:
    """Whoever has the link that was given out with the order."""
    return Actor(ActorKind.GUEST, order.id, order_id=order.id, scopes=ALL_SCOPES)


def back(line_id: str = "l1", quantity: int = 1, reason: str = "UNWANTED", **changes: Any) -> ReturnLineRequest:
    return ReturnLineRequest(line_id, quantity, reason, ReturnResolution.REFUND, **changes)


def a_request(order: Order, *lines: ReturnLineRequest, key: str = "return-1", **changes: Any) -> RequestReturn:
    return RequestReturn(key, order.id, lines or (back(),), **changes)


def only(order: Order) -> Return:
    (rma,) = order.returns
    return rma


def here(rma: Return, *, condition: ItemCondition = ItemCondition.OPENED, key: str = "here") -> ReceiveReturn:
    """All of it, in one condition, to be sold again."""
    lines = tuple(ReceivedLine(one.id, one.quantity, condition, Disposition.RESTOCK) for one in rma.lines)
    return ReceiveReturn(key, "", rma.id, lines)


async def received(world: World, order: Order, command: ReceiveReturn) -> Order:
    await receive_return(replace(command, order_id=order.id), STAFF, world.ports)
    await world.settle()
    return await now(world, order.id)


async def refused(awaitable: object) -> list[tuple[ErrorCode, tuple[str, ...]]]:
    with pytest.raises(Refused) as no:
        await awaitable  # type: ignore[misc]
    return [(one.code, one.field) for one in no.value.refusals]
