"""May it come back, by which way, and at what cost: asked of the policy alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from domain.model.commands import ReturnLineRequest
from domain.model.errors import ErrorCode
from domain.model.orders import DeliveryMethod, Order, OrderStatus
from domain.model.payments import Refund, RefundLine
from domain.model.returns import ReturnMethod, ReturnResolution, ReturnStatus
from domain.model.shipments import TrackingStatus
from domain.model.shop import AutoApprove
from domain.policies.progress import OrderReturnStatus, quantities, return_status
from domain.policies.refunds import NOT_COMING, claims, owed_back
from domain.policies.returns import (
    MOST_RETURNS,
    approves_itself,
    check_request,
    destination,
    estimate,
    fee_of,
    quote_until,
    return_until,
    returnable,
    returnables,
    why_no_return,
    window_of,
)
from tests.domain.policies.coming_back import a_return, a_return_line
from tests.domain.policies.orders import a_parcel, orders, with_parcels, with_status
from tests.factories import NOW, a_line, a_shop, an_order

SHOP = a_shop()
DAY = timedelta(days=1)
THERE = with_parcels(
    an_order(lines=[a_line(1, quantity=2), a_line(2, "MUG", 1, 900)], total=4898),
    a_parcel(1, 2, origin="hamburg", shipped_at=NOW, delivered_at=NOW),
    a_parcel(2, 1, line=2, origin="vienna", shipped_at=NOW, delivered_at=NOW + 3 * DAY),
)


def asked(line_id: str = "l1", quantity: int = 1, reason: str = "UNWANTED") -> ReturnLineRequest:
    return ReturnLineRequest(line_id, quantity, reason, ReturnResolution.REFUND)


def code_of(order: Order, at: Any = NOW + DAY) -> ErrorCode | None:
    return returnable(order, order.lines[0], SHOP, at).refusal


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (THERE, None),
        (with_status(THERE, OrderStatus.CANCELED), ErrorCode.ALREADY_CANCELED),
        (replace(THERE, lines=(a_line(1, category="gift-cards"),)), ErrorCode.FINAL_SALE),
        (replace(THERE, lines=(a_line(1, returnable=False),)), ErrorCode.NOT_RETURNABLE),
        (replace(THERE, delivery=replace(THERE.delivery, method=DeliveryMethod.DIGITAL)), ErrorCode.NOT_RETURNABLE),
        (with_parcels(THERE, a_parcel(1, 2, shipped_at=NOW)), ErrorCode.NOT_DELIVERED),
        (
            replace(THERE, returns=(a_return(1, [a_return_line(quantity=2)]),)),
            ErrorCode.RETURN_IN_PROGRESS,
        ),
        (
            replace(THERE, returns=(a_return(1, [a_return_line(quantity=2, here=2)], status=ReturnStatus.CLOSED),)),
            ErrorCode.ALREADY_RETURNED,
        ),
        (replace(THERE, returns=(a_return(1, [a_return_line(quantity=2)], status=ReturnStatus.EXPIRED),)), None),
    ],
)
def test_a_line_may_come_back_or_there_is_one_reason_why_not(order: Order, code: ErrorCode | None) -> None:
    assert code_of(order) == code


def test_the_time_for_a_line_begins_when_the_last_of_it_was_delivered() -> None:
    first, second = returnables(THERE, SHOP, NOW + DAY)
    assert (first.until, second.until) == (NOW + 14 * DAY, NOW + 17 * DAY)
    assert window_of(THERE, SHOP) == (NOW, NOW + 17 * DAY)
    assert code_of(THERE, NOW + 14 * DAY) is None
    assert code_of(THERE, NOW + 15 * DAY) is ErrorCode.WINDOW_CLOSED
    assert why_no_return(THERE, SHOP, NOW + 15 * DAY) is None, "the mug still may"
    closed = why_no_return(THERE, SHOP, NOW + 18 * DAY)
    assert closed is not None
    assert closed.code is ErrorCode.WINDOW_CLOSED
    assert return_until(THERE, SHOP, NOW + 15 * DAY) == NOW + 17 * DAY
    assert window_of(an_order(), SHOP) is None


def test_an_order_has_so_many_returns_at_the_most_and_those_called_off_count() -> None:
    called_off = tuple(a_return(number, status=ReturnStatus.CANCELED) for number in range(1, MOST_RETURNS + 1))
    one_less, enough = replace(THERE, returns=called_off[1:]), replace(THERE, returns=called_off)
    assert check_request(one_less, [asked()], ReturnMethod.SHIP, SHOP, NOW + DAY) == []
    assert why_no_return(one_less, SHOP, NOW + DAY) is None
    [refusal] = check_request(enough, [asked()], ReturnMethod.SHIP, SHOP, NOW + DAY)
    assert refusal.code is ErrorCode.LIMIT_EXCEEDED
    assert why_no_return(enough, SHOP, NOW + DAY) == refusal


def test_a_quote_holds_no_longer_than_anything_may_come_back() -> None:
    assert quote_until(THERE, SHOP, NOW) == NOW + timedelta(minutes=30)
    late = NOW + 17 * DAY - timedelta(minutes=5)
    assert quote_until(THERE, SHOP, late) == NOW + 17 * DAY


@pytest.mark.parametrize(
    ("lines", "method", "fee"),
    [
        ([asked()], ReturnMethod.SHIP, 290),
        ([asked(), asked("l2")], ReturnMethod.SHIP, 290),
        ([asked(reason="WRONG_ITEM")], ReturnMethod.SHIP, 0),
        ([asked(reason="WRONG_ITEM"), asked("l2")], ReturnMethod.SHIP, 290),
        ([asked()], ReturnMethod.IN_STORE, 0),
    ],
)
def test_a_fee_is_taken_once_a_return_unless_all_of_it_is_our_own_fault(
    lines: list[ReturnLineRequest], method: ReturnMethod, fee: int
) -> None:
    assert fee_of(THERE, lines, method, SHOP) == fee


def test_one_line_named_twice_for_two_reasons_pays_back_what_it_would_pay_in_one() -> None:
    once = estimate(THERE, [asked(quantity=2)], ReturnMethod.SHIP, SHOP)
    twice = estimate(THERE, [asked(), asked(reason="WRONG_ITEM")], ReturnMethod.SHIP, SHOP)
    assert sum(once.amounts) == sum(twice.amounts) == 3998
    assert once.total == 3998 - 290


def test_a_fee_never_makes_the_buyer_pay_for_sending_something_back() -> None:
    cheap = replace(THERE, lines=(a_line(1, quantity=2, unit_price=50),), total=100)
    found = estimate(cheap, [asked(quantity=2)], ReturnMethod.SHIP, SHOP)
    assert (found.fee, found.total) == (100, 0)


@pytest.mark.parametrize(
    ("rule", "approved"),
    [
        (AutoApprove(), False),
        (AutoApprove(on=True), True),
        (AutoApprove(on=True, up_to="19.99"), True),
        (AutoApprove(on=True, up_to="19.98"), False),
        (AutoApprove(on=True, reasons=("UNWANTED",)), True),
        (AutoApprove(on=True, reasons=("WRONG_ITEM",)), False),
    ],
)
def test_a_return_approves_itself_as_far_as_the_shop_says(rule: AutoApprove, approved: bool) -> None:
    assert approves_itself(THERE, a_return(), a_shop(auto_approve=rule), 1999) is approved


@pytest.mark.parametrize(
    ("line_id", "method", "place"),
    [
        ("l1", ReturnMethod.SHIP, "hamburg"),
        ("l2", ReturnMethod.SHIP, "vienna"),
        ("l1", ReturnMethod.IN_STORE, "vienna"),
        ("l1", ReturnMethod.KEEP, None),
    ],
)
def test_goods_go_back_to_where_they_came_from_or_to_the_counter(
    line_id: str, method: ReturnMethod, place: str | None
) -> None:
    assert destination(THERE, [asked(line_id)], method, SHOP) == place


def test_a_unit_that_was_paid_back_as_not_coming_is_none_of_those_that_are_there() -> None:
    order = with_parcels(
        an_order(lines=[a_line(1, quantity=3)]),
        a_parcel(1, 2, shipped_at=NOW, delivered_at=NOW),
        a_parcel(2, 1, shipped_at=NOW, status=TrackingStatus.RETURN_TO_SENDER),
    )
    assert owed_back(order) == {"l1": 1}
    unit = (RefundLine("l1", 1, 1999),)
    by_staff, by_itself = Refund("r1", "p1", 1999, NOW, unit, reason="torn"), Refund("r2", "p1", 1999, NOW, unit)
    by_itself = replace(by_itself, reason=NOT_COMING)
    for refunds, left, owed in (((by_itself,), 2, {}), ((by_staff,), 1, {"l1": 1}), ((by_staff, by_itself), 1, {})):
        paid = replace(order, refunds=refunds)
        assert (returnable(paid, paid.lines[0], SHOP, NOW + DAY).quantity, owed_back(paid)) == (left, owed)


@settings(deadline=None, max_examples=150)
@given(orders())
def test_of_any_order_no_more_may_come_back_than_was_delivered_and_is_not_spoken_for(order: Order) -> None:
    known = claims(order)
    for one in returnables(order, SHOP, NOW):
        stages = quantities(order, one.line)
        assert 0 <= one.quantity <= stages.delivered + stages.returned
        assert (one.quantity == 0) == (one.refusal is not None)
        assert one.quantity + known[one.line.id].units <= max(one.line.quantity, known[one.line.id].units)
        assert min(stages.delivered, stages.returned) >= 0
    assert (why_no_return(order, SHOP, NOW) is None) == any(one.quantity for one in returnables(order, SHOP, NOW))


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((), OrderReturnStatus.NO_RETURN),
        ((ReturnStatus.CANCELED, ReturnStatus.DECLINED), OrderReturnStatus.NO_RETURN),
        ((ReturnStatus.CLOSED, ReturnStatus.REQUESTED), OrderReturnStatus.RETURN_REQUESTED),
        ((ReturnStatus.INSPECTED, ReturnStatus.IN_TRANSIT), OrderReturnStatus.IN_PROGRESS),
        ((ReturnStatus.INSPECTED,), OrderReturnStatus.INSPECTION_COMPLETE),
        ((ReturnStatus.CLOSED,), OrderReturnStatus.PARTIALLY_RETURNED),
        ((ReturnStatus.CLOSED,) * 2, OrderReturnStatus.RETURNED),
    ],
)
def test_of_several_returns_the_one_that_has_furthest_to_go_speaks(
    statuses: tuple[ReturnStatus, ...], expected: OrderReturnStatus
) -> None:
    lines = (a_return_line("t1l1", "l1", 2, here=2), a_return_line("t2l1", "l2", 1, here=1))
    returns = tuple(
        a_return(number, [line], status=status)
        for number, (status, line) in enumerate(zip(statuses, lines, strict=False), 1)
    )
    assert return_status(replace(THERE, returns=returns)) is expected
