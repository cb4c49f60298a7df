"""Parcels that staff send, and scans that staff enter."""

from domain.model.commands import AddShipment, RecordTrackingEvent
from domain.model.orders import Order as Model
from domain.services import shipments as service
from resolvers.context import Info
from resolvers.given import given
from resolvers.refusals import refusals_in
from resolvers.unwrap import line_quantities
from schema.context import Viewing
from schema.orders.order import Order
from schema.shipments import AddShipmentInput, RecordTrackingEventInput, ShipmentPayload


@refusals_in(ShipmentPayload)
async def add_shipment(info: Info, input: AddShipmentInput) -> ShipmentPayload:
    """Buys a label where no tracking number is given."""
    context = info.context
    context.require("addShipment")
    order_id = context.must_name("Order", input.order_id, "orderId")
    origin = given(input.origin_id)
    command = AddShipment(
        key=input.idempotency_key,
        order_id=order_id,
        lines=line_quantities(input.lines, order_id, context),
        carrier=given(input.carrier),
        service=given(input.service),
        tracking_number=given(input.tracking_number),
        origin=context.must_name("Location", origin, "originId") if origin is not None else None,
    )
    return _payload(*await service.add_shipment(command, context.actor, context.ports), context.viewing)


@refusals_in(ShipmentPayload)
async def record_tracking_event(info: Info, input: RecordTrackingEventInput) -> ShipmentPayload:
    context = info.context
    context.require("recordTrackingEvent")
    order_id, _, shipment_id = context.must_name("Shipment", input.shipment_id, "shipmentId").partition("/")
    command = RecordTrackingEvent(
        key=input.idempotency_key,
        order_id=order_id,
        shipment_id=shipment_id,
        status=input.status,
        description=input.description,
        occurred_at=input.occurred_at,
        detail=given(input.status_detail),
        location=given(input.location),
    )
    return _payload(*await service.record_tracking_event(command, context.actor, context.ports), context.viewing)


def _payload(changed: Model, shipment_id: str, viewing: Viewing) -> ShipmentPayload:
    shipment = changed.parcel(shipment_id)
    return ShipmentPayload(
        shipment=Order.by(viewing, changed).shipment(shipment) if shipment is not None else None,
    )
