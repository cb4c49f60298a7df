from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model import events as e
from domain.model.changes import Changes
from domain.model.events import EVENT_TYPES, Event
from domain.model.fold import FOLDS, fold
from domain.model.orders import Order, OrderStatus, TaskStatus
from domain.model.payments import (
    NextAction,
    NextActionKind,
    PaymentStatus,
    Refund,
    RefundStatus,
    RiskAssessment,
    RiskLevel,
    TransactionKind,
    TransactionStatus,
)
from domain.model.shipments import PreparationStatus, Scan, Shipment, ShipmentLine, TrackingStatus
from domain.model.stock import Allocation
from tests.factories import NOW, SYSTEM, a_line, a_payment, a_placement, an_order, order_placed
from tests.histories import a_history

LATER = NOW + timedelta(hours=1)
SEEDS = st.integers(0, 2**64)


def after(order: Order, *facts: e.EventData) -> Order:
    """The order once all this has happened, an hour after it was placed."""
    changes = Changes(order, SYSTEM, LATER)
    for fact in facts:
        changes.add(fact)
    return changes.order


def folded(events: Sequence[Event]) -> Order:
    order = None
    for event in events:
        order = fold(order, event)
    assert order is not None
    return order


# ------------------------------------------------------------------ any history


@settings(deadline=None, max_examples=150)
@given(SEEDS, st.integers(1, 25))
def test_the_journal_alone_makes_the_order_that_its_saves_left_behind(seed: int, saves: int) -> None:
    history = a_history(Random(seed), saves)
    journal = [event for changes in history for event in changes.events]
    order = folded(journal)
    assert order == replace(history[-1].order, buyer=None)
    assert order == folded(journal), "the same journal, the same order"
    assert [event.sequence for event in journal] == list(range(1, len(journal) + 1))
    assert order.version == len(journal)
    assert order.updated_at == journal[-1].recorded_at


@settings(deadline=None, max_examples=100)
@given(SEEDS)
def test_nothing_that_was_placed_is_ever_lost(seed: int) -> None:
    history = a_history(Random(seed), 12)
    placed, order = history[0].events[0].data, history[-1].order
    assert isinstance(placed, e.OrderPlaced)
    assert [line.id for line in order.lines] == [line.id for line in placed.lines]
    assert [payment.id for payment in order.payments] == [payment.id for payment in placed.payments]
    assert (order.number, order.total, order.placed_at) == (placed.number, placed.total, history[0].now)
    assert order.flow.workflow == placed.workflow


def test_every_type_of_event_is_folded() -> None:
    assert set(FOLDS) | {e.OrderPlaced} == set(EVENT_TYPES.values())


# ------------------------------------------------------------------ the chain


def an_event(sequence: int, data: e.EventData) -> Event:
    return Event("0" * 32, sequence, data, SYSTEM, NOW, NOW)


def test_an_order_begins_with_its_placing() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        fold(None, an_event(1, e.StockLost(())))
    with pytest.raises(ValueError, match="does not follow version 0"):
        fold(None, an_event(2, order_placed()))


@pytest.mark.parametrize("sequence", [0, 1, 2, 4])
def test_a_gap_and_a_repeat_in_the_journal_are_noticed(sequence: int) -> None:
    order = an_order()
    assert order.version == 2
    with pytest.raises(ValueError, match="does not follow version 2"):
        fold(order, an_event(sequence, e.StockLost(())))


def test_an_order_is_placed_once() -> None:
    with pytest.raises(ValueError, match="does not follow another"):
        fold(an_order(), an_event(3, order_placed()))


# ------------------------------------------------------------------ the flow


def test_entering_a_state_starts_its_tasks_and_reaches_its_milestone_once() -> None:
    order = a_placement().order
    task = e.StartedTask("plan", "planFulfillment")
    order = after(order, e.WorkflowMoved("b", OrderStatus.CONFIRMED, "go", milestone="confirmed", tasks=(task,)))
    assert (order.flow.state, order.flow.status, order.flow.entry) == ("b", OrderStatus.CONFIRMED, 3)
    assert [(run.name, run.action, run.status) for run in order.flow.tasks] == [
        ("plan", "planFulfillment", TaskStatus.RUNNING)
    ]
    again = after(order, e.WorkflowMoved("c", OrderStatus.CONFIRMED, "go", milestone="confirmed"))
    assert [reached.handle for reached in again.flow.milestones] == ["confirmed"]
    assert again.flow.tasks == ()


def test_a_fallback_runs_in_place_of_the_failed_action() -> None:
    order = after(an_order(), e.TaskStarted("stock", "askSupplier"))
    assert [(run.action, run.status) for run in order.flow.tasks] == [("askSupplier", TaskStatus.RUNNING)]
    order = after(order, e.TaskSettled("stock", TaskStatus.FAILED, "NONE"))
    assert [(run.status, run.code) for run in order.flow.tasks] == [(TaskStatus.FAILED, "NONE")]


# ------------------------------------------------------------------ stock


def test_units_that_are_set_aside_wait_no_more_and_units_that_go_are_set_aside_no_more() -> None:
    order = an_order(lines=[a_line(quantity=3)])
    order = after(order, e.StockBackordered((("l1", 3),)))
    assert order.lines[0].backordered == 3
    held = (Allocation("l1", "TEE-M", "berlin", 2), Allocation("l1", "TEE-M", "rome", 1))
    order = after(order, e.StockReserved(held))
    assert order.lines[0].backordered == 0
    assert order.allocations == held
    order = after(order, e.StockShipped((Allocation("l1", "TEE-M", "berlin", 1),)))
    assert order.allocations == (Allocation("l1", "TEE-M", "berlin", 1), Allocation("l1", "TEE-M", "rome", 1))
    order = after(order, e.StockReleased(order.allocations))
    assert order.allocations == ()


def test_what_was_lost_says_which_lines() -> None:
    assert after(an_order(), e.StockLost((("l1", 1),))).stock_lost == (("l1", 1),)


# ------------------------------------------------------------------ money


CHALLENGE = NextAction(NextActionKind.REDIRECT, "https://bank.example/challenge")
ELEVATED = RiskAssessment(RiskLevel.HIGH, 0.75, ("elevated",))


def test_a_payment_goes_from_challenge_to_hold_to_capture_and_keeps_a_record_of_each_step() -> None:
    order = after(
        an_order(),
        e.PaymentActionRequired("p1", "pi_1", CHALLENGE),
        e.PaymentAuthorized("p1", 1999, "pi_1", "visa", "4242", ELEVATED),
        e.PaymentCaptured("p1", 999, "pi_1"),
        e.PaymentCaptured("p1", 1000, "pi_1"),
    )
    payment = order.payments[0]
    assert (payment.status, payment.authorized, payment.captured) == (PaymentStatus.CAPTURED, 1999, 1999)
    assert (payment.next_action, payment.brand, payment.last4, payment.risk) == (None, "visa", "4242", ELEVATED)
    assert [(one.id, one.kind, one.status, one.amount) for one in payment.transactions] == [
        ("p1t1", TransactionKind.AUTHORIZATION, TransactionStatus.REQUIRES_ACTION, 1999),
        ("p1t2", TransactionKind.AUTHORIZATION, TransactionStatus.SUCCEEDED, 1999),
        ("p1t3", TransactionKind.CAPTURE, TransactionStatus.SUCCEEDED, 999),
        ("p1t4", TransactionKind.CAPTURE, TransactionStatus.SUCCEEDED, 1000),
    ]


def test_a_partial_capture_says_so() -> None:
    order = after(an_order(), e.PaymentAuthorized("p1", 1999, "pi_1"), e.PaymentCaptured("p1", 5))
    assert order.payments[0].status is PaymentStatus.PARTIALLY_CAPTURED


def test_what_was_taken_counts_as_held_although_nobody_said_so() -> None:
    payment = after(an_order(), e.PaymentCaptured("p1", 1999)).payments[0]
    assert (payment.authorized, payment.captured, payment.status) == (1999, 1999, PaymentStatus.CAPTURED)


def test_a_later_word_without_the_card_does_not_make_it_unknown() -> None:
    told = e.PaymentAuthorized("p1", 1999, "pi_1", "visa", "4242", ELEVATED)
    payment = after(an_order(), told, e.PaymentAuthorized("p1", 1999, "pi_1")).payments[0]
    assert (payment.brand, payment.last4, payment.risk) == ("visa", "4242", ELEVATED)


def test_a_decline_says_why_and_a_hold_after_it_forgets_why() -> None:
    order = after(an_order(), e.PaymentDeclined("p1", "card_declined", "No.", "pi_1"))
    assert (order.payments[0].status, order.payments[0].failure) == (PaymentStatus.FAILED, "No.")
    assert order.payments[0].transactions[0].failure == "card_declined"
    order = after(order, e.PaymentAuthorized("p1", 1999, "pi_2"))
    assert (order.payments[0].failure, order.payments[0].reference) == (None, "pi_2")


def test_a_void_ends_a_hold() -> None:
    order = after(an_order(), e.PaymentAuthorized("p1", 1999, "pi_1"), e.PaymentVoided("p1"))
    assert order.payments[0].status is PaymentStatus.VOIDED
    assert order.outstanding == 1999


def test_only_the_payment_that_is_meant_changes() -> None:
    order = an_order(payments=(a_payment(1, 1000), a_payment(2, 999)))
    order = after(order, e.PaymentAuthorized("p2", 999, "pi_2"))
    assert [payment.status for payment in order.payments] == [PaymentStatus.PENDING, PaymentStatus.AUTHORIZED]


def test_refunds_add_up_until_all_is_given_back() -> None:
    order = after(an_order(), e.PaymentAuthorized("p1", 1999, "pi_1"), e.PaymentCaptured("p1", 1999))
    for number, (amount, status) in enumerate(
        ((999, PaymentStatus.PARTIALLY_REFUNDED), (1000, PaymentStatus.REFUNDED)), 1
    ):
        refund = Refund(f"r{number}", "p1", amount, LATER)
        order = after(order, e.RefundRequested(refund))
        assert order.refunds[-1].status is RefundStatus.PENDING
        order = after(order, e.RefundSucceeded(refund.id, "re_1"))
        assert order.payments[0].status is status
    assert (order.captured, order.refunded) == (1999, 1999)
    assert {refund.status for refund in order.refunds} == {RefundStatus.SUCCEEDED}


def test_a_refund_that_fails_gives_nothing_back() -> None:
    order = after(an_order(), e.PaymentAuthorized("p1", 1999, "pi_1"), e.PaymentCaptured("p1", 1999))
    order = after(order, e.RefundRequested(Refund("r1", "p1", 5, LATER)), e.RefundFailed("r1", "closed account"))
    assert order.refunded == 0
    assert (order.refunds[0].status, order.refunds[0].failure) == (RefundStatus.FAILED, "closed account")


def test_outstanding_is_what_is_neither_held_nor_taken() -> None:
    order = an_order(payments=(a_payment(1, 1000), a_payment(2, 999)))
    assert order.outstanding == 1999
    order = after(order, e.PaymentAuthorized("p1", 1000, "pi_1"))
    assert order.outstanding == 999
    order = after(order, e.PaymentCaptured("p1", 1000), e.PaymentAuthorized("p2", 999, "pi_2"))
    assert order.outstanding == 0
    canceled = after(an_order(), e.WorkflowMoved("x", OrderStatus.CANCELED, "customer.cancel"))
    assert canceled.outstanding == 0


# ------------------------------------------------------------------ parcels


def with_a_parcel() -> Order:
    parcel = Shipment("s1", (ShipmentLine("l1", 1),), LATER, "berlin")
    return after(an_order(), e.ShipmentPlanned(parcel))


def test_a_parcel_never_goes_back_in_the_warehouse() -> None:
    order = after(
        with_a_parcel(),
        e.ShipmentPrepared("s1", PreparationStatus.LABELED, "dhl", "DHL", "standard", "JJD01"),
        e.ShipmentPrepared("s1", PreparationStatus.PICKING),
    )
    parcel = order.shipments[0]
    assert (parcel.preparation, parcel.status) == (PreparationStatus.LABELED, TrackingStatus.PRE_TRANSIT)
    assert (parcel.carrier, parcel.carrier_name, parcel.tracking_number) == ("dhl", "DHL", "JJD01")
    assert parcel.shipped_at is None


def test_a_parcel_has_left_when_it_was_handed_over_or_seen_moving_whichever_is_earlier() -> None:
    scan = Scan("a", LATER + timedelta(hours=2), TrackingStatus.IN_TRANSIT, "moving")
    handed = e.ShipmentPrepared("s1", PreparationStatus.HANDED_OVER)
    assert after(with_a_parcel(), handed, e.ShipmentScanned("s1", (scan,))).shipments[0].shipped_at == LATER
    early = replace(scan, occurred_at=NOW)
    assert after(with_a_parcel(), handed, e.ShipmentScanned("s1", (early,))).shipments[0].shipped_at == NOW


def test_a_parcel_that_was_called_off_is_canceled() -> None:
    parcel = after(with_a_parcel(), e.ShipmentCanceled("s1")).shipments[0]
    assert parcel.canceled
    assert parcel.status is TrackingStatus.CANCELED


def test_a_followed_parcel_has_its_link() -> None:
    parcel = after(with_a_parcel(), e.ShipmentWatched("s1", "trk_1", "https://carrier.example/1")).shipments[0]
    assert (parcel.tracker_reference, parcel.tracking_url) == ("trk_1", "https://carrier.example/1")
    assert after(with_a_parcel(), e.ShipmentWatched("s1", "trk_1")).shipments[0].tracking_url is None


def test_a_claimed_order_is_its_customers() -> None:
    assert after(an_order(customer_id=None), e.OrderClaimed("c1")).customer_id == "c1"


def test_a_wish_to_cancel_is_kept_with_its_reason() -> None:
    order = after(an_order(), e.CancelRequested("CHANGED_MIND"))
    assert order.cancellation is not None
    assert (order.cancellation.reason, order.cancellation.at) == ("CHANGED_MIND", LATER)
