"""How likely an order is not what it says: a score from its own facts. Rules in depth come with the payment work."""

from domain.model.orders import Order
from domain.model.payments import RiskAssessment, RiskLevel
from domain.model.shop import Shop
from domain.policies.pricing import minor

LARGE, ABROAD, STRANGER, GATEWAY = 0.35, 0.3, 0.1, 0.7


def assess(order: Order, shop: Shop) -> RiskAssessment:
    """Scores add up, to 1 at the most."""
    score = 0.0
    reasons: list[str] = []
    limit = shop.risk.amount_from.get(order.currency)
    if limit is not None and order.total >= minor(limit, order.currency):
        score += LARGE
        reasons.append("large amount")
    buyer = order.buyer
    if buyer and buyer.billing_address and buyer.billing_address.country_code != order.country:
        score += ABROAD
        reasons.append("billed to another country")
    if order.customer_id is None:
        score += STRANGER
        reasons.append("guest")
    score = min(score, 1.0)
    return RiskAssessment(level_of(score, shop), round(score, 3), tuple(reasons))


def level_of(score: float, shop: Shop) -> RiskLevel:
    """HIGH from the shop's `review_from` on, MEDIUM from half of it."""
    if score >= shop.risk.review_from:
        return RiskLevel.HIGH
    return RiskLevel.MEDIUM if score >= shop.risk.review_from / 2 else RiskLevel.LOW


def with_gateway(own: RiskAssessment | None, gateway: RiskAssessment | None, shop: Shop) -> RiskAssessment | None:
    """The worse of our own assessment and the payment provider's word."""
    known = [one for one in (own, gateway) if one is not None]
    if not known:
        return None
    reasons = tuple(reason for one in known for reason in one.reasons)
    worst = max(known, key=lambda one: one.score)
    score = max(worst.score, GATEWAY) if gateway and gateway.level is RiskLevel.HIGH else worst.score
    return RiskAssessment(level_of(score, shop), score, reasons)
