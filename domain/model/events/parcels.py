"""Parcels planned, prepared, followed, scanned and called off."""

from dataclasses import dataclass
from typing import ClassVar

from domain.model.events.contract import EventData
from domain.model.shipments import DeliveryEstimate, PreparationStatus, Scan, Shipment


@dataclass(frozen=True, slots=True)
class ShipmentPlanned(EventData):
    """A parcel to be: the warehouse has been, or staff have, told to send these lines."""

    type: ClassVar[str] = "shipment.planned"
    public: ClassVar[bool] = False
    shipment: Shipment


@dataclass(frozen=True, slots=True)
class ShipmentPrepared(EventData):
    """The warehouse reached this step; carrier words from LABELED on."""

    type: ClassVar[str] = "shipment.prepared"
    shipment_id: str
    preparation: PreparationStatus
    carrier: str | None = None
    carrier_name: str | None = None
    service: str | None = None
    tracking_number: str | None = None


@dataclass(frozen=True, slots=True)
class ShipmentWatched(EventData):
    """The carrier's aggregator reports on this parcel from now on."""

    type: ClassVar[str] = "shipment.watched"
    public: ClassVar[bool] = False
    shipment_id: str
    tracker_reference: str
    tracking_url: str | None = None


@dataclass(frozen=True, slots=True)
class ShipmentScanned(EventData):
    """Scans not known before, in the carrier's words; `estimate` when it named a new one."""

    type: ClassVar[str] = "shipment.scanned"
    shipment_id: str
    scans: tuple[Scan, ...]
    estimate: DeliveryEstimate | None = None


@dataclass(frozen=True, slots=True)
class ShipmentCanceled(EventData):
    """Called off; not `shown` where it was only planned and another parcel takes its place."""

    type: ClassVar[str] = "shipment.canceled"
    shipment_id: str
    shown: bool = True

    @property
    def is_public(self) -> bool:
        return self.shown
