"""How a parcel gets out of our hands and into the buyer's."""

from datetime import datetime

import strawberry

from domain.model.orders import DeliveryConfirmation
from schema.locations import Location
from schema.scalars import URL


@strawberry.type
class Pickup:
    location: Location
    ready_at: datetime | None
    until: datetime | None
    code: str | None
    instructions: str | None


@strawberry.type
class ProofOfDelivery:
    kind: DeliveryConfirmation
    signed_by: str | None
    left_at: str | None = strawberry.field(description="Doorstep, neighbor, safe place …")
    url: URL | None


@strawberry.type(description="A file to print, or a code to show at the drop-off point where no printer is at hand.")
class Label:
    url: URL | None
    media_type: str | None
    drop_off_code: str | None
