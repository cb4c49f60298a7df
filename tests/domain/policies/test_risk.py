from dataclasses import replace

import pytest

from domain.model.addresses import Address
from domain.model.orders import Order
from domain.model.payments import RiskAssessment, RiskLevel
from domain.policies.risk import assess, level_of, with_gateway
from tests.factories import a_buyer, a_shop, an_order

SHOP = a_shop()


def bought(
    total: int = 1000, billed_in: str | None = None, customer: str | None = None, currency: str = "EUR"
) -> Order:
    buyer = a_buyer(billing_address=Address(billed_in) if billed_in else None)
    return replace(an_order(total=total, customer_id=customer, currency=currency), buyer=buyer)


@pytest.mark.parametrize(
    ("order", "score", "level", "reasons"),
    [
        (bought(customer="c1"), 0.0, "LOW", ()),
        (bought(), 0.1, "LOW", ("guest",)),
        (bought(74_999), 0.1, "LOW", ("guest",)),
        (bought(75_000), 0.45, "MEDIUM", ("large amount", "guest")),
        (bought(billed_in="DE"), 0.1, "LOW", ("guest",)),
        (bought(billed_in="FR"), 0.4, "MEDIUM", ("billed to another country", "guest")),
        (bought(75_000, "FR", "c1"), 0.65, "HIGH", ("large amount", "billed to another country")),
        (bought(79_999, currency="USD"), 0.1, "LOW", ("guest",)),
        (bought(999_999, currency="JPY"), 0.1, "LOW", ("guest",)),
    ],
)
def test_risk_is_scored_by_the_orders_own_facts(
    order: Order, score: float, level: str, reasons: tuple[str, ...]
) -> None:
    assessed = assess(order, SHOP)
    assert (assessed.score, assessed.level, assessed.reasons) == (score, level, reasons)


def test_an_order_whose_buyer_was_erased_can_still_be_scored() -> None:
    assert assess(replace(bought(), buyer=None), SHOP).score == 0.1


def test_levels_are_the_shops() -> None:
    assert [level_of(score, SHOP) for score in (0.0, 0.29, 0.3, 0.59, 0.6, 1.0)] == [
        RiskLevel.LOW, RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.MEDIUM, RiskLevel.HIGH, RiskLevel.HIGH,
    ]  # fmt: skip


LOW, HIGH = RiskAssessment(RiskLevel.LOW, 0.1, ("guest",)), RiskAssessment(RiskLevel.HIGH, 0.5, ("elevated",))


def test_the_worse_word_counts_and_the_provider_is_believed() -> None:
    assert with_gateway(None, None, SHOP) is None
    assert with_gateway(LOW, None, SHOP) == LOW
    assert with_gateway(LOW, HIGH, SHOP) == RiskAssessment(RiskLevel.HIGH, 0.7, ("guest", "elevated"))
    assert with_gateway(replace(HIGH, score=0.9), replace(LOW, reasons=()), SHOP) == RiskAssessment(
        RiskLevel.HIGH, 0.9, ("elevated",)
    )
