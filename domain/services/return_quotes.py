"""What may come back of an order, by which way, and what that would pay back. Nothing is changed."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from domain.model.actors import AccessScope, Actor
from domain.model.commands import AskReturnQuote, ReturnLineRequest
from domain.model.errors import ErrorCode, NotFound, Refusal, Refused
from domain.model.orders import Order
from domain.model.payments import RefundLine
from domain.model.returns import ReturnMethod
from domain.model.shop import Reason, ReturnWay
from domain.policies.access import scopes
from domain.policies.returns import (
    Estimate,
    Returnable,
    check_request,
    estimate,
    per_unit,
    quote_until,
    returnables,
    window_of,
)
from domain.ports import Ports
from domain.services.seeing import visible

SEAL = "returnQuote"


@dataclass(frozen=True, slots=True)
class ReturnOptions:
    """`per_unit` runs along with `lines`: what one more unit pays back, None where none may come."""

    order: Order
    window: tuple[datetime, datetime] | None
    lines: tuple[Returnable, ...]
    per_unit: tuple[int | None, ...]
    reasons: tuple[Reason, ...]
    methods: tuple[ReturnWay, ...]


@dataclass(frozen=True, slots=True)
class ReturnQuote:
    """In minor units; `id` is None when it is refused, and for whoever may not see prices: it says them."""

    order: Order
    id: str | None
    valid_until: datetime | None
    lines: tuple[RefundLine, ...]
    fee: int
    refund_total: int
    refusals: tuple[Refusal, ...]


async def _seen(order_id: str, actor: Actor, ports: Ports) -> Order:
    order = await ports.store.read(lambda reader: visible(order_id, actor, reader, ports.clock.now()))
    if order is None:
        raise NotFound("orderId")
    return order


async def return_options(order_id: str, actor: Actor, ports: Ports) -> ReturnOptions:
    """Line by line, what may still come back, and until when. Raises: NotFound."""
    order = await _seen(order_id, actor, ports)
    shop, now = ports.shops.current(), ports.clock.now()
    lines = returnables(order, shop, now)
    return ReturnOptions(
        order=order,
        window=window_of(order, shop),
        lines=lines,
        per_unit=tuple(per_unit(order, one.line, shop) if one.quantity else None for one in lines),
        reasons=shop.return_reasons,
        methods=shop.return_methods,
    )


async def return_quote(command: AskReturnQuote, actor: Actor, ports: Ports) -> ReturnQuote:
    """What this return would pay back; requestReturn with its id pays exactly that. Raises: NotFound."""
    order = await _seen(command.order_id, actor, ports)
    shop, now = ports.shops.current(), ports.clock.now()
    refusals = check_request(order, command.lines, command.method, shop, now)
    if refusals:
        return ReturnQuote(order, None, None, (), 0, 0, tuple(refusals))
    found, valid_until = estimate(order, command.lines, command.method, shop), quote_until(order, shop, now)
    return ReturnQuote(
        order=order,
        id=_sealed(order, command.lines, command.method, found, valid_until, ports)
        if AccessScope.VIEW_PRICES in scopes(actor, order)
        else None,
        valid_until=valid_until,
        lines=tuple(
            RefundLine(line.line_id, line.quantity, amount)
            for line, amount in zip(command.lines, found.amounts, strict=True)
        ),
        fee=found.fee,
        refund_total=found.total,
        refusals=(),
    )


def _sealed(
    order: Order,
    lines: tuple[ReturnLineRequest, ...],
    method: ReturnMethod,
    found: Estimate,
    valid_until: datetime,
    ports: Ports,
) -> str:
    """Says what was asked, what it pays back and until when it holds, and that we said it."""
    asked = _digest(lines, method)
    text = f"{order.id}.{int(valid_until.timestamp())}.{found.total}.{found.fee}.{asked}"
    return f"{text}.{ports.personals.lookup(SEAL, text)[:32]}"


def _digest(lines: tuple[ReturnLineRequest, ...], method: ReturnMethod) -> str:
    """The same for the same units, reasons and way; what was noted beside them does not count."""
    asked = [{name: word for name, word in asdict(line).items() if name != "note"} for line in lines]
    return hashlib.sha256(json.dumps([method, asked], sort_keys=True).encode()).hexdigest()[:32]


def as_quoted(
    quote_id: str,
    order: Order,
    lines: tuple[ReturnLineRequest, ...],
    method: ReturnMethod,
    ports: Ports,
) -> Estimate:
    """What the return pays back, which is what was quoted.

    Raises: Refused with NOT_FOUND; QUOTE_EXPIRED; CONFLICT if something else is asked for, or the order has changed so
    that these units would no longer pay back what was shown.
    """
    *parts, seal = quote_id.split(".")
    if len(parts) != 5 or ports.personals.lookup(SEAL, ".".join(parts))[:32] != seal or parts[0] != order.id:
        raise Refused(Refusal(ErrorCode.NOT_FOUND, "There is no such quote.", ("quoteId",)))
    _, valid_until, total, fee, asked = parts
    if int(valid_until) + 1 < ports.clock.now().timestamp():
        raise Refused(Refusal(ErrorCode.QUOTE_EXPIRED, "This quote has run out; ask for a new one.", ("quoteId",)))
    if asked != _digest(lines, method):
        text = "This is not what was quoted; ask for a new quote."
        raise Refused(Refusal(ErrorCode.CONFLICT, text, ("quoteId",)))
    # The fee is the quote's, whatever the shop has come to ask since.
    found = Estimate(estimate(order, lines, method, ports.shops.current()).amounts, int(fee))
    if found.total != int(total):
        text = "The order has changed; ask for a new quote."
        raise Refused(Refusal(ErrorCode.CONFLICT, text, ("quoteId",)))
    return found
