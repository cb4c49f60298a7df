"""Calling an order off: what it would pay back, and doing it."""

import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from domain.model.actors import Actor
from domain.model.commands import CancelOrder, LineQuantity
from domain.model.errors import ErrorCode, NotFound, Refusal, Refused
from domain.model.events import CancelRequested
from domain.model.orders import Buyer, Order, OrderStatus, TaskStatus
from domain.model.payments import RefundLine
from domain.model.shop import Reason
from domain.policies.cancellation import CUSTOMER_CANCEL, why_not_cancel
from domain.ports import Ports
from domain.services.changing import Writing, rules_of, write
from domain.services.once import done_before, remember
from domain.services.seeing import load_to_serve_oneself, tidy_text, visible
from domain.services.waiting import wait_until
from domain.workflow.engine import Trigger, fire, triggers_open, window

CANCEL_ORDER = "cancelOrder"


@dataclass(frozen=True, slots=True)
class CancelQuote:
    """What cancelling now would pay back, in minor units; `id` is None when it is refused."""

    id: str | None
    valid_until: datetime | None
    reasons: tuple[Reason, ...]
    lines: tuple[RefundLine, ...]
    fee: int
    refund_total: int
    order: Order
    refusals: tuple[Refusal, ...]


async def cancel_quote(order_id: str, lines: tuple[LineQuantity, ...], actor: Actor, ports: Ports) -> CancelQuote:
    """Nothing is changed. Only what was captured comes back; a hold is let go. Raises: NotFound."""
    order = await ports.store.read(lambda reader: visible(order_id, actor, reader, ports.clock.now()))
    if order is None:
        raise NotFound("orderId")
    refusal = _why_not(order, ports) or _not_whole(order, lines)
    shop = ports.shops.current()
    valid_until = ports.clock.now() + window(shop, "window:cancel_quote")
    return CancelQuote(
        id=None if refusal else _quote_id(order, valid_until, ports),
        valid_until=None if refusal else valid_until,
        reasons=shop.cancel_reasons,
        lines=tuple(RefundLine(line.id, line.quantity, line.total) for line in order.lines),
        fee=0,
        refund_total=order.captured - order.refunded,
        order=order,
        refusals=(refusal,) if refusal else (),
    )


async def cancel_order(command: CancelOrder, actor: Actor, ports: Ports) -> Order:
    """The order is called off, its stock free and its money let go or paid back, as far as that is done in time.

    Raises: NotFound; Refused (ALREADY_SHIPPED, ALREADY_CANCELED, NOT_ALLOWED, QUOTE_EXPIRED, CONFLICT, INVALID).
    """

    async def work(writing: Writing) -> Order:
        changes = await load_to_serve_oneself(command.order_id, CANCEL_ORDER, actor, writing)
        if await done_before(CANCEL_ORDER, command, actor, writing) is not None:
            return changes.order
        order = changes.order
        refusal = _why_not(order, ports) or _not_whole(order, command.lines)
        if refusal is not None:
            raise Refused(refusal)
        _check_reason(command, ports)
        _check_quote(command, order, ports)
        note = tidy_text(command.note, "note")
        row = ports.personals.seal(Buyer(note=note)) if note else None
        if row is not None:
            changes.keep_personal(row)
        changes.add(CancelRequested(command.reason, row.ref if row else None))
        if not fire(changes, rules_of(order, ports), Trigger(CUSTOMER_CANCEL)):
            raise Refused(Refusal(ErrorCode.NOT_ALLOWED, "This order can no longer be canceled."))
        await remember(CANCEL_ORDER, command, actor, order.id, writing)
        return await writing.save(changes)

    order = await write(ports, work)
    order = await wait_until(order, _is_over, ports.limits.settle_for, ports)
    if order.flow.status is not OrderStatus.CANCELED and _is_over(order):
        raise Refused(Refusal(ErrorCode.ALREADY_SHIPPED, "It was too late to stop the parcel."))
    return order


def _is_over(order: Order) -> bool:
    return all(task.status is not TaskStatus.RUNNING for task in order.flow.tasks)


def _why_not(order: Order, ports: Ports) -> Refusal | None:
    definition = ports.workflows.get(order.flow.workflow, order.flow.version)
    return why_not_cancel(order, triggers_open(definition, order.flow))


def _not_whole(order: Order, lines: Sequence[LineQuantity]) -> Refusal | None:
    """Lines may be named if they are all there is."""
    if not lines:
        return None
    known = {line.id: line.quantity for line in order.lines}
    asked: Counter[str] = Counter()
    for index, one in enumerate(lines):
        if one.line_id not in known:
            return Refusal(ErrorCode.NOT_FOUND, "There is no such line.", ("lines", str(index), "lineId"))
        if not 1 <= one.quantity <= known[one.line_id]:
            text = "There are not that many to cancel."
            return Refusal(ErrorCode.QUANTITY_EXCEEDED, text, ("lines", str(index), "quantity"))
        asked[one.line_id] += one.quantity
    if asked != known:
        return Refusal(ErrorCode.NOT_ALLOWED, "Only the whole order can be canceled.", ("lines",))
    return None


def _check_reason(command: CancelOrder, ports: Ports) -> None:
    known = {reason.handle: reason for reason in ports.shops.current().cancel_reasons}
    reason = known.get(command.reason)
    if reason is None:
        text = "Choose one of the reasons that cancelQuote names."
        raise Refused(Refusal(ErrorCode.INVALID, text, ("reason",)))
    if reason.needs_note and not (command.note or "").strip():
        raise Refused(Refusal(ErrorCode.INVALID, "Please say why.", ("note",)))


def _quote_id(order: Order, valid_until: datetime, ports: Ports) -> str:
    """Says which version it was made for and until when it holds, and that we said it."""
    text = f"{order.id}.{order.version}.{ceil(valid_until.timestamp())}.{order.captured - order.refunded}"
    return f"{text}.{_seal(text, ports)}"


def _seal(text: str, ports: Ports) -> str:
    return ports.personals.lookup("cancelQuote", text)[:32]


def _check_quote(command: CancelOrder, order: Order, ports: Ports) -> None:
    """Raises: Refused with QUOTE_EXPIRED, or CONFLICT if the order would no longer pay back what was shown."""
    if command.quote_id is None:
        return
    text, _, seal = command.quote_id.rpartition(".")
    parts = text.split(".")
    if not hmac.compare_digest(_seal(text, ports).encode(), seal.encode(errors="replace")) or parts[0] != order.id:
        raise Refused(Refusal(ErrorCode.NOT_FOUND, "There is no such quote.", ("quoteId",)))
    if int(parts[2]) < ports.clock.now().timestamp():
        text = "This quote has run out; ask for a new one."
        raise Refused(Refusal(ErrorCode.QUOTE_EXPIRED, text, ("quoteId",)))
    if int(parts[3]) != order.captured - order.refunded:
        text = "The order has changed; ask for a new quote."
        raise Refused(Refusal(ErrorCode.CONFLICT, text, ("quoteId",)))
