import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adapters.carriers.easypost import EasyPostCarriers, read_webhook
from domain.adapters.carriers.easypost_words import CARRIERS, Detail, moment, status_of
from domain.adapters.http import Unreadable, open_client
from domain.model.reports import TrackerReport
from domain.model.shipments import EstimateSource, Scan, TimePrecision, TrackingStatus
from domain.ports import Declined, Unavailable
from tests.scripted_partner import RESETS, Turn, says, scripted_partner

VECTORS = Path(__file__).parents[3] / "data" / "carriers" / "easypost"


def told(**changes: Any) -> TrackerReport:
    """The report of a webhook about a tracker."""
    tracker = {"id": "trk_1", "object": "Tracker", "tracking_code": "1Z999", "status": "in_transit", **changes}
    body = json.dumps({"id": "evt_1", "object": "Event", "description": "tracker.updated", "result": tracker})
    (report,) = read_webhook(body.encode())
    assert isinstance(report, TrackerReport)
    return report


def detail(**changes: Any) -> dict[str, Any]:
    place = {"object": "TrackingLocation", "city": "ORLANDO", "state": "FL", "country": "US", "zip": "32809"}
    usual = {"message": "Picked up", "status": "in_transit", "status_detail": "arrived_at_facility"}
    return {**usual, "datetime": "2024-07-31T19:27:00Z", "carrier_code": "PU", "tracking_location": place, **changes}


def scan(**changes: Any) -> Scan:
    (found,) = told(tracking_details=[detail(**changes)]).scans
    return found


# ---------------------------------------------------------------- published vectors


def test_a_real_webhook_is_read() -> None:
    (report,) = read_webhook((VECTORS / "event_tracker_updated.raw.json").read_bytes())
    assert isinstance(report, TrackerReport)
    assert (report.tracking_number, report.reference, report.carrier) == ("1", "trk_1", "fedex")
    assert report.tracking_url == "https://track.easypost.com/1"
    assert [one.status.value for one in report.scans] == ["PRE_TRANSIT", *["IN_TRANSIT"] * 6]
    first, second, *_, last = report.scans
    assert (first.description, first.location, first.detail) == (
        "Shipment information sent to FedEx", "US", "label_created",
    )  # fmt: skip
    assert (second.location, second.raw_code) == ("ORLANDO, FL, US", "PU")
    assert last.occurred_at == datetime(2024, 8, 2, 18, 50, tzinfo=UTC)
    assert [one.detail for one in report.scans if one.description == "On the way"] == [None, None]
    assert report.estimate is not None
    assert report.estimate.source is EstimateSource.CARRIER
    assert report.estimate.precision is TimePrecision.DAY
    assert (report.estimate.earliest, report.estimate.latest) == (
        datetime(2024, 8, 5, tzinfo=UTC), datetime(2024, 8, 5, 23, 59, 59, tzinfo=UTC),
    )  # fmt: skip
    assert report.estimate.updated_at == datetime(2024, 8, 2, 19, 26, 51, tzinfo=UTC)


def test_a_delivered_parcel_has_its_scans_and_no_estimate_any_more() -> None:
    (report,) = read_webhook((VECTORS / "webhook_tracker_delivered.json").read_bytes())
    assert isinstance(report, TrackerReport)
    assert [one.status.value for one in report.scans] == [
        "PRE_TRANSIT", "IN_TRANSIT", "IN_TRANSIT", "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED",
    ]  # fmt: skip
    assert report.carrier == "ups"
    assert report.scans[-1].location == "SAN FRANCISCO, CA, US"
    assert report.estimate is None


async def test_the_published_answer_to_a_new_tracker_is_read() -> None:
    answer = says(201, (VECTORS / "tracker_create_response.json").read_bytes())
    async with scripted_partner(answer) as partner, open_client() as client:
        report = await EasyPostCarriers(partner.address + "/", "EZTK", client).watch("k", "usps", "EZ1000000001")
    (asked,) = partner.asked
    assert (asked.method, asked.path) == ("POST", "/v2/trackers")
    assert asked.json == {"tracker": {"tracking_code": "EZ1000000001", "carrier": "USPS"}}
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"EZTK:").decode()
    assert (report.tracking_number, report.carrier) == ("EZ1000000001", "usps")
    assert [one.status for one in report.scans] == [TrackingStatus.PRE_TRANSIT] * 2
    assert [one.location for one in report.scans] == [None, "HOUSTON, TX"]
    assert [one.detail for one in report.scans] == [None, None]
    assert report.estimate is not None
    assert report.estimate.precision is TimePrecision.HOUR


# ---------------------------------------------------------------- statuses


@pytest.mark.parametrize(
    ("status", "status_detail", "message", "expected"),
    [
        ("unknown", "unknown", "?", "UNKNOWN"),
        (None, None, None, "UNKNOWN"),
        ("invented_later", "x", "x", "UNKNOWN"),
        ("pre_transit", "label_created", "Label created", "PRE_TRANSIT"),
        ("in_transit", "arrived_at_facility", "Arrived", "IN_TRANSIT"),
        ("in_transit", "weather_delay", "Delayed by severe weather", "IN_TRANSIT"),
        ("in_transit", "delivery_exception", "We missed you", "ATTEMPTED_DELIVERY"),
        ("in_transit", "status_update", "Delivery attempted, nobody was at the address", "ATTEMPTED_DELIVERY"),
        ("in_transit", None, "Notice Left (No Authorized Recipient Available)", "ATTEMPTED_DELIVERY"),
        ("in_transit", "unknown", "The receiver was not available for delivery", "ATTEMPTED_DELIVERY"),
        ("in_transit", None, "Customer not home", "ATTEMPTED_DELIVERY"),
        ("in_transit", None, "Delivery Attempted - No Access to Delivery Location", "ATTEMPTED_DELIVERY"),
        ("in_transit", None, "Business Closed", "ATTEMPTED_DELIVERY"),
        ("out_for_delivery", None, "Delivery attempt made", "ATTEMPTED_DELIVERY"),
        ("in_transit", None, "Pickup attempted: parcel not ready for pickup", "IN_TRANSIT"),
        ("in_transit", None, "Held at customer request", "IN_TRANSIT"),
        ("in_transit", None, "Customer clearance in progress", "IN_TRANSIT"),
        ("out_for_delivery", "out_for_delivery", "Out for Delivery", "OUT_FOR_DELIVERY"),
        ("delivered", "arrived_at_destination", "Delivered at second attempt", "DELIVERED"),
        ("available_for_pickup", "arrived_at_pickup_location", "Ready", "AVAILABLE_FOR_PICKUP"),
        ("return_to_sender", "return", "Returned after 3 attempts", "RETURN_TO_SENDER"),
        ("failure", "delivery_exception", "Undeliverable as addressed", "EXCEPTION"),
        ("failure", "lost", "Lost", "EXCEPTION"),
        ("failure", "expired", "Nothing was heard", "EXPIRED"),
        ("error", "status_update", "Error", "EXCEPTION"),
        ("cancelled", "cancelled", "Label canceled", "CANCELED"),
    ],
)
def test_a_scan_means(status: str | None, status_detail: str | None, message: str | None, expected: str) -> None:
    assert status_of(Detail(message=message, status=status, status_detail=status_detail)).value == expected


# ---------------------------------------------------------------- scans


def test_the_same_scan_has_one_key_however_it_comes() -> None:
    usual = scan()
    assert scan().key == usual.key
    assert scan(datetime="2024-07-31T21:27:00+02:00").key == usual.key
    assert scan(datetime="2024-07-31T19:27:00.000Z").key == usual.key
    assert scan(description="more words").key == usual.key
    assert scan(carrier_code=None).key == usual.key


@pytest.mark.parametrize(
    "changes",
    [
        {"datetime": "2024-07-31T19:27:01Z"},
        {"status": "out_for_delivery"},
        {"status_detail": "departed_facility"},
        {"message": "Picked up again"},
        {"tracking_location": {"city": "KENLY"}},
    ],
)
def test_another_scan_has_another_key(changes: dict[str, Any]) -> None:
    assert scan(**changes).key != scan().key


def test_the_same_words_about_another_parcel_are_another_scan() -> None:
    one = told(tracking_code="A", tracking_details=[detail()])
    other = told(tracking_code="B", tracking_details=[detail()])
    assert one.scans[0].key != other.scans[0].key


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"city": "ORLANDO", "state": "FL", "country": "US"}, "ORLANDO, FL, US"),
        ({"city": "Wien", "state": None, "country": "AT"}, "Wien, AT"),
        ({"city": "Wien", "state": "Wien", "country": "AT"}, "Wien, AT"),
        ({"city": None, "state": "", "country": "US"}, "US"),
        ({}, None),
        (None, None),
    ],
)
def test_a_place_is_named_by_what_is_known_of_it(place: dict[str, Any] | None, expected: str | None) -> None:
    found = scan(tracking_location=place)
    assert found.location == expected
    assert (found.latitude, found.longitude) == (None, None)


def test_a_scan_without_a_time_is_left_out() -> None:
    report = told(tracking_details=[detail(datetime=None), detail(datetime="soon"), detail()])
    assert len(report.scans) == 1


@given(st.text(max_size=40) | st.datetimes().map(str) | st.none())
def test_any_time_is_read_as_utc_or_not_at_all(text: str | None) -> None:
    at = moment(text)
    assert at is None or at.tzinfo is UTC


# ---------------------------------------------------------------- the rest of a tracker


@pytest.mark.parametrize("status", ["delivered", "return_to_sender", "cancelled"])
def test_a_parcel_at_its_end_is_not_expected_any_more(status: str) -> None:
    assert told(status=status, est_delivery_date="2024-08-05T00:00:00Z").estimate is None


def test_an_estimate_with_an_hour_ends_at_that_hour() -> None:
    estimate = told(est_delivery_date="2024-08-05T15:30:00Z", tracking_details=[detail()]).estimate
    assert estimate is not None
    assert (estimate.latest, estimate.precision) == (datetime(2024, 8, 5, 15, 30, tzinfo=UTC), TimePrecision.HOUR)
    assert estimate.earliest <= estimate.latest
    assert estimate.updated_at == datetime(2024, 7, 31, 19, 27, tzinfo=UTC)


def test_carriers_go_by_our_handles() -> None:
    for handle, name in CARRIERS.items():
        assert told(carrier=name).carrier == handle
    assert told(carrier="LaserShip").carrier == "lasership"
    assert told(carrier=None).carrier is None


def test_a_tracker_that_knows_nothing_yet_is_read() -> None:
    assert told() == TrackerReport("1Z999", (), reference="trk_1")


def test_events_about_other_things_concern_nobody() -> None:
    for description in ("batch.created", "scan_form.updated", None):
        body = {"object": "Event", "description": description, "result": {"id": "batch_1"}}
        assert read_webhook(json.dumps(body).encode()) == ()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff", b'{"description": "tracker.updated"}', b'{"description": 1}',
             b'{"description": "tracker.updated", "result": {"id": "trk_1"}}'],
)  # fmt: skip
def test_a_message_in_another_form_is_said_to_be_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_webhook(body)


@pytest.mark.parametrize(
    ("turn", "error"),
    [
        (says(400, {"error": {"code": "TRACKER.CREATE.ERROR"}}), Declined),
        (says(402, {"error": {"code": "BILLING"}}), Declined),
        (says(422), Declined),
        (says(401), Unavailable),
        (says(429), Unavailable),
        (says(500), Unavailable),
        (says(201, b"<html>"), Unavailable),
        (says(201, {"id": "trk_1"}), Unavailable),
        (RESETS, Unavailable),
    ],
)
async def test_a_no_is_declined_and_no_verdict_unavailable(turn: Turn, error: type[Exception]) -> None:
    async with scripted_partner(turn) as partner, open_client() as client:
        with pytest.raises(error):
            await EasyPostCarriers(partner.address, "EZTK", client).watch("k", None, "1Z999")
    assert partner.asked[0].json == {"tracker": {"tracking_code": "1Z999"}}
    assert len(partner.asked) == 1
