"""What carriers said about a parcel, one thing at a time."""

from datetime import datetime

import strawberry

from domain.model import shipments as core
from schema.fields import field
from schema.orders.seen import Seen

strawberry.enum(core.TrackingStatus, description="The carriers' common tracker statuses.")


@strawberry.type
class TrackingEvent:
    model: strawberry.Private[core.Scan]
    shipment_id: strawberry.Private[str]
    seen: strawberry.Private[Seen]

    @field
    def id(self) -> strawberry.ID:
        return self.seen.id("TrackingEvent", self.shipment_id, self.model.key)

    @field
    def status(self) -> core.TrackingStatus:
        return self.model.status

    @field
    def status_detail(self) -> str | None:
        return self.model.detail

    @field
    def raw_code(self) -> str | None:
        """The carrier's own code, untranslated."""
        return self.model.raw_code

    @field
    def description(self) -> str:
        return self.model.description

    @field
    def location(self) -> str | None:
        return self.model.location

    @field
    def latitude(self) -> float | None:
        return self.model.latitude

    @field
    def longitude(self) -> float | None:
        return self.model.longitude

    @field
    def occurred_at(self) -> datetime:
        return self.model.occurred_at
