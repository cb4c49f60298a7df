"""Parcels planned, prepared, followed, scanned and called off."""

from collections.abc import Callable
from dataclasses import replace

from domain.model import events as e
from domain.model.folds.contract import Folds
from domain.model.folds.returns import with_return
from domain.model.orders import Order
from domain.model.shipments import PREPARATION_ORDER, PreparationStatus, Shipment, TrackingStatus
from domain.model.tracking import with_scans


def _with_shipment(order: Order, shipment_id: str, change: Callable[[Shipment], Shipment]) -> Order:
    def changed(shipments: tuple[Shipment, ...]) -> tuple[Shipment, ...]:
        return tuple(change(one) if one.id == shipment_id else one for one in shipments)

    rma = order.rma_of(shipment_id)
    if rma is not None:
        return with_return(order, rma.id, lambda one: replace(one, shipments=changed(one.shipments)))
    return replace(order, shipments=changed(order.shipments))


def _planned(order: Order, data: e.ShipmentPlanned, event: e.Event) -> Order:
    return replace(order, shipments=(*order.shipments, data.shipment))


def _prepared(order: Order, data: e.ShipmentPrepared, event: e.Event) -> Order:
    def change(shipment: Shipment) -> Shipment:
        further = PREPARATION_ORDER.index(data.preparation) > PREPARATION_ORDER.index(shipment.preparation)
        handed_over = data.preparation is PreparationStatus.HANDED_OVER
        return replace(
            shipment,
            preparation=data.preparation if further else shipment.preparation,
            carrier=data.carrier or shipment.carrier,
            carrier_name=data.carrier_name or shipment.carrier_name,
            service=data.service or shipment.service,
            tracking_number=data.tracking_number or shipment.tracking_number,
            shipped_at=shipment.shipped_at or (event.occurred_at if handed_over else None),
            status=TrackingStatus.PRE_TRANSIT
            if shipment.status is TrackingStatus.UNKNOWN
            and data.preparation in (PreparationStatus.LABELED, PreparationStatus.HANDED_OVER)
            else shipment.status,
        )

    return _with_shipment(order, data.shipment_id, change)


def _watched(order: Order, data: e.ShipmentWatched, event: e.Event) -> Order:
    return _with_shipment(
        order,
        data.shipment_id,
        lambda shipment: replace(
            shipment, tracker_reference=data.tracker_reference, tracking_url=data.tracking_url or shipment.tracking_url
        ),
    )


def _scanned(order: Order, data: e.ShipmentScanned, event: e.Event) -> Order:
    def change(shipment: Shipment) -> Shipment:
        scanned = with_scans(shipment, data.scans)
        return replace(scanned, estimate=data.estimate or shipment.estimate, last_checked_at=event.recorded_at)

    return _with_shipment(order, data.shipment_id, change)


def _shipment_canceled(order: Order, data: e.ShipmentCanceled, event: e.Event) -> Order:
    return _with_shipment(
        order, data.shipment_id, lambda one: replace(one, canceled=True, status=TrackingStatus.CANCELED)
    )


FOLDS: Folds = {
    e.ShipmentPlanned: _planned,
    e.ShipmentPrepared: _prepared,
    e.ShipmentWatched: _watched,
    e.ShipmentScanned: _scanned,
    e.ShipmentCanceled: _shipment_canceled,
}
