from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model import events as e
from domain.model.changes import Changes
from domain.model.orders import Cancellation, Order, OrderStatus
from domain.model.payments import NextAction, NextActionKind, Payment, PaymentStatus
from domain.model.returns import GIVEN_UP, ReturnStatus
from domain.model.shipments import DeliveryEstimate, EstimateSource, PreparationStatus, Scan, Shipment, TrackingStatus
from domain.policies.headlines import event_message, event_title, headline, return_headline, shipment_headline
from domain.policies.words import EVENT_TITLES, PREPARATION_TITLES, STATUS_TITLES, WORDS, spoken
from tests.domain.policies.coming_back import a_return, a_return_line
from tests.domain.policies.orders import a_parcel, orders, parcels, with_parcels, with_status
from tests.factories import NOW, SYSTEM, a_line, a_payment, an_order, order_placed
from tests.histories import a_history

SEEDS = st.integers(0, 2**64)
LOCALES = ("en", "de", "de-AT", "fr", "", "zz-ZZ")


def day(moment: datetime) -> str:
    return moment.strftime("%d %B")


def line_of(order: Order, locale: str = "en") -> str:
    return headline(order, locale, day)


# ------------------------------------------------------------------ always a line


@settings(deadline=None, max_examples=60)
@given(orders(), st.sampled_from(LOCALES))
def test_any_return_has_a_headline_in_any_language(order: Order, locale: str) -> None:
    for rma in order.returns:
        line = return_headline(rma, order, locale, day)
        assert line
        assert "{" not in line


@pytest.mark.parametrize("status", ReturnStatus)
def test_a_delivered_order_speaks_of_what_comes_back_of_it(status: ReturnStatus) -> None:
    there = with_parcels(an_order(), a_parcel(shipped_at=NOW, delivered_at=NOW))
    order = replace(there, returns=(a_return(1, [a_return_line(here=1)], status=status),))
    assert (headline(order, "en", day) == headline(there, "en", day)) == (status in GIVEN_UP)


@settings(deadline=None, max_examples=60)
@given(orders(), st.sampled_from(LOCALES))
def test_any_order_has_a_headline_in_any_language(order: Order, locale: str) -> None:
    line = headline(order, locale, day)
    assert line
    assert "{" not in line


@settings(deadline=None, max_examples=60)
@given(parcels(), st.sampled_from(LOCALES))
def test_any_parcel_has_a_headline_in_any_language(parcel: Shipment, locale: str) -> None:
    line = shipment_headline(parcel, locale, day)
    assert line
    assert "{" not in line


@settings(deadline=None, max_examples=60)
@given(SEEDS, st.sampled_from(LOCALES))
def test_every_event_of_any_history_has_a_title(seed: int, locale: str) -> None:
    for changes in a_history(Random(seed), 10):
        for event in changes.events:
            assert event_title(event, locale)
            assert event_message(event, locale) != ""
        assert headline(changes.order, locale, day)


@pytest.mark.parametrize("table", [WORDS, EVENT_TITLES, STATUS_TITLES, PREPARATION_TITLES])
def test_every_language_has_every_word(table: dict[str, dict[str, str]]) -> None:
    assert {frozenset(words) for words in table.values()} == {frozenset(table["en"])}


def test_every_type_of_event_has_a_title() -> None:
    assert set(EVENT_TITLES["en"]) == set(e.EVENT_TYPES)
    assert set(STATUS_TITLES["en"]) == {status.value for status in OrderStatus}
    assert set(PREPARATION_TITLES["en"]) == {step.value for step in PreparationStatus}


# ------------------------------------------------------------------ which line


def placed(status: OrderStatus, *shipments: Shipment, **changes: Any) -> Order:
    return with_parcels(with_status(replace(an_order(), **changes), status), *shipments)


def paid_by(status: PaymentStatus) -> tuple[Payment, ...]:
    return (replace(a_payment(), status=status),)


MOVING = a_parcel(shipped_at=NOW, status=TrackingStatus.IN_TRANSIT)
THERE = a_parcel(shipped_at=NOW, delivered_at=NOW, status=TrackingStatus.DELIVERED)
DECLINED, VOIDED = paid_by(PaymentStatus.FAILED), paid_by(PaymentStatus.VOIDED)
CHALLENGE = replace(a_payment(), status=PaymentStatus.REQUIRES_ACTION, next_action=NextAction(NextActionKind.REDIRECT))


def moving(status: TrackingStatus) -> Order:
    return placed(OrderStatus.CONFIRMED, replace(MOVING, status=status))


def prepared(step: PreparationStatus) -> Order:
    return placed(OrderStatus.CONFIRMED, a_parcel(preparation=step))


@pytest.mark.parametrize(
    ("order", "line"),
    [
        (placed(OrderStatus.PENDING), "Order received"),
        (placed(OrderStatus.PENDING, payments=(CHALLENGE,)), "Please confirm your payment"),
        (placed(OrderStatus.ON_HOLD), "We are checking your order"),
        (placed(OrderStatus.ON_HOLD, payments=DECLINED), "Payment was declined"),
        (placed(OrderStatus.CONFIRMED), "Confirmed, we are preparing your order"),
        (placed(OrderStatus.CONFIRMED, lines=(a_line(backordered=1),)), "Waiting for stock"),
        (placed(OrderStatus.CONFIRMED, a_parcel()), "Confirmed, we are preparing your order"),
        (prepared(PreparationStatus.PICKING), "Your order is being packed"),
        (prepared(PreparationStatus.LABELED), "Packed and ready to leave"),
        (placed(OrderStatus.CONFIRMED, MOVING), "On its way"),
        (moving(TrackingStatus.OUT_FOR_DELIVERY), "Out for delivery"),
        (moving(TrackingStatus.EXCEPTION), "Something held your parcel up"),
        (moving(TrackingStatus.AVAILABLE_FOR_PICKUP), "Ready for pickup"),
        (moving(TrackingStatus.ATTEMPTED_DELIVERY), "Delivery was attempted"),
        (moving(TrackingStatus.RETURN_TO_SENDER), "On its way back to us"),
        (placed(OrderStatus.CONFIRMED, THERE), "Delivered 22 November"),
        (placed(OrderStatus.COMPLETED, THERE), "Delivered 22 November"),
        (placed(OrderStatus.CONFIRMED, THERE, lines=(a_line(quantity=2),)), "Partly delivered"),
        (placed(OrderStatus.CONFIRMED, MOVING, lines=(a_line(quantity=2),)), "Partly on its way"),
        (placed(OrderStatus.CANCELED, cancellation=Cancellation("CHANGED_MIND", NOW)), "Canceled"),
        (placed(OrderStatus.CANCELED, payments=DECLINED), "Canceled: it was not paid in time"),
        (placed(OrderStatus.CANCELED, payments=DECLINED, stock_lost=(("l1", 1),)), "Canceled: sold out"),
        (placed(OrderStatus.CANCELED, payments=VOIDED), "Canceled"),
        (placed(OrderStatus.CANCELED, payments=VOIDED, stock_lost=(("l1", 1),)), "Canceled: sold out"),
    ],
)  # fmt: skip
def test_the_headline_says_where_the_order_is(order: Order, line: str) -> None:
    assert line_of(order) == line


def a_window(first: int, last: int) -> DeliveryEstimate:
    return DeliveryEstimate(NOW + timedelta(days=first), NOW + timedelta(days=last), EstimateSource.CARRIER, NOW)


def test_the_headline_names_the_day_while_it_is_still_to_come() -> None:
    confirmed = placed(OrderStatus.CONFIRMED, estimate=a_window(2, 4))
    assert line_of(confirmed) == "Confirmed, we are preparing your order, expected 24 November to 26 November"
    on_its_way = with_parcels(confirmed, replace(MOVING, estimate=a_window(1, 1)))
    assert line_of(on_its_way) == "On its way, expected 23 November"
    out = with_parcels(confirmed, replace(MOVING, status=TrackingStatus.OUT_FOR_DELIVERY, estimate=a_window(0, 1)))
    assert line_of(out) == "Out for delivery, expected 23 November"
    assert line_of(with_parcels(confirmed, THERE)) == "Delivered 22 November"


def test_the_parcel_that_comes_last_tells_the_day() -> None:
    order = placed(
        OrderStatus.CONFIRMED,
        replace(MOVING, estimate=a_window(1, 1)),
        replace(a_parcel(2, line=2, shipped_at=NOW, status=TrackingStatus.IN_TRANSIT), estimate=a_window(3, 3)),
        lines=(a_line(1), a_line(2)),
    )
    assert line_of(order) == "On its way, expected 25 November"


def test_the_headline_speaks_the_viewers_language() -> None:
    order = placed(OrderStatus.CONFIRMED, estimate=a_window(2, 4))
    assert line_of(order, "de-AT").startswith("Bestätigt")
    assert line_of(order, "fr").startswith("Confirmed")


@pytest.mark.parametrize(
    ("locale", "expected"), [("de-AT", "de-AT"), ("en-US", "en-US"), ("fr-FR", "en"), ("DE", "DE"), ("", "en")]
)
def test_days_are_in_the_language_of_the_sentence_they_stand_in(locale: str, expected: str) -> None:
    assert spoken(locale) == expected


# ------------------------------------------------------------------ the timeline


def an_event(data: e.EventData) -> e.Event:
    return e.Event("0" * 32, 1, data, SYSTEM, NOW, NOW)


def test_titles_say_what_happened() -> None:
    scan = Scan("a", NOW, TrackingStatus.OUT_FOR_DELIVERY, "On vehicle", location="Berlin, DE")
    earlier = Scan("b", NOW - timedelta(hours=1), TrackingStatus.IN_TRANSIT, "Left depot")
    scanned = an_event(e.ShipmentScanned("s1", (scan, earlier)))
    assert (event_title(scanned, "en"), event_message(scanned, "en")) == ("Out for delivery", "On vehicle, Berlin, DE")
    moved = an_event(e.WorkflowMoved("x", OrderStatus.ON_HOLD, "go"))
    assert (event_title(moved, "de"), event_message(moved, "de")) == ("Angehalten", None)
    packed = an_event(e.ShipmentPrepared("s1", PreparationStatus.LABELED, "dhl", "DHL", None, "JJD01"))
    assert (event_title(packed, "en"), event_message(packed, "en")) == ("Labelled", "DHL JJD01")
    declined = an_event(e.PaymentDeclined("p1", "generic_decline", "Your card was declined."))
    assert (event_title(declined, "en"), event_message(declined, "en")) == (
        "Payment declined",
        "Your card was declined.",
    )
    assert event_title(an_event(order_placed()), "en") == "Order placed"


def test_a_delivery_says_so_in_the_timeline() -> None:
    scan = Scan("a", NOW, TrackingStatus.DELIVERED, "Left with neighbor")
    assert event_title(an_event(e.ShipmentScanned("s1", (scan,))), "en") == "Delivered"


def test_a_new_estimate_alone_is_still_an_entry() -> None:
    assert event_title(an_event(e.ShipmentScanned("s1", (), a_window(1, 2))), "en") == "Delivery date updated"


def test_what_the_buyer_need_not_see_is_not_public() -> None:
    changes = Changes(an_order(), SYSTEM, NOW)
    changes.add(e.StockReserved(()))
    changes.add(e.WorkflowMoved("x", OrderStatus.CONFIRMED, "go", shown=False))
    changes.add(e.WorkflowMoved("y", OrderStatus.CONFIRMED, "go"))
    assert [event.public for event in changes.events] == [False, False, True]
