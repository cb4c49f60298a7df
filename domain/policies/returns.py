"""May it come back, by which way, and for how much. The same answers serve Order.actions and the mutations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.model.commands import ReturnLineRequest
from domain.model.durations import parse_duration
from domain.model.errors import ErrorCode, Refusal
from domain.model.money import allocate, exponent
from domain.model.orders import DeliveryMethod, Order, OrderLine, OrderStatus
from domain.model.returns import Return, ReturnMethod, ReturnResolution
from domain.model.shop import Reason, ReturnWay, Shop
from domain.policies.pricing import minor
from domain.policies.progress import open_shipments, quantities
from domain.policies.refunds import free_of, worth

RESOLUTIONS = (ReturnResolution.REFUND,)
"""What a buyer may ask for; the other ways to settle a return are not offered."""
MOST_RETURNS = 20
"""Of one order, those that were called off or declined too: each of them is written about, and stays in its journal."""

TEXTS = {
    ErrorCode.ALREADY_CANCELED: "This order was canceled: there is nothing to send back.",
    ErrorCode.NOT_RETURNABLE: "This item cannot be returned.",
    ErrorCode.FINAL_SALE: "This item was sold for good: it cannot be returned.",
    ErrorCode.NOT_DELIVERED: "This item has not been delivered yet.",
    ErrorCode.RETURN_IN_PROGRESS: "A return of this item is already under way.",
    ErrorCode.ALREADY_RETURNED: "This item was already returned or refunded.",
    ErrorCode.WINDOW_CLOSED: "The time for returning this item is over.",
}


@dataclass(frozen=True, slots=True)
class Returnable:
    """Of a line: how many units can still come back, until when, or why none can."""

    line: OrderLine
    quantity: int
    until: datetime | None
    refusal: ErrorCode | None

    @property
    def message(self) -> str | None:
        return TEXTS[self.refusal] if self.refusal is not None else None


def delivered_at(order: Order, line_id: str) -> datetime | None:
    """When the last parcel with any of the line was delivered, of those that were."""
    days = (
        shipment.delivered_at
        for shipment in open_shipments(order)
        if any(line.line_id == line_id for line in shipment.lines)
    )
    return max((day for day in days if day is not None), default=None)


def returnable(order: Order, line: OrderLine, shop: Shop, now: datetime) -> Returnable:
    """What of the line may be sent back now."""
    day = delivered_at(order, line.id)
    until = day + parse_duration(shop.windows.returns) if day is not None else None
    stages = quantities(order, line)
    left = free_of(order, line, stages.delivered + stages.returned)
    refusal = _why_not(order, line, shop, until, left, now)
    return Returnable(line, 0 if refusal else left, until, refusal)


def _why_not(
    order: Order, line: OrderLine, shop: Shop, until: datetime | None, left: int, now: datetime
) -> ErrorCode | None:
    if order.flow.status is OrderStatus.CANCELED:
        return ErrorCode.ALREADY_CANCELED
    if line.category is not None and line.category in shop.final_sale:
        return ErrorCode.FINAL_SALE
    if not line.returnable or order.delivery.method is DeliveryMethod.DIGITAL:
        return ErrorCode.NOT_RETURNABLE
    if until is None:
        return ErrorCode.NOT_DELIVERED
    if left <= 0:
        going = any(one.line_id == line.id for rma in order.returns if rma.is_open for one in rma.lines)
        return ErrorCode.RETURN_IN_PROGRESS if going else ErrorCode.ALREADY_RETURNED
    return ErrorCode.WINDOW_CLOSED if now > until else None


def returnables(order: Order, shop: Shop, now: datetime) -> tuple[Returnable, ...]:
    return tuple(returnable(order, line, shop, now) for line in order.lines)


def window_of(order: Order, shop: Shop) -> tuple[datetime, datetime] | None:
    """From the first delivery until the last line's time is over; None while nothing was delivered."""
    days = [day for line in order.lines if (day := delivered_at(order, line.id)) is not None]
    return (min(days), max(days) + parse_duration(shop.windows.returns)) if days else None


def why_no_return(order: Order, shop: Shop, now: datetime) -> Refusal | None:
    """None if anything of the order may be sent back now; else what stands against the line that came closest."""
    lines = returnables(order, shop, now)
    if any(one.quantity for one in lines):
        return _why_not_one_more(order)
    known = {one.refusal for one in lines}
    code = next((code for code in reversed(TEXTS) if code in known), ErrorCode.NOT_RETURNABLE)
    return Refusal(code, TEXTS[code])


def _why_not_one_more(order: Order) -> Refusal | None:
    if len(order.returns) < MOST_RETURNS:
        return None
    text = f"There were {MOST_RETURNS} returns of this order already. Please write to us."
    return Refusal(ErrorCode.LIMIT_EXCEEDED, text)


def return_until(order: Order, shop: Shop, now: datetime) -> datetime | None:
    """The last moment for any line that may still come back."""
    return max((one.until for one in returnables(order, shop, now) if one.quantity and one.until), default=None)


# ------------------------------------------------------------------ what somebody asks for


def way_of(shop: Shop, method: ReturnMethod) -> ReturnWay | None:
    return next((way for way in shop.return_methods if way.method is method), None)


def reason_of(shop: Shop, handle: str) -> Reason | None:
    return next((reason for reason in shop.return_reasons if reason.handle == handle), None)


def check_request(
    order: Order, lines: Sequence[ReturnLineRequest], method: ReturnMethod, shop: Shop, now: datetime
) -> list[Refusal]:
    """Everything that stands against it at once, each with its place in the input."""
    if over := _why_not_one_more(order):
        return [over]
    if not lines:
        return [Refusal(ErrorCode.INVALID, "Say what comes back.", ("lines",))]
    if len(lines) > shop.max_lines:
        return [Refusal(ErrorCode.LIMIT_EXCEEDED, f"At most {shop.max_lines} lines at once.", ("lines",))]
    found: list[Refusal] = []
    if way_of(shop, method) is None:
        found.append(Refusal(ErrorCode.INVALID, "Choose one of the ways that returnOptions names.", ("method",)))
    left: dict[str, int] = {}
    for index, asked in enumerate(lines):
        place = ("lines", str(index))
        found += _check_words(asked, shop, place)
        line = order.line(asked.line_id)
        if line is None:
            found.append(Refusal(ErrorCode.NOT_FOUND, "There is no such line.", (*place, "lineId")))
            continue
        state = returnable(order, line, shop, now)
        if state.refusal is not None:
            found.append(Refusal(state.refusal, TEXTS[state.refusal], (*place, "lineId")))
            continue
        left[line.id] = left.get(line.id, state.quantity) - asked.quantity
        if asked.quantity < 1:
            found.append(Refusal(ErrorCode.INVALID, "The quantity must be at least 1.", (*place, "quantity")))
        elif left[line.id] < 0:
            text = f"Only {state.quantity} of this item can come back."
            found.append(Refusal(ErrorCode.QUANTITY_EXCEEDED, text, (*place, "quantity")))
    return found


def _check_words(asked: ReturnLineRequest, shop: Shop, place: tuple[str, ...]) -> list[Refusal]:
    found = []
    reason = reason_of(shop, asked.reason)
    if reason is None:
        text = "Choose one of the reasons that returnOptions names."
        found.append(Refusal(ErrorCode.INVALID, text, (*place, "reason")))
    elif reason.needs_note and not (asked.note or "").strip():
        found.append(Refusal(ErrorCode.INVALID, "Please say what is the matter.", (*place, "note")))
    if asked.resolution is ReturnResolution.EXCHANGE or asked.exchange_sku is not None:
        found.append(Refusal(ErrorCode.EXCHANGE_UNAVAILABLE, "We do not exchange items.", (*place, "resolution")))
    elif asked.resolution not in RESOLUTIONS:
        found.append(Refusal(ErrorCode.NOT_ALLOWED, "A return is paid back.", (*place, "resolution")))
    if asked.photo_urls:
        found.append(Refusal(ErrorCode.INVALID, "Only what was uploaded here.", (*place, "photoUrls")))
    return found


# ------------------------------------------------------------------ what it pays back


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a return would pay back: by place in what was asked, then the fee, and the rest."""

    amounts: tuple[int, ...]
    fee: int

    @property
    def total(self) -> int:
        return max(sum(self.amounts) - self.fee, 0)


def fee_of(order: Order, lines: Sequence[ReturnLineRequest], method: ReturnMethod, shop: Shop) -> int:
    """Once a return, in the order's currency; nothing where every reason is our own fault."""
    way = way_of(shop, method)
    reasons = [reason_of(shop, line.reason) for line in lines]
    if way is None or order.currency not in way.fees or all(reason is not None and reason.free for reason in reasons):
        return 0
    return minor(way.fees[order.currency], order.currency)


def estimate(order: Order, lines: Sequence[ReturnLineRequest], method: ReturnMethod, shop: Shop) -> Estimate:
    """Lines that were checked. One line of the order may be named twice, for two reasons."""
    wanted: dict[str, int] = {}
    for line in lines:
        wanted[line.line_id] = wanted.get(line.line_id, 0) + line.quantity
    amounts = [0] * len(lines)
    for line_id, amount in worth(order, wanted, shop).items():
        places = [index for index, line in enumerate(lines) if line.line_id == line_id]
        for index, part in zip(places, allocate(amount, [lines[at].quantity for at in places]), strict=True):
            amounts[index] = part
    return Estimate(tuple(amounts), min(fee_of(order, lines, method, shop), sum(amounts)))


def approves_itself(order: Order, rma: Return, shop: Shop, in_shop_currency: int) -> bool:
    """Nobody has to look at it; `in_shop_currency` is what it pays back, in the shop's own minor units."""
    rule = shop.auto_approve
    if not rule.on or (rule.reasons and not {line.reason for line in rma.lines} <= set(rule.reasons)):
        return False
    if rule.up_to is None:
        return True
    return in_shop_currency <= int(Decimal(rule.up_to).scaleb(exponent(shop.currencies[0])))


def destination(order: Order, lines: Sequence[ReturnLineRequest], method: ReturnMethod, shop: Shop) -> str | None:
    """Where the goods go: the counter of that way, else where the first of them came from."""
    way = way_of(shop, method)
    if method is ReturnMethod.KEEP:
        return None
    if way is not None and way.locations:
        return way.locations[0]
    ids = {line.line_id for line in lines}
    origins = (one.origin for one in open_shipments(order) if ids & {line.line_id for line in one.lines})
    known = (origin for origin in origins if origin is not None and shop.location(origin) is not None)
    return next(known, shop.locations[0].handle if shop.locations else None)


def per_unit(order: Order, line: OrderLine, shop: Shop) -> int:
    """What one more unit of the line pays back now."""
    return worth(order, {line.id: 1}, shop)[line.id]


# ------------------------------------------------------------------ changing one's mind


def why_not_cancel_return(rma: Return, triggers: Sequence[str], cancel: str) -> Refusal | None:
    """None if the buyer may call the return off now; `triggers` are those that its state answers."""
    if cancel in triggers:
        return None
    if rma.is_given_up or not rma.is_open:
        return Refusal(ErrorCode.ALREADY_DONE, "This return is over.")
    return Refusal(ErrorCode.NOT_ALLOWED, "This return is on its way and can no longer be called off.")


def quote_until(order: Order, shop: Shop, now: datetime) -> datetime:
    """How long a quote made now holds: no longer than anything may be sent back."""
    end, last = now + parse_duration(shop.windows.return_quote), return_until(order, shop, now)
    return min(end, last) if last is not None else end
