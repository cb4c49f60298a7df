"""Sending things back, and paying money back."""

from collections.abc import Sequence

import strawberry

from domain.model import commands
from domain.model.errors import NotFound
from domain.model.orders import Order as Model
from domain.model.shop import ReturnWay
from domain.policies.pricing import minor
from domain.policies.returns import RESOLUTIONS, Returnable
from domain.services import refunds as refunds_service
from domain.services import return_quotes as quotes
from domain.services import returns as service
from resolvers.context import Info, RequestContext
from resolvers.given import given, listed
from resolvers.refusals import refusals_as, refusals_in
from resolvers.unwrap import line_quantities
from schema.attributes import TimeWindow
from schema.cancellations import reason
from schema.context import Viewing
from schema.errors import user_errors
from schema.locations import location
from schema.orders.lines import OrderLine
from schema.orders.order import Order
from schema.orders.payloads import OrderPayload
from schema.orders.seen import Seen
from schema.refunds import RefundLine
from schema.return_inputs import (
    CancelReturnInput,
    DecideReturnInput,
    ReceiveReturnInput,
    RefundOrderInput,
    RequestReturnInput,
    ReturnLineInput,
    ReturnQuoteInput,
)
from schema.returns import ReturnableLine, ReturnMethodOption, ReturnOptions, ReturnPayload, ReturnQuote


@refusals_as(lambda viewing, errors: None)
async def return_options(info: Info, order_id: strawberry.ID) -> ReturnOptions | None:
    """What can still be returned of an order, line by line, why, how, and for what."""
    context = info.context
    found = await quotes.return_options(context.must_name("Order", order_id, "orderId"), context.actor, context.ports)
    viewing = context.viewing
    seen = Seen.by(viewing, found.order)
    return ReturnOptions(
        order=Order.seen(seen),
        window=TimeWindow(from_=found.window[0], to=found.window[1]) if found.window else None,
        lines=[_returnable(one, worth, seen) for one, worth in zip(found.lines, found.per_unit, strict=True)],
        reasons=[reason(one, viewing.locale) for one in found.reasons],
        methods=[_method(one, seen) for one in found.methods],
    )


def _returnable(found: Returnable, worth: int | None, seen: Seen) -> ReturnableLine:
    return ReturnableLine(
        line=OrderLine(model=found.line, seen=seen),
        quantity=found.quantity,
        eligible=found.refusal is None,
        reason_code=found.refusal,
        message=found.message,
        refund_per_unit=seen.price(worth) if worth is not None else None,
        resolutions=list(RESOLUTIONS) if found.refusal is None else [],
        exchange_for=[],
    )


def _method(way: ReturnWay, seen: Seen) -> ReturnMethodOption:
    currency = seen.order.currency
    return ReturnMethodOption(
        method=way.method,
        title=way.title(seen.viewing.locale),
        fee=seen.price(minor(way.fees[currency], currency) if currency in way.fees else 0),
        locations=[location(handle, seen.viewing) for handle in way.locations],
    )


@refusals_as(lambda viewing, errors: ReturnQuote(user_errors=errors))
async def return_quote(info: Info, input: ReturnQuoteInput) -> ReturnQuote | None:
    """What a return would pay back; requestReturn with its id pays exactly that until it expires."""
    context = info.context
    order_id = context.must_name("Order", input.order_id, "orderId")
    command = commands.AskReturnQuote(order_id, _lines(input.lines, order_id, context), input.method)
    found = await quotes.return_quote(command, context.actor, context.ports)
    seen = Seen.by(context.viewing, found.order)
    if found.id is None:
        return ReturnQuote(user_errors=user_errors(found.refusals))
    return ReturnQuote(
        id=strawberry.ID(found.id),
        valid_until=found.valid_until,
        lines=[RefundLine(model=line, seen=seen) for line in found.lines],
        fee=seen.price(found.fee),
        refund_total=seen.price(found.refund_total),
        due_total=seen.price(0),
    )


@refusals_in(ReturnPayload)
async def request_return(info: Info, input: RequestReturnInput) -> ReturnPayload:
    context = info.context
    order_id = context.must_name("Order", input.order_id, "orderId")
    command = commands.RequestReturn(
        key=input.idempotency_key,
        order_id=order_id,
        lines=_lines(input.lines, order_id, context),
        method=input.method,
        quote_id=given(input.quote_id),
        note=given(input.note),
    )
    return _payload(*await service.request_return(command, context.actor, context.ports), context.viewing)


@refusals_in(ReturnPayload)
async def cancel_return(info: Info, input: CancelReturnInput) -> ReturnPayload:
    context = info.context
    order_id, return_id = _part("Return", input.return_id, context, "returnId")
    command = commands.CancelReturn(input.idempotency_key, order_id, return_id)
    return _payload(*await service.cancel_return(command, context.actor, context.ports), context.viewing)


@refusals_in(ReturnPayload)
async def decide_return(info: Info, input: DecideReturnInput) -> ReturnPayload:
    context = info.context
    context.require("decideReturn")
    order_id, return_id = _part("Return", input.return_id, context, "returnId")
    command = commands.DecideReturn(input.idempotency_key, order_id, return_id, input.approve, given(input.note))
    return _payload(*await service.decide_return(command, context.actor, context.ports), context.viewing)


@refusals_in(ReturnPayload)
async def receive_return(info: Info, input: ReceiveReturnInput) -> ReturnPayload:
    context = info.context
    context.require("receiveReturn")
    order_id, return_id = _part("Return", input.return_id, context, "returnId")
    lines = []
    for index, line in enumerate(input.lines):
        place = ("lines", str(index))
        owner, local = _part("ReturnLine", line.return_line_id, context, *place, "returnLineId")
        if owner != order_id:
            raise NotFound(*place, "returnLineId")
        shelf = given(line.location_id)
        lines.append(
            commands.ReceivedLine(
                local,
                line.quantity,
                line.condition,
                line.disposition,
                context.must_name("Location", shelf, *place, "locationId") if shelf is not None else None,
                given(line.note),
            )
        )
    command = commands.ReceiveReturn(input.idempotency_key, order_id, return_id, tuple(lines))
    return _payload(*await service.receive_return(command, context.actor, context.ports), context.viewing)


@refusals_in(OrderPayload)
async def refund_order(info: Info, input: RefundOrderInput) -> OrderPayload:
    context = info.context
    context.require("refundOrder")
    order_id = context.must_name("Order", input.order_id, "orderId")
    payment = given(input.payment_id)
    payment_id = None
    if payment is not None:
        owner, payment_id = _part("Payment", payment, context, "paymentId")
        if owner != order_id:
            raise NotFound("paymentId")
    command = commands.RefundOrder(
        key=input.idempotency_key,
        order_id=order_id,
        reason=input.reason,
        lines=line_quantities(input.lines, order_id, context),
        amount=given(input.amount),
        payment_id=payment_id,
        to=input.to,
    )
    changed = await refunds_service.refund_order(command, context.actor, context.ports)
    return OrderPayload(order=Order.by(context.viewing, changed))


def _lines(
    lines: Sequence[ReturnLineInput], order_id: str, context: RequestContext
) -> tuple[commands.ReturnLineRequest, ...]:
    """Lines by their local ids. Raises: NotFound for a line that is not one of this order."""
    found = []
    for index, line in enumerate(lines):
        owner, local = _part("OrderLine", line.line_id, context, "lines", str(index), "lineId")
        if owner != order_id:
            raise NotFound("lines", str(index), "lineId")
        found.append(
            commands.ReturnLineRequest(
                local,
                line.quantity,
                line.reason,
                line.resolution,
                given(line.note),
                given(line.exchange_sku),
                tuple(str(url) for url in listed(line.photo_urls)),
            )
        )
    return tuple(found)


def _part(type_name: str, text: str, context: RequestContext, *place: str) -> tuple[str, str]:
    """The order, and what is inside it by its local id. Raises: NotFound."""
    order_id, _, local = context.must_name(type_name, text, *place).partition("/")
    return order_id, local


def _payload(changed: Model, return_id: str, viewing: Viewing) -> ReturnPayload:
    rma = changed.rma(return_id)
    return ReturnPayload(rma=Order.by(viewing, changed).rma(rma) if rma is not None else None)
