"""What a condition may name: every path, its type, and how it is read off an order, or off a return inside it.

Money is in the shop's currency.
"""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from domain.model.money import exponent
from domain.model.orders import Order, TaskStatus
from domain.model.payments import PaymentStatus, RiskAssessment, RiskLevel
from domain.model.returns import Return
from domain.model.shipments import PREPARATION_ORDER
from domain.model.shop import Shop
from domain.policies.progress import fulfillment_status, has_left, open_shipments, payment_status, sent_back
from domain.policies.refunds import owed_back
from domain.policies.returns import approves_itself
from domain.policies.risk import with_gateway
from domain.workflow.conditions import Fact

NO_LIMIT = 2**62
HELD = (PaymentStatus.AUTHORIZED, PaymentStatus.PARTIALLY_CAPTURED, PaymentStatus.CAPTURED)


def in_shop_currency(amount: int, currency: str, shop: Shop) -> int:
    """Minor units of the shop's own currency, half up; equal where the shop names no rate."""
    own = shop.currencies[0]
    if currency == own or currency not in shop.exchange:
        return amount
    scale = Decimal(10) ** (exponent(own) - exponent(currency))
    return int((amount * Decimal(shop.exchange[currency]) * scale).quantize(Decimal(1), ROUND_HALF_UP))


def _approval_from(shop: Shop) -> int:
    if shop.approval_from is None:
        return NO_LIMIT
    return int(Decimal(shop.approval_from).scaleb(exponent(shop.currencies[0])))


def _preparation(order: Order) -> str:
    steps = [PREPARATION_ORDER.index(shipment.preparation) for shipment in open_shipments(order)]
    return PREPARATION_ORDER[min(steps)].value if steps else ""


def _unplanned(order: Order) -> int:
    """Units that are set aside and in no parcel that is still to leave."""
    waiting = [parcel for parcel in open_shipments(order) if not has_left(parcel)]
    planned = sum(line.quantity for parcel in waiting for line in parcel.lines)
    return max(sum(allocation.quantity for allocation in order.allocations) - planned, 0)


def _sent_back(order: Order) -> int:
    return sum(sent_back(order, line.id) for line in order.lines)


def _lost(order: Order) -> int:
    return sum(quantity for _, quantity in order.stock_lost)


def _open_tasks(order: Order) -> int:
    return sum(task.status is TaskStatus.RUNNING for task in order.flow.tasks)


def _authorized(order: Order) -> int:
    return sum(payment.authorized for payment in order.payments if payment.status in HELD)


def _risk(order: Order, shop: Shop) -> RiskAssessment:
    """The worse of our own assessment and the providers' words; LOW where nobody said anything."""
    known = RiskAssessment(RiskLevel.LOW, 0.0)
    for word in (order.risk, *(payment.risk for payment in order.payments)):
        known = with_gateway(known, word, shop) or known
    return known


Read = Callable[[Order, Shop], Fact]

FACTS: dict[str, tuple[type, Read]] = {
    "order.total": (int, lambda order, shop: in_shop_currency(order.total, order.currency, shop)),
    "order.authorized": (int, lambda order, shop: in_shop_currency(_authorized(order), order.currency, shop)),
    "order.captured": (int, lambda order, shop: in_shop_currency(order.captured, order.currency, shop)),
    "order.outstanding": (int, lambda order, shop: in_shop_currency(order.outstanding, order.currency, shop)),
    "order.currency": (str, lambda order, shop: order.currency),
    "order.country": (str, lambda order, shop: order.country),
    "order.channel": (str, lambda order, shop: order.channel),
    "order.method": (str, lambda order, shop: order.delivery.method.value),
    "order.service": (str, lambda order, shop: order.delivery.service),
    "order.lines": (int, lambda order, shop: len(order.lines)),
    "order.items": (int, lambda order, shop: sum(line.quantity for line in order.lines)),
    "order.reserved": (int, lambda order, shop: sum(allocation.quantity for allocation in order.allocations)),
    "order.backordered": (int, lambda order, shop: sum(line.backordered for line in order.lines)),
    "order.unplanned": (int, lambda order, shop: _unplanned(order)),
    "order.sentBack": (int, lambda order, shop: _sent_back(order)),
    "order.owedBack": (int, lambda order, shop: sum(owed_back(order).values())),
    "order.lost": (int, lambda order, shop: _lost(order)),
    "order.openTasks": (int, lambda order, shop: _open_tasks(order)),
    "order.paymentStatus": (str, lambda order, shop: payment_status(order).value),
    "order.fulfillmentStatus": (str, lambda order, shop: fulfillment_status(order).value),
    "order.preparation": (str, lambda order, shop: _preparation(order)),
    "order.risk": (str, lambda order, shop: _risk(order, shop).level.value),
    "order.riskScore": (float, lambda order, shop: _risk(order, shop).score),
    "customer.known": (bool, lambda order, shop: order.customer_id is not None),
    "customer.tier": (str, lambda order, shop: order.customer_tier or ""),
    "shop.approvalFrom": (int, lambda order, shop: _approval_from(shop)),
}

OCCASION: dict[str, type] = {
    "error.code": str,
    "error.task": str,
    "result.amount": int,
    "result.reference": str,
    "trigger.by": str,
}
"""What the trigger itself brings; absent ones are empty or zero."""

VARIABLES: Mapping[str, type] = {path: kind for path, (kind, _) in FACTS.items()} | OCCASION


def facts_of(order: Order, shop: Shop, occasion: Mapping[str, Fact]) -> dict[str, Fact]:
    """The value of every path in VARIABLES."""
    values: dict[str, Fact] = {path: read(order, shop) for path, (_, read) in FACTS.items()}
    for path, kind in OCCASION.items():
        values[path] = occasion.get(path, kind())
    return values


# ------------------------------------------------------------------ returns


def _return_total(rma: Return, order: Order, shop: Shop) -> int:
    return in_shop_currency(rma.owed, order.currency, shop)


ReadReturn = Callable[[Return, Order, Shop], Fact]

# "return" is a word that CEL keeps to itself.
RETURN_FACTS: dict[str, tuple[type, ReadReturn]] = {
    "rma.refundTotal": (int, _return_total),
    "rma.fee": (int, lambda rma, order, shop: in_shop_currency(rma.fee, order.currency, shop)),
    "rma.reason": (str, lambda rma, order, shop: rma.lines[0].reason),
    "rma.method": (str, lambda rma, order, shop: rma.method.value),
    "rma.resolution": (str, lambda rma, order, shop: rma.lines[0].resolution.value),
    "rma.items": (int, lambda rma, order, shop: sum(line.quantity for line in rma.lines)),
    "rma.inspected": (int, lambda rma, order, shop: sum(line.inspected for line in rma.lines)),
    "rma.accepted": (int, lambda rma, order, shop: sum(line.accepted for line in rma.lines)),
    "rma.missing": (int, lambda rma, order, shop: sum(line.missing for line in rma.lines)),
    "rma.received": (bool, lambda rma, order, shop: rma.received_at is not None),
    "rma.autoApprove": (
        bool,
        lambda rma, order, shop: approves_itself(order, rma, shop, _return_total(rma, order, shop)),
    ),
}

RETURN_VARIABLES: Mapping[str, type] = {**VARIABLES, **{path: kind for path, (kind, _) in RETURN_FACTS.items()}}


OF_SUBJECT: Mapping[str, Mapping[str, type]] = {"ORDER": VARIABLES, "RETURN": RETURN_VARIABLES}
"""What a condition may name, by the subject of its definition."""


def facts_of_return(order: Order, rma: Return, shop: Shop, occasion: Mapping[str, Fact]) -> dict[str, Fact]:
    """The value of every path in RETURN_VARIABLES: the order's own facts, and the return's."""
    return facts_of(order, shop, occasion) | {path: read(rma, order, shop) for path, (_, read) in RETURN_FACTS.items()}
