"""Orders: placed, and looked up one by one or in lists."""

import strawberry

from domain.model.actors import ActorKind
from domain.model.commands import PaymentRequest, PlaceOrder
from domain.model.numbers import parse_order_number
from domain.model.orders import Order as Model
from domain.ports import OrderFilter as Where
from domain.ports import Reader, SortOrders
from domain.services import orders as service
from resolvers.context import Info
from resolvers.given import given, listed
from resolvers.order_filters import narrowed
from resolvers.order_lists import page_of_orders
from resolvers.refusals import refusals_in
from resolvers.request import Request
from resolvers.selection import selected_of_nodes
from resolvers.unwrap import address, attributes, basket, delivery
from schema.errors import user_errors
from schema.orders.filters import OrderFilter
from schema.orders.lists import OrderConnection
from schema.orders.order import Order
from schema.orders.placing import PlaceOrderInput, PlaceOrderPayload
from schema.orders.seen import Seen


async def order(info: Info, id: strawberry.ID | None = strawberry.UNSET) -> Order | None:
    """Without an id, the one order of the caller's link."""
    context, text = info.context, given(id)
    found = await context.visible(context.actor.order_id if text is None else context.named("Order", text))
    return Order.by(context.viewing, found) if found is not None else None


async def order_by_number(info: Info, number: str) -> Order | None:
    """Staff find any order; a customer one of theirs."""
    context, plain = info.context, parse_order_number(number)
    if plain is None:
        return None

    async def read(reader: Reader) -> str | None:
        return await reader.order_id("number", plain)

    found = await context.visible(await context.ports.store.read(read))
    return Order.by(context.viewing, found) if found is not None else None


async def orders(
    info: Info,
    first: int | None = strawberry.UNSET,
    after: str | None = strawberry.UNSET,
    filter: OrderFilter | None = strawberry.UNSET,
    sort: SortOrders = SortOrders.NEWEST,
) -> OrderConnection | None:
    """Staff only from here on."""
    context = info.context
    context.require("viewOrders")
    where = narrowed(Where(), filter, context)
    return await page_of_orders(context, "orders", where, sort, first, after, selected_of_nodes(info))


@refusals_in(PlaceOrderPayload)
async def place_order(info: Info, input: PlaceOrderInput) -> PlaceOrderPayload:
    context = info.context
    placed = await service.place_order(_command(input, context), context.actor, context.ports)
    return PlaceOrderPayload(
        order=Order.seen(_as_placed(placed.order, context)),
        tracking_token=placed.token,
        user_errors=user_errors(placed.refusals),
    )


def _as_placed(order: Model, request: Request) -> Seen:
    """Whoever placed it as a guest sees it as the holder of the link that they are given with it."""
    by_guest = request.actor.kind is ActorKind.GUEST
    return Seen.by_buyer(request.viewing, order) if by_guest else Seen.by(request.viewing, order)


def _command(entry: PlaceOrderInput, request: Request) -> PlaceOrder:
    customer, notify_by = given(entry.customer_id), given(entry.notify_by)
    return PlaceOrder(
        key=entry.idempotency_key,
        lines=basket(entry.lines),
        currency=entry.currency,
        delivery=delivery(entry.delivery, request),
        payments=tuple(
            PaymentRequest(one.method, given(one.token), given(one.gateway), given(one.amount))
            for one in entry.payments
        ),
        channel=given(entry.channel),
        customer_id=request.must_name("Customer", customer, "customerId") if customer is not None else None,
        reference=given(entry.reference),
        email=given(entry.email),
        phone=given(entry.phone),
        notify_by=tuple(notify_by) if notify_by is not None else None,
        locale=given(entry.locale),
        shipping_address=address(entry.shipping_address),
        billing_address=address(entry.billing_address),
        discount_codes=listed(entry.discount_codes),
        if_unavailable=entry.if_unavailable,
        expected_total=given(entry.expected_total),
        note=given(entry.note),
        metadata=attributes(entry.metadata),
    )
