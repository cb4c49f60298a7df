"""What EasyPost's trackers say, and what it means to us."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import msgspec

from domain.adapters.http import read_message
from domain.model.reports import Report, TrackerReport
from domain.model.shipments import DeliveryEstimate, EstimateSource, Scan, TimePrecision, TrackingStatus

# Our handles beside EasyPost's names; a carrier that is not here is its name in small letters.
CARRIERS = {
    "amazon": "AmazonShipping",
    "auspost": "AustraliaPost",
    "canadapost": "CanadaPost",
    "colissimo": "Colissimo",
    "dhl": "DHLPaket",
    "dhlexpress": "DHLExpress",
    "dpd": "DPD",
    "fedex": "FedEx",
    "gls": "GLS",
    "ontrac": "OnTrac",
    "postnl": "PostNL",
    "royalmail": "RoyalMail",
    "ups": "UPS",
    "usps": "USPS",
}
_HANDLES = {name.lower(): handle for handle, name in CARRIERS.items()}

_STATUSES = {
    "unknown": TrackingStatus.UNKNOWN,
    "pre_transit": TrackingStatus.PRE_TRANSIT,
    "in_transit": TrackingStatus.IN_TRANSIT,
    "out_for_delivery": TrackingStatus.OUT_FOR_DELIVERY,
    "available_for_pickup": TrackingStatus.AVAILABLE_FOR_PICKUP,
    "delivered": TrackingStatus.DELIVERED,
    "return_to_sender": TrackingStatus.RETURN_TO_SENDER,
    "failure": TrackingStatus.EXCEPTION,
    "error": TrackingStatus.EXCEPTION,
    "cancelled": TrackingStatus.CANCELED,
    "canceled": TrackingStatus.CANCELED,
}
_SAYS_NOTHING = ("", "unknown", "status_update")
_ENDED = ("delivered", "return_to_sender", "cancelled", "canceled")

# An attempt that will be repeated stays "in_transit" at EasyPost; only its detail or its message tells of it
# ("failure" means that the carrier has given up). Carriers word it in their own ways.
_ATTEMPT = re.compile(
    r"\battempt(?:ed)?\b(?!.*\bpick ?up\b)|\bnotice (?:was )?left\b|\bcould not be delivered\b|\bunable to deliver\b"
    r"|\b(?:recipient|receiver|customer|consignee|addressee|nobody|no one)\b.*\b(?:not (?:available|(?:at )?home|in)"
    r"|absent|(?:was )?(?:at )?home|at the address)\b|\bbusiness (?:was )?closed\b",
    re.IGNORECASE,
)


class Place(msgspec.Struct):
    city: str | None = None
    state: str | None = None
    country: str | None = None


class Detail(msgspec.Struct):
    message: str | None = None
    description: str | None = None
    status: str | None = None
    status_detail: str | None = None
    datetime: str | None = None
    carrier_code: str | None = None
    tracking_location: Place | None = None


class Tracker(msgspec.Struct):
    id: str
    tracking_code: str
    status: str | None = None
    carrier: str | None = None
    updated_at: str | None = None
    est_delivery_date: str | None = None
    public_url: str | None = None
    tracking_details: list[Detail] | None = None


class Event(msgspec.Struct):
    description: str | None = None
    result: msgspec.Raw = msgspec.Raw(b"null")


def carrier_name(handle: str) -> str:
    """What EasyPost calls the carrier of this handle."""
    return CARRIERS.get(handle.lower(), handle)


def report_of(tracker: Tracker) -> TrackerReport:
    """All scans that have a time; an estimate as long as the parcel is on its way."""
    code = tracker.tracking_code
    found = [_scan(code, detail) for detail in tracker.tracking_details or ()]
    carrier = tracker.carrier.lower() if tracker.carrier else None
    return TrackerReport(
        tracking_number=code,
        scans=tuple(scan for scan in found if scan is not None),
        reference=tracker.id,
        carrier=_HANDLES.get(carrier, carrier) if carrier else None,
        tracking_url=tracker.public_url,
        estimate=_estimate(tracker),
    )


def _scan(code: str, detail: Detail) -> Scan | None:
    at = moment(detail.datetime)
    if at is None:
        return None
    place = detail.tracking_location or Place()
    said = (detail.status or "", detail.status_detail or "", detail.message or "", place.city or "")
    parts = dict.fromkeys(part for part in (place.city, place.state, place.country) if part)  # Wien is in Wien
    return Scan(
        key=hashlib.sha256("\0".join((code, at.isoformat(), *said)).encode(errors="replace")).hexdigest()[:32],
        occurred_at=at,
        status=status_of(detail),
        description=detail.message or detail.description or "",
        detail=None if detail.status_detail in (None, *_SAYS_NOTHING) else detail.status_detail,
        raw_code=detail.carrier_code or None,
        location=", ".join(parts) or None,
    )


def status_of(detail: Detail) -> TrackingStatus:
    """A status that EasyPost may invent later is UNKNOWN: it is shown, and decides nothing."""
    if detail.status_detail == "expired" and detail.status in ("failure", "error", "unknown"):
        return TrackingStatus.EXPIRED
    attempted = detail.status_detail == "delivery_exception" or _ATTEMPT.search(detail.message or "")
    if detail.status in ("in_transit", "out_for_delivery") and attempted:
        return TrackingStatus.ATTEMPTED_DELIVERY
    return _STATUSES.get(detail.status or "unknown", TrackingStatus.UNKNOWN)


def _estimate(tracker: Tracker) -> DeliveryEstimate | None:
    """Until the end of the day that is named, or, where an hour is, until then."""
    by = moment(tracker.est_delivery_date)
    if by is None or tracker.status in _ENDED:
        return None
    day = by.replace(hour=0, minute=0, second=0, microsecond=0)
    whole_day = by == day
    times = [moment(detail.datetime) for detail in tracker.tracking_details or ()]
    known_at = moment(tracker.updated_at) or max((time for time in times if time is not None), default=by)
    return DeliveryEstimate(
        earliest=day,
        latest=day + timedelta(days=1) - timedelta(seconds=1) if whole_day else by,
        source=EstimateSource.CARRIER,
        updated_at=known_at,
        precision=TimePrecision.DAY if whole_day else TimePrecision.HOUR,
    )


def moment(text: str | None) -> datetime | None:
    """A time as EasyPost writes it; UTC where it names no zone. None if it is none."""
    try:
        at = datetime.fromisoformat(text or "")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_webhook(body: bytes) -> tuple[Report, ...]:
    """A verified event about a tracker, with all that the tracker knows by then. Raises: Unreadable."""
    event = read_message(body, Event)
    if not (event.description or "").startswith("tracker."):
        return ()
    return (report_of(read_message(bytes(event.result), Tracker)),)
