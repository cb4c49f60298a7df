"""What units pay back, and how much there still is to pay back. All amounts are minor units and add up exactly.

A line paid its own total, its tax, and its share of the way to the buyer. The first k of its Q units are worth
round(paid * k / Q): so whatever units come back in whatever portions, all of them together pay back all that was paid.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.model.money import allocate, share
from domain.model.orders import Order, OrderLine
from domain.model.payments import Payment, Refund, RefundLine, RefundStatus
from domain.model.returns import RefundShipping, Return
from domain.model.shop import Shop
from domain.policies.progress import will_not_come

NOT_COMING = "will not come"
"""The reason of a refund for units that were returned to us, or were not there: none that its buyer has."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What of a line is spoken for: so many units with so much money, and money given without any unit.

    `kept` is what of the amount is not paid, as its units went back to their buyer.
    """

    units: int = 0
    amount: int = 0
    goodwill: int = 0
    kept: int = 0

    def __add__(self, other: "Claim") -> "Claim":
        return Claim(
            self.units + other.units,
            self.amount + other.amount,
            self.goodwill + other.goodwill,
            self.kept + other.kept,
        )

    @property
    def paid(self) -> int:
        return self.amount + self.goodwill - self.kept


def goods_paid(order: Order, line: OrderLine) -> int:
    """What the line cost its buyer, discount taken off, tax in it, without the way to them."""
    return line.total + (0 if order.tax_included else line.tax)


def paid_by_line(order: Order, shop: Shop) -> dict[str, int]:
    """What all units of each line pay back, the way to the buyer shared out where the shop pays back shares of it."""
    goods = [goods_paid(order, line) for line in order.lines]
    extra = (0,) * len(goods)
    if shop.refund_shipping is RefundShipping.SHARE and goods:
        extra = allocate(shipping_paid(order), goods)
    return {line.id: own + more for line, own, more in zip(order.lines, goods, extra, strict=True)}


def shipping_paid(order: Order) -> int:
    """What the way to the buyer cost, tax in it: all of the total that is no line's."""
    return max(order.total - sum(goods_paid(order, line) for line in order.lines), 0)


def counts(refund: Refund) -> bool:
    """Paid, or about to be: as long as nobody knows that it failed."""
    return refund.status is not RefundStatus.FAILED


def claims(order: Order) -> dict[str, Claim]:
    """By line, what is spoken for by returns that were not given up, and by refunds for no return."""
    found = {line.id: Claim() for line in order.lines}
    for rma in order.returns:
        for part in () if rma.is_given_up else rma.lines:
            # A unit that never arrived may still come; one that went back to the buyer has had its turn, and its money.
            found[part.line_id] += Claim(part.arriving, part.worth, kept=part.worth - part.owed)
    for parts in refunded_beside_returns(order):
        named = {line.line_id: line.quantity for line in parts[0].lines}
        for line in (line for part in filter(counts, parts) for line in part.lines):
            found[line.line_id] += Claim(amount=line.amount) if named[line.line_id] else Claim(goodwill=line.amount)
        if all(map(counts, parts)):
            for line_id, units in named.items():
                found[line_id] += Claim(units)
    return found


def refunded_beside_returns(order: Order) -> list[list[Refund]]:
    """Refunds for no return, those over several payments together, the one that names the units first.

    As long as any part failed the units are not settled: they are free, and worth what is still missing.
    """
    found: dict[str, list[Refund]] = {}
    for refund in order.refunds:
        if refund.return_id is None:
            found.setdefault(refund.part_of or refund.id, []).append(refund)
    return list(found.values())


def paid_as_not_coming(order: Order) -> dict[str, int]:
    """By line, units that were paid back because they will not come."""
    found = dict.fromkeys((line.id for line in order.lines), 0)
    for parts in refunded_beside_returns(order):
        for line in parts[0].lines if parts[0].reason == NOT_COMING and all(map(counts, parts)) else ():
            found[line.line_id] += line.quantity
    return found


def owed_back(order: Order) -> dict[str, int]:
    """By line, units that will not come any more, that were not paid back for it, and that nothing else speaks for."""
    known, paid = claims(order), paid_as_not_coming(order)
    left = {
        line.id: min(will_not_come(order, line) - paid[line.id], line.quantity - known[line.id].units)
        for line in order.lines
    }
    return {line_id: units for line_id, units in left.items() if units > 0}


def free_of(order: Order, line: OrderLine, there: int) -> int:
    """How many of the units that its buyer has are not spoken for; what was paid back as not coming is none of them."""
    spoken_for = claims(order)[line.id].units
    elsewhere = min(paid_as_not_coming(order)[line.id], will_not_come(order, line))
    return min(there - (spoken_for - elsewhere), line.quantity - spoken_for)


def worth(order: Order, wanted: Mapping[str, int], shop: Shop) -> dict[str, int]:
    """What so many more units of each line pay back now, given what is spoken for already.

    Units are worth what brings the sum up to the share of all claimed so far: given up returns leave no cent behind.
    Money that was given without a unit is taken off in the end only, when the line would pay back more than it cost.
    """
    paid, known = paid_by_line(order, shop), claims(order)
    found = {}
    for line_id, quantity in wanted.items():
        line, claim = _line(order, line_id), known[line_id]
        reached = share(paid[line_id], min(claim.units + quantity, line.quantity), line.quantity)
        left = paid[line_id] - claim.paid
        found[line_id] = max(min(reached - claim.amount, left), 0)
    if shop.refund_shipping is RefundShipping.WITH_LAST and found and _is_the_rest(order, wanted, known):
        last = next(reversed(found))
        found[last] += _shipping_left(order, paid, known, found)
    return found


def _line(order: Order, line_id: str) -> OrderLine:
    line = order.line(line_id)
    if line is None:
        raise LookupError("the order has no such line")
    return line


def _is_the_rest(order: Order, wanted: Mapping[str, int], known: Mapping[str, Claim]) -> bool:
    return all(known[line.id].units + wanted.get(line.id, 0) >= line.quantity for line in order.lines)


def _shipping_left(order: Order, paid: Mapping[str, int], known: Mapping[str, Claim], found: Mapping[str, int]) -> int:
    """The way to the buyer, as far as it was not paid back with an earlier last unit."""
    spent = sum(claim.paid for claim in known.values()) + sum(found.values())
    return max(min(shipping_paid(order), sum(paid.values()) + shipping_paid(order) - spent), 0)


# ------------------------------------------------------------------ what there is to pay back from


def left_of(payment: Payment, order: Order) -> int:
    """What was taken by this payment and is not on its way back."""
    going = sum(refund.amount for refund in order.refunds if refund.payment_id == payment.id and counts(refund))
    return max(payment.captured - max(going, payment.refunded), 0)


def refundable(order: Order) -> int:
    """What was taken and is not on its way back."""
    return sum(left_of(payment, order) for payment in order.payments)


def promised(order: Order) -> int:
    """What open returns will pay back and have not yet."""
    return sum(still_owed(order, rma) for rma in order.returns if rma.is_open)


def still_owed(order: Order, rma: Return) -> int:
    """What it pays back and is neither on its way nor there."""
    return max(rma.owed - sum(refund.amount for refund in order.refunds_of(rma.id) if counts(refund)), 0)


def over_payments(order: Order, amount: int, payment_id: str | None = None) -> list[tuple[str, int]]:
    """Which payments it goes back to, each no further than what it has left; less than `amount` if there is no more."""
    parts = []
    for payment in order.payments:
        part = min(left_of(payment, order), amount)
        if part > 0 and payment_id in (None, payment.id):
            parts.append((payment.id, part))
            amount -= part
    return parts


def spread(amount: int, lines: tuple[RefundLine, ...]) -> tuple[RefundLine, ...]:
    """The lines with amounts that add up to `amount`, in proportion to what they had."""
    if not lines:
        return ()
    parts = allocate(amount, [line.amount for line in lines])
    return tuple(RefundLine(line.line_id, line.quantity, part) for line, part in zip(lines, parts, strict=True))


def refund_lines(rma: Return) -> tuple[RefundLine, ...]:
    """The accepted units, with what they pay back before the fee."""
    return tuple(RefundLine(line.line_id, line.accepted, line.owed) for line in rma.lines if line.accepted)
