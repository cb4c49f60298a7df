"""Anything by its id. What is not this viewer's to see is not there."""

from asyncio import gather
from collections.abc import Awaitable, Callable
from typing import cast

import strawberry

from domain.model.actors import ActorKind
from resolvers.context import Info, RequestContext
from schema.customers import Customer
from schema.effects import Effect
from schema.errors import BadRequest
from schema.events import OrderEvent
from schema.locations import Location
from schema.nodes import Node
from schema.notifications import Notification, reads_messages
from schema.orders.lines import OrderLine
from schema.orders.order import Order
from schema.orders.seen import Seen
from schema.payments import Payment, PaymentTransaction
from schema.products import Product
from schema.refunds import Refund
from schema.returns import ReturnLine

MOST = 100


async def node(info: Info, id: strawberry.ID) -> Node | None:
    kind, value = info.context.decoded(id)
    return await OPENERS[kind](info.context, value) if kind in OPENERS else None


async def nodes(info: Info, ids: list[strawberry.ID]) -> list[Node | None]:
    if len(ids) > MOST:
        raise BadRequest("At most 100 ids at once.")
    found = await gather(*(node(info, one) for one in ids), return_exceptions=True)
    return cast(list[Node | None], found)  # an error in the list is that place's error, and null there


async def _order(context: RequestContext, value: str) -> Node | None:
    found = await context.visible(value)
    return Order.by(context.viewing, found) if found is not None else None


async def _customer(context: RequestContext, value: str) -> Node | None:
    actor = context.actor
    if not (actor.is_staff or (actor.kind is ActorKind.CUSTOMER and actor.id == value)):
        return None
    found = await context.customer(value)
    return Customer(model=found, viewing=context.viewing) if found is not None else None


async def _product(context: RequestContext, value: str) -> Node | None:
    found = await context.product(value)
    return Product(model=found, viewing=context.viewing) if found is not None else None


async def _location(context: RequestContext, value: str) -> Node | None:
    found = context.viewing.shop.location(value)
    return Location(model=found, viewing=context.viewing) if found is not None else None


async def _effect(context: RequestContext, value: str) -> Node | None:
    """An effect's key begins with the order that owes it."""
    if not context.viewing.is_staff:
        return None
    owed = await context.effects(value.partition(":")[0])
    return next((Effect(model=one, viewing=context.viewing) for one in owed if one.key == value), None)


async def _event(context: RequestContext, value: str) -> Node | None:
    order_id, _, sequence = value.partition("/")
    order = await context.visible(order_id)
    if order is None:
        return None
    seen = Seen.by(context.viewing, order)
    event = await context.loaders.events.load((order_id, int(sequence)))
    return OrderEvent(model=event, seen=seen) if event is not None and (event.public or seen.staff) else None


async def _notification(context: RequestContext, value: str) -> Node | None:
    order_id, _, sequence = value.partition("/")
    order = await context.visible(order_id)
    if order is None or not reads_messages(Seen.by(context.viewing, order)):
        return None
    found = await context.loaders.notifications.load(order_id)
    wanted = next((one for one in found if one.sequence == int(sequence)), None)
    return Notification(model=wanted, viewing=context.viewing) if wanted is not None else None


def _part(find: Callable[[Seen, str], Node | None]) -> Callable[[RequestContext, str], Awaitable[Node | None]]:
    """Something inside an order, by its local id: the order is what is loaded."""

    async def open_part(context: RequestContext, value: str) -> Node | None:
        order_id, _, local = value.partition("/")
        order = await context.visible(order_id)
        return find(Seen.by(context.viewing, order), local) if order is not None else None

    return open_part


def _line(seen: Seen, local: str) -> Node | None:
    line = seen.order.line(local)
    return OrderLine(model=line, seen=seen) if line is not None else None


def _payment(seen: Seen, local: str) -> Node | None:
    payment = seen.order.payment(local)
    return Payment(model=payment, seen=seen) if payment is not None and seen.prices else None


def _transaction(seen: Seen, local: str) -> Node | None:
    known = (one for payment in seen.order.payments for one in payment.transactions if one.id == local)
    found = next(known, None)
    return PaymentTransaction(model=found, seen=seen) if found is not None and seen.staff else None


def _refund(seen: Seen, local: str) -> Node | None:
    found = next((one for one in seen.order.refunds if one.id == local), None)
    return Refund(model=found, seen=seen) if found is not None and seen.prices else None


def _shipment(seen: Seen, local: str) -> Node | None:
    shipment = seen.order.parcel(local)
    return Order.seen(seen).shipment(shipment) if shipment is not None else None


def _rma(seen: Seen, local: str) -> Node | None:
    rma = seen.order.rma(local)
    return Order.seen(seen).rma(rma) if rma is not None else None


def _return_line(seen: Seen, local: str) -> Node | None:
    found = next((line for rma in seen.order.returns for line in rma.lines if line.id == local), None)
    return ReturnLine(model=found, seen=seen) if found is not None else None


OPENERS: dict[str, Callable[[RequestContext, str], Awaitable[Node | None]]] = {
    "Order": _order,
    "OrderLine": _part(_line),
    "Payment": _part(_payment),
    "PaymentTransaction": _part(_transaction),
    "Refund": _part(_refund),
    "Return": _part(_rma),
    "ReturnLine": _part(_return_line),
    "Shipment": _part(_shipment),
    "OrderEvent": _event,
    "Notification": _notification,
    "Customer": _customer,
    "Product": _product,
    "Location": _location,
    "Effect": _effect,
}
