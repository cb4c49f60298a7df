"""Calling an order off."""

import strawberry

from domain.model.commands import CancelOrder
from domain.services import cancellations as service
from resolvers.context import Info
from resolvers.given import given
from resolvers.refusals import refusals_as, refusals_in
from resolvers.unwrap import line_quantities
from schema.cancellations import CancelOrderInput, CancelQuote, reason
from schema.context import Viewing
from schema.errors import user_errors
from schema.orders.lines import LineQuantityInput
from schema.orders.order import Order
from schema.orders.payloads import OrderPayload
from schema.orders.seen import Seen
from schema.refunds import RefundLine


@refusals_as(lambda viewing, errors: CancelQuote(user_errors=errors))
async def cancel_quote(
    info: Info, order_id: strawberry.ID, lines: list[LineQuantityInput] | None = strawberry.UNSET
) -> CancelQuote | None:
    """What cancelling would pay back; cancelOrder with its id pays exactly that until it expires."""
    context = info.context
    inner = context.must_name("Order", order_id, "orderId")
    wanted = line_quantities(lines, inner, context)
    return _quote(await service.cancel_quote(inner, wanted, context.actor, context.ports), context.viewing)


def _quote(found: service.CancelQuote, viewing: Viewing) -> CancelQuote:
    seen = Seen.by(viewing, found.order)
    return CancelQuote(
        id=strawberry.ID(found.id) if found.id else None,
        valid_until=found.valid_until,
        reasons=[reason(one, viewing.locale) for one in found.reasons],
        lines=[RefundLine(model=line, seen=seen) for line in found.lines],
        fee=seen.price(found.fee),
        refund_total=seen.price(found.refund_total),
        user_errors=user_errors(found.refusals),
    )


@refusals_in(OrderPayload)
async def cancel_order(info: Info, input: CancelOrderInput) -> OrderPayload:
    context = info.context
    order_id = context.must_name("Order", input.order_id, "orderId")
    command = CancelOrder(
        key=input.idempotency_key,
        order_id=order_id,
        reason=input.reason,
        quote_id=given(input.quote_id),
        note=given(input.note),
        lines=line_quantities(input.lines, order_id, context),
    )
    changed = await service.cancel_order(command, context.actor, context.ports)
    return OrderPayload(order=Order.by(context.viewing, changed))
