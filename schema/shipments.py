"""Parcels, and what carriers and warehouses said about them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.model import orders
from domain.model import shipments as core
from domain.policies.headlines import shipment_headline
from domain.policies.progress import is_late
from schema.deliveries import DeliveryEstimate, parcel_estimate
from schema.errors import UserError
from schema.fields import field
from schema.handovers import Label, Pickup, ProofOfDelivery
from schema.locations import Location, some_location
from schema.nodes import Node
from schema.orders.lines import LineQuantityInput, OrderLine, order_line
from schema.orders.seen import Seen
from schema.scalars import URL
from schema.scans import TrackingEvent

if TYPE_CHECKING:
    from schema.orders.order import Order

strawberry.enum(core.PreparationStatus)

BUYERS_TURN = frozenset({"address_correction", "arrived_at_pickup_location", "awaiting_information"})
"""The words of EasyPost's status_detail that mean: without the buyer it goes no further."""


@strawberry.type(description="`picked` and `packed` count what the warehouse has scanned.")
class ShipmentLine:
    model: strawberry.Private[core.ShipmentLine]
    shipment: strawberry.Private[core.Shipment]
    seen: strawberry.Private[Seen]

    @field
    def line(self) -> OrderLine:
        return order_line(self.model.line_id, self.seen)

    @field
    def quantity(self) -> int:
        return self.model.quantity

    @field
    def picked(self) -> int:
        return self._reached(core.PreparationStatus.PICKED)

    @field
    def packed(self) -> int:
        return self._reached(core.PreparationStatus.PACKED)

    def _reached(self, step: core.PreparationStatus) -> int:
        """The warehouse reports steps of whole parcels: all of a line, or none of it yet."""
        steps = core.PREPARATION_ORDER
        return self.model.quantity if steps.index(self.shipment.preparation) >= steps.index(step) else 0


@strawberry.type(description="One parcel, or one hand-over at a counter, a curb or a locker.")
class Shipment(Node):
    model: strawberry.Private[core.Shipment]
    parent: strawberry.Private["Order"]
    seen: strawberry.Private[Seen]

    @field
    def id(self) -> strawberry.ID:
        return self.seen.id("Shipment", self.model.id)

    @field
    def order(self) -> Annotated["Order", strawberry.lazy("schema.orders.order")]:
        return self.parent

    @field
    def status(self) -> core.TrackingStatus:
        return self.model.status

    @field
    def status_detail(self) -> str | None:
        """The carrier's finer word, EasyPost's status_detail vocabulary: arrived_at_facility, weather_delay, lost …"""
        return self.model.detail

    @field
    def headline(self) -> str:
        return shipment_headline(self.model, self.seen.viewing.locale, self.seen.viewing.day)

    @field
    def delayed(self) -> bool:
        return is_late(self.model, self.seen.order, self.seen.viewing.now)

    @field
    def action_required(self) -> bool:
        """The buyer must do something: customs, address, pickup."""
        waits = self.model.status is core.TrackingStatus.AVAILABLE_FOR_PICKUP
        return waits or (self.model.delivered_at is None and self.model.detail in BUYERS_TURN)

    @field
    def last_checked_at(self) -> datetime | None:
        return self.model.last_checked_at

    @field
    def carrier(self) -> str | None:
        """Handle and name: dhl, DHL Paket."""
        return self.model.carrier

    @field
    def carrier_name(self) -> str | None:
        return self.model.carrier_name

    @field
    def service(self) -> str | None:
        return self.model.service

    @field
    def tracking_number(self) -> str | None:
        return self.model.tracking_number

    @field
    def tracking_url(self) -> URL | None:
        return URL(self.model.tracking_url) if self.model.tracking_url else None

    @field
    def origin(self) -> Location | None:
        return some_location(self.model.origin, self.seen.viewing)

    @field
    def lines(self) -> list[ShipmentLine]:
        return [ShipmentLine(model=line, shipment=self.model, seen=self.seen) for line in self.model.lines]

    @field
    def delivery_estimate(self) -> DeliveryEstimate | None:
        return parcel_estimate(self.model.estimate, self.seen.order)

    @field
    def events(self) -> list[TrackingEvent]:
        return [TrackingEvent(model=scan, shipment_id=self.model.id, seen=self.seen) for scan in self.model.scans]

    @field
    def confirmation(self) -> orders.DeliveryConfirmation:
        return self.seen.order.delivery.confirmation

    @field
    def pickup(self) -> Pickup | None:
        """Where, until when and with which code to collect it."""
        # Null: no carrier or counter tells us of one yet.
        return None

    @field
    def delivered_at(self) -> datetime | None:
        return self.model.delivered_at

    @field
    def proof_of_delivery(self) -> ProofOfDelivery | None:
        # Null: no carrier hands us one yet.
        return None

    @field
    def label(self) -> Label | None:
        """Staff's, and the customer's own for a return."""
        # Null on the way to the buyer: warehouses make those labels themselves.
        label = self.model.label
        if label is None or not (self.seen.staff or self.seen.mine):
            return None
        url = URL(label.url) if label.url else None
        return Label(url=url, media_type=label.media_type, drop_off_code=label.drop_off_code)

    @field
    def preparation(self) -> core.PreparationStatus | None:
        """Staff only: how far the warehouse is."""
        return self.model.preparation if self.seen.staff else None


@strawberry.input(description="Pickup and local delivery have no carrier.")
class AddShipmentInput:
    idempotency_key: strawberry.ID
    order_id: strawberry.ID
    lines: list[LineQuantityInput]
    carrier: str | None = strawberry.UNSET
    service: str | None = strawberry.UNSET
    tracking_number: str | None = strawberry.UNSET
    origin_id: strawberry.ID | None = strawberry.UNSET


@strawberry.input
class RecordTrackingEventInput:
    idempotency_key: strawberry.ID
    shipment_id: strawberry.ID
    status: core.TrackingStatus
    status_detail: str | None = strawberry.UNSET
    description: str
    location: str | None = strawberry.UNSET
    occurred_at: datetime


@strawberry.type
class ShipmentPayload:
    shipment: Shipment | None = None
    user_errors: list[UserError] = strawberry.field(default_factory=list)
