"""A parcel, and what carriers and warehouses said about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TrackingStatus(StrEnum):
    UNKNOWN = "UNKNOWN"
    PRE_TRANSIT = "PRE_TRANSIT"
    IN_TRANSIT = "IN_TRANSIT"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    ATTEMPTED_DELIVERY = "ATTEMPTED_DELIVERY"
    AVAILABLE_FOR_PICKUP = "AVAILABLE_FOR_PICKUP"
    DELIVERED = "DELIVERED"
    EXCEPTION = "EXCEPTION"
    RETURN_TO_SENDER = "RETURN_TO_SENDER"
    EXPIRED = "EXPIRED"
    CANCELED = "CANCELED"


class PreparationStatus(StrEnum):
    QUEUED = "QUEUED"
    PICKING = "PICKING"
    PICKED = "PICKED"
    PACKING = "PACKING"
    PACKED = "PACKED"
    LABELED = "LABELED"
    HANDED_OVER = "HANDED_OVER"


PREPARATION_ORDER = tuple(PreparationStatus)


class EstimateSource(StrEnum):
    CARRIER = "CARRIER"
    MODEL = "MODEL"
    SERVICE_LEVEL = "SERVICE_LEVEL"


class TimePrecision(StrEnum):
    DAY = "DAY"
    HOUR = "HOUR"


@dataclass(frozen=True, slots=True)
class DeliveryEstimate:
    """A window that holds the delivery with probability `confidence`."""

    earliest: datetime
    latest: datetime
    source: EstimateSource
    updated_at: datetime
    confidence: float = 0.8
    precision: TimePrecision = TimePrecision.DAY
    promised_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """One thing a carrier said. `key` is the same for the same scan, however often and by whichever way it comes."""

    key: str
    occurred_at: datetime
    status: TrackingStatus
    description: str
    detail: str | None = None
    raw_code: str | None = None
    location: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    line_id: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ParcelLabel:
    """A file to print, or a code to show at the counter."""

    url: str | None = None
    media_type: str | None = None
    drop_off_code: str | None = None


@dataclass(frozen=True, slots=True)
class Shipment:
    """`status`, `detail` and `delivered_at` are the fold of the set of `scans`, whatever order they came in."""

    id: str
    lines: tuple[ShipmentLine, ...]
    created_at: datetime
    origin: str | None = None
    carrier: str | None = None
    carrier_name: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    tracker_reference: str | None = None
    preparation: PreparationStatus = PreparationStatus.QUEUED
    status: TrackingStatus = TrackingStatus.UNKNOWN
    detail: str | None = None
    scans: tuple[Scan, ...] = ()
    estimate: DeliveryEstimate | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    last_checked_at: datetime | None = None
    canceled: bool = False
    label: ParcelLabel | None = None
