"""How goods are to arrive, and when."""

from dataclasses import replace
from datetime import date, datetime

import strawberry

from domain.model import orders, shipments
from domain.policies.progress import open_shipments
from schema.attributes import TimeWindow, TimeWindowInput
from schema.fields import field
from schema.locations import Location, some_location
from schema.money import Money
from schema.orders.seen import Seen

strawberry.enum(
    orders.DeliveryMethod,
    description="How goods change hands. Speed is a service; drop shipping is a shipment whose origin is a supplier.",
)
strawberry.enum(
    orders.DeliveryConfirmation,
    description="What the recipient must give, or what proves the delivery.",
)
strawberry.enum(shipments.TimePrecision)
strawberry.enum(shipments.EstimateSource)


@strawberry.type
class Coverage:
    achieved: float
    deliveries: int
    since: date


@strawberry.type(
    description="A window that holds the delivery with the stated probability, in the destination's offset; "
    "show days only where precision is DAY."
)
class DeliveryEstimate:
    model: strawberry.Private[shipments.DeliveryEstimate]

    @field
    def earliest(self) -> datetime:
        return self.model.earliest

    @field
    def latest(self) -> datetime:
        return self.model.latest

    @field
    def precision(self) -> shipments.TimePrecision:
        return self.model.precision

    @field
    def confidence(self) -> float:
        return self.model.confidence

    @field
    def source(self) -> shipments.EstimateSource:
        return self.model.source

    @field
    def updated_at(self) -> datetime:
        return self.model.updated_at

    @field
    def promised_by(self) -> datetime | None:
        """What the buyer was told when ordering."""
        return self.model.promised_by

    @field
    def coverage(self) -> Coverage | None:
        """How often windows like this one held, on deliveries that have happened since."""
        # Null: nobody has measured it yet.
        return None


def parcel_estimate(estimate: shipments.DeliveryEstimate | None, order: orders.Order) -> DeliveryEstimate | None:
    """As its carrier says, beside what the buyer was told."""
    if estimate is None:
        return None
    told = order.estimate.promised_by if order.estimate is not None else None
    return DeliveryEstimate(model=replace(estimate, promised_by=estimate.promised_by or told))


def order_estimate(order: orders.Order) -> DeliveryEstimate | None:
    """That of the last parcel on its way; while none says anything, what was promised."""
    ahead = [one.estimate for one in open_shipments(order) if one.estimate is not None and one.delivered_at is None]
    return parcel_estimate(max(ahead, key=lambda one: one.latest, default=order.estimate), order)


@strawberry.type(
    description="How the order is to arrive, as agreed. `service` is the merchant's handle (standard, express, "
    "same-day), `title` its name for people."
)
class DeliveryChoice:
    seen: strawberry.Private[Seen]

    @field
    def method(self) -> orders.DeliveryMethod:
        return self.seen.order.delivery.method

    @field
    def service(self) -> str | None:
        return self.seen.order.delivery.service

    @field
    def title(self) -> str:
        return self.seen.order.delivery.title

    @field
    def price(self) -> Money | None:
        return self.seen.price(self.seen.order.delivery.price)

    @field
    def confirmation(self) -> orders.DeliveryConfirmation:
        return self.seen.order.delivery.confirmation

    @field
    def pickup_location(self) -> Location | None:
        return some_location(self.seen.order.delivery.pickup_location, self.seen.viewing)

    @field
    def window(self) -> TimeWindow | None:
        start, end = self.seen.order.delivery.window_from, self.seen.order.delivery.window_to
        return TimeWindow(from_=start, to=end) if start is not None and end is not None else None

    @field
    def instructions(self) -> str | None:
        buyer = self.seen.order.buyer
        return buyer.instructions if buyer is not None and self.seen.personal else None


@strawberry.type(
    description="Sent back as DeliveryInput: method, service, pickupLocationId and one of the windows, "
    "where there are any."
)
class DeliveryOption:
    method: orders.DeliveryMethod
    service: str
    title: str
    price: Money | None
    delivery_estimate: DeliveryEstimate | None
    pickup_location: Location | None = None
    windows: list[TimeWindow]


@strawberry.input(description="Without a service, the cheapest of the method.")
class DeliveryInput:
    method: orders.DeliveryMethod
    service: str | None = strawberry.UNSET
    pickup_location_id: strawberry.ID | None = strawberry.UNSET
    window: TimeWindowInput | None = strawberry.UNSET
    instructions: str | None = strawberry.UNSET
    confirmation: orders.DeliveryConfirmation | None = strawberry.UNSET
