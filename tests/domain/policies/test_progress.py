from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.orders import Order, OrderStatus
from domain.model.payments import PaymentStatus
from domain.model.shipments import DeliveryEstimate, EstimateSource, PreparationStatus, Shipment, TrackingStatus
from domain.policies.progress import (
    OrderFulfillmentStatus,
    OrderPaymentStatus,
    OrderReturnStatus,
    delayed,
    expected_at,
    fulfillment_status,
    has_left,
    is_late,
    open_shipments,
    payment_status,
    quantities,
    return_status,
)
from tests.domain.policies.orders import a_parcel, orders, with_parcels, with_status
from tests.factories import NOW, a_line, a_payment, an_order
from tests.histories import a_history

DAY = timedelta(days=1)
SEEDS = st.integers(0, 2**64)
CONFIRMED = with_status(an_order(lines=[a_line(quantity=2)]), OrderStatus.CONFIRMED)


def check_everything_that_follows(order: Order) -> None:
    for line in order.lines:
        stages = quantities(order, line)
        counts = (stages.backordered, stages.open, stages.shipped, stages.delivered, stages.canceled, stages.returned)
        assert sum(counts) == line.quantity
        assert min(counts) >= 0
    assert payment_status(order) in OrderPaymentStatus
    assert fulfillment_status(order) in OrderFulfillmentStatus
    assert return_status(order) in OrderReturnStatus
    assert delayed(order, NOW) in (True, False)
    end = expected_at(order)
    assert end is None or end.tzinfo is not None
    for parcel in order.shipments:
        assert is_late(parcel, order, NOW) in (True, False)


@settings(deadline=None, max_examples=100)
@given(orders())
def test_statuses_follow_from_any_payments_and_parcels_and_quantities_add_up(order: Order) -> None:
    check_everything_that_follows(order)


@settings(deadline=None, max_examples=60)
@given(SEEDS)
def test_statuses_follow_at_every_moment_of_any_history(seed: int) -> None:
    for changes in a_history(Random(seed), 12):
        check_everything_that_follows(changes.order)


# ------------------------------------------------------------------ paid


@pytest.mark.parametrize(
    ("payments", "status"),
    [
        ([("PENDING", 0, 0, 0)], "PENDING"),
        ([("REQUIRES_ACTION", 0, 0, 0)], "PENDING"),
        ([("AUTHORIZED", 1999, 0, 0)], "AUTHORIZED"),
        ([("AUTHORIZED", 1998, 0, 0)], "PENDING"),
        ([("AUTHORIZED", 2000, 0, 0)], "AUTHORIZED"),
        ([("CAPTURED", 1999, 1999, 0)], "PAID"),
        ([("PARTIALLY_CAPTURED", 1999, 1, 0)], "PARTIALLY_PAID"),
        ([("PARTIALLY_REFUNDED", 1999, 1999, 1)], "PARTIALLY_REFUNDED"),
        ([("REFUNDED", 1999, 1999, 1999)], "REFUNDED"),
        ([("VOIDED", 1999, 0, 0)], "VOIDED"),
        ([("FAILED", 0, 0, 0)], "FAILED"),
        ([("EXPIRED", 0, 0, 0)], "EXPIRED"),
        ([("AUTHORIZED", 1000, 0, 0), ("AUTHORIZED", 999, 0, 0)], "AUTHORIZED"),
        ([("AUTHORIZED", 1000, 0, 0), ("REQUIRES_ACTION", 0, 0, 0)], "PENDING"),
        ([("FAILED", 0, 0, 0), ("AUTHORIZED", 1999, 0, 0)], "AUTHORIZED"),
        ([("CAPTURED", 1000, 1000, 0), ("AUTHORIZED", 999, 0, 0)], "PARTIALLY_PAID"),
        ([("CAPTURED", 1000, 1000, 0), ("CAPTURED", 999, 999, 0)], "PAID"),
        ([("FAILED", 0, 0, 0), ("VOIDED", 0, 0, 0)], "FAILED"),
        ([], "PENDING"),
    ],
)
def test_an_order_is_as_far_paid_as_its_payments_together(
    payments: list[tuple[str, int, int, int]], status: str
) -> None:
    made = tuple(
        replace(a_payment(n), status=PaymentStatus(word), authorized=held, captured=taken, refunded=back)
        for n, (word, held, taken, back) in enumerate(payments, 1)
    )
    assert payment_status(replace(an_order(), payments=made)) == status


def test_what_costs_nothing_is_paid() -> None:
    assert payment_status(an_order(total=0, payments=())) == "PAID"


# ------------------------------------------------------------------ sent


@pytest.mark.parametrize(
    ("parcels", "status"),
    [
        ([], "UNFULFILLED"),
        ([a_parcel(quantity=2)], "SCHEDULED"),
        ([a_parcel(quantity=2, preparation=PreparationStatus.PICKING)], "IN_PROGRESS"),
        ([a_parcel(quantity=2, canceled=True)], "UNFULFILLED"),
        ([a_parcel(quantity=1, shipped_at=NOW), a_parcel(2)], "PARTIALLY_FULFILLED"),
        ([a_parcel(quantity=2, preparation=PreparationStatus.HANDED_OVER)], "FULFILLED"),
        ([a_parcel(quantity=2, shipped_at=NOW)], "FULFILLED"),
        (
            [a_parcel(quantity=2, shipped_at=NOW, status=TrackingStatus.AVAILABLE_FOR_PICKUP)],
            "READY_FOR_PICKUP",
        ),
        ([a_parcel(shipped_at=NOW, delivered_at=NOW), a_parcel(2)], "PARTIALLY_DELIVERED"),
        ([a_parcel(shipped_at=NOW, delivered_at=NOW), a_parcel(2, shipped_at=NOW)], "PARTIALLY_DELIVERED"),
        ([a_parcel(quantity=2, shipped_at=NOW, delivered_at=NOW)], "DELIVERED"),
        ([a_parcel(quantity=3, delivered_at=NOW)], "DELIVERED"),
    ],
)
def test_an_order_is_as_far_sent_as_its_parcels_together(parcels: list[Shipment], status: str) -> None:
    assert fulfillment_status(with_parcels(CONFIRMED, *parcels)) == status


def test_an_order_that_waits_for_anything_is_on_hold() -> None:
    assert fulfillment_status(with_status(CONFIRMED, OrderStatus.ON_HOLD)) == "ON_HOLD"
    waiting = replace(CONFIRMED, lines=(a_line(quantity=2, backordered=1),))
    assert fulfillment_status(waiting) == "ON_HOLD"


def test_nothing_of_a_canceled_order_is_to_come() -> None:
    canceled = with_status(replace(CONFIRMED, lines=(a_line(quantity=2, backordered=2),)), OrderStatus.CANCELED)
    assert fulfillment_status(canceled) == "UNFULFILLED"
    assert quantities(canceled, canceled.lines[0]).canceled == 2
    assert expected_at(canceled) is None


def test_units_of_one_line_may_be_everywhere_at_once() -> None:
    order = with_status(an_order(lines=[a_line(quantity=6, backordered=1, canceled=1)]), OrderStatus.CONFIRMED)
    order = with_parcels(order, a_parcel(quantity=2, delivered_at=NOW), a_parcel(2, 1, shipped_at=NOW), a_parcel(3))
    stages = quantities(order, order.lines[0])
    assert (stages.delivered, stages.shipped, stages.open, stages.backordered, stages.canceled) == (2, 1, 1, 1, 1)


def test_a_parcel_that_was_called_off_is_not_among_the_open_ones() -> None:
    open_one = a_parcel(2)
    assert open_shipments(with_parcels(CONFIRMED, a_parcel(canceled=True), open_one)) == (open_one,)


def test_a_parcel_has_left_once_it_was_handed_over_or_seen_moving() -> None:
    assert not has_left(a_parcel(preparation=PreparationStatus.LABELED))
    assert has_left(a_parcel(preparation=PreparationStatus.HANDED_OVER))
    assert has_left(a_parcel(shipped_at=NOW))


# ------------------------------------------------------------------ late


def a_window(days: int) -> DeliveryEstimate:
    return DeliveryEstimate(NOW, NOW + days * DAY, EstimateSource.SERVICE_LEVEL, NOW)


PROMISED = with_status(an_order(lines=[a_line()], estimate=a_window(3)), OrderStatus.CONFIRMED)


def test_an_order_is_expected_when_the_last_of_its_parcels_is() -> None:
    assert expected_at(PROMISED) == NOW + 3 * DAY
    two = with_parcels(PROMISED, a_parcel(estimate=a_window(2)), a_parcel(2, estimate=a_window(5)))
    assert expected_at(two) == NOW + 5 * DAY
    there = with_parcels(PROMISED, a_parcel(delivered_at=NOW, estimate=a_window(2)))
    assert expected_at(there) is None


def test_an_order_without_a_parcel_is_late_once_its_promise_has_passed() -> None:
    assert not delayed(PROMISED, NOW + 3 * DAY)
    assert delayed(PROMISED, NOW + 3 * DAY + timedelta(seconds=1))
    assert not delayed(replace(PROMISED, estimate=None), NOW + 99 * DAY)


def test_a_parcel_is_late_by_its_carriers_word_before_the_day_comes() -> None:
    slow, quick = a_parcel(estimate=a_window(4)), a_parcel(estimate=a_window(2))
    assert delayed(with_parcels(PROMISED, slow), NOW)
    assert not delayed(with_parcels(PROMISED, quick), NOW)
    assert delayed(with_parcels(PROMISED, quick), NOW + 4 * DAY)


def test_a_parcel_that_is_there_is_late_if_it_came_after_the_promise() -> None:
    assert not is_late(a_parcel(delivered_at=NOW + 3 * DAY), PROMISED, NOW + 9 * DAY)
    assert is_late(a_parcel(delivered_at=NOW + 4 * DAY), PROMISED, NOW + 9 * DAY)


def test_an_order_is_not_late_for_a_parcel_that_is_there() -> None:
    one_is_there = with_parcels(PROMISED, a_parcel(delivered_at=NOW + 4 * DAY))
    assert not delayed(one_is_there, NOW + 9 * DAY)
