from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.orders import Order
from domain.model.payments import PaymentStatus, Refund, RefundLine, RefundStatus, RiskAssessment, RiskLevel
from domain.model.shipments import PreparationStatus, TrackingStatus
from domain.model.stock import Allocation
from domain.policies.refunds import NOT_COMING
from domain.workflow.conditions import Fact
from domain.workflow.facts import FACTS, OCCASION, VARIABLES, facts_of, in_shop_currency
from tests.domain.policies.orders import a_parcel, orders
from tests.factories import NOW, a_line, a_payment, a_shop, an_order
from tests.histories import a_history

SHOP = a_shop()
SEEDS = st.integers(0, 2**64)


def fact(path: str, order: Order, **shop: object) -> Fact:
    return facts_of(order, a_shop(**shop), {})[path]


def check_types(order: Order) -> None:
    facts = facts_of(order, SHOP, {})
    assert facts.keys() == VARIABLES.keys()
    for path, value in facts.items():
        assert type(value) is VARIABLES[path], path


@settings(deadline=None, max_examples=40)
@given(orders())
def test_every_path_has_a_value_of_its_type_whatever_the_order(order: Order) -> None:
    check_types(order)


@settings(deadline=None, max_examples=30)
@given(SEEDS)
def test_every_path_has_a_value_at_every_moment_of_any_history(seed: int) -> None:
    for changes in a_history(Random(seed), 8):
        check_types(changes.order)


def test_what_a_trigger_does_not_bring_is_empty_or_zero() -> None:
    facts = facts_of(an_order(), SHOP, {"error.code": "DECLINED"})
    assert {path: facts[path] for path in OCCASION} == {
        "error.code": "DECLINED", "error.task": "", "result.amount": 0, "result.reference": "", "trigger.by": "",
    }  # fmt: skip
    assert not set(FACTS) & set(OCCASION)


@pytest.mark.parametrize(
    ("amount", "currency", "converted"),
    [(100, "EUR", 100), (100, "USD", 92), (54, "USD", 50), (1, "USD", 1), (100, "CHF", 100), (-100, "USD", -92)],
)
def test_amounts_count_in_the_shops_own_currency(amount: int, currency: str, converted: int) -> None:
    assert in_shop_currency(amount, currency, SHOP) == converted


def test_decimals_of_currencies_differ() -> None:
    shop = a_shop(currencies=("EUR", "JPY", "KWD"), exchange={"JPY": "0.006", "KWD": "3.00"})
    assert in_shop_currency(1000, "JPY", shop) == 600
    assert in_shop_currency(1000, "KWD", shop) == 300


def test_an_approval_limit_counts_in_minor_units_and_may_be_absent() -> None:
    assert fact("shop.approvalFrom", an_order()) == 100_000
    assert fact("shop.approvalFrom", an_order(), approval_from=None) == 2**62


def test_only_what_is_held_counts_as_authorized() -> None:
    paid = tuple(
        replace(a_payment(number, 100), status=status, authorized=100) for number, status in enumerate(PaymentStatus, 1)
    )
    held = (PaymentStatus.AUTHORIZED, PaymentStatus.PARTIALLY_CAPTURED, PaymentStatus.CAPTURED)
    assert fact("order.authorized", replace(an_order(), payments=paid)) == 100 * len(held)


def test_the_worse_word_on_risk_counts() -> None:
    order = replace(an_order(), risk=RiskAssessment(RiskLevel.LOW, 0.1))
    assert fact("order.risk", an_order()) == "LOW"
    assert fact("order.risk", order) == "LOW"
    elevated = replace(a_payment(), risk=RiskAssessment(RiskLevel.HIGH, 0.5))
    assert fact("order.risk", replace(order, payments=(elevated,))) == "HIGH"
    assert fact("order.riskScore", replace(order, payments=(elevated,))) == 0.7


def test_the_least_advanced_parcel_tells_how_far_the_warehouse_is() -> None:
    one, other = a_parcel(preparation=PreparationStatus.LABELED), a_parcel(2, preparation=PreparationStatus.PICKING)
    assert fact("order.preparation", replace(an_order(), shipments=(one, other))) == "PICKING"
    assert fact("order.preparation", replace(an_order(), shipments=(one, replace(other, canceled=True)))) == "LABELED"
    assert fact("order.preparation", an_order()) == ""


def test_units_set_aside_that_no_parcel_will_take_are_unplanned() -> None:
    held = (Allocation("l1", "TEE-M", "berlin", 3),)
    order = replace(an_order(lines=[a_line(quantity=4)]), allocations=held)
    assert fact("order.unplanned", order) == 3
    planned, gone = a_parcel(quantity=2), a_parcel(2, shipped_at=NOW)
    assert fact("order.unplanned", replace(order, shipments=(planned, gone))) == 1
    assert fact("order.unplanned", replace(order, shipments=(replace(planned, canceled=True), gone))) == 3


def test_units_that_will_not_come_are_counted_and_those_that_were_not_paid_back_as_such() -> None:
    back = a_parcel(quantity=3, status=TrackingStatus.RETURN_TO_SENDER)
    order = replace(an_order(lines=[a_line(quantity=4)]), shipments=(back, a_parcel(2, shipped_at=NOW)))
    assert (fact("order.sentBack", order), fact("order.owedBack", order)) == (3, 3)
    refund = Refund("r1", "p1", 100, NOW, (RefundLine("l1", 2, 100),), reason=NOT_COMING)
    assert fact("order.owedBack", replace(order, refunds=(refund,))) == 1
    by_staff = replace(refund, reason="torn")
    assert fact("order.owedBack", replace(order, refunds=(by_staff,))) == 2, "no more than the line has left"
    failed = replace(refund, status=RefundStatus.FAILED)
    assert fact("order.owedBack", replace(order, refunds=(failed,))) == 3
    assert fact("order.sentBack", replace(order, shipments=(replace(back, canceled=True),))) == 0


def test_units_that_were_not_there_are_lost_and_owed() -> None:
    order = replace(an_order(lines=[a_line(quantity=2), a_line(2)]), stock_lost=(("l1", 2), ("l2", 1)))
    assert (fact("order.lost", order), fact("order.owedBack", order)) == (3, 3)


def test_open_tasks_are_counted() -> None:
    assert fact("order.openTasks", an_order()) == 1
