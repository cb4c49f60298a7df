"""Parcels planned, asked for, and called off."""

from collections import defaultdict
from datetime import datetime

from domain.actions.contract import DONE, Recording, failed
from domain.model import events as e
from domain.model.effects import Effect
from domain.model.orders import Order
from domain.model.shipments import PreparationStatus, Shipment, ShipmentLine
from domain.policies.progress import has_left, is_sent_back, open_shipments
from domain.ports import Ports
from domain.workflow.engine import Outcome

CALL_OFF_PARCEL = "callOffParcel"
REQUEST = "requestFulfillment"


def plan(order: Order, now: datetime) -> tuple[Shipment, ...]:
    """One parcel a location, of what is set aside there and in no parcel yet. The same order gives the same plan."""
    parceled: dict[tuple[str, str | None], int] = defaultdict(int)
    for shipment in open_shipments(order):
        for line in () if has_left(shipment) else shipment.lines:
            parceled[line.line_id, shipment.origin] += line.quantity
    by_location: dict[str, list[ShipmentLine]] = defaultdict(list)
    for allocation in order.allocations:
        left = allocation.quantity - parceled[allocation.line_id, allocation.location_id]
        if left > 0:
            by_location[allocation.location_id].append(ShipmentLine(allocation.line_id, left))
    number = len(order.shipments)
    return tuple(
        Shipment(f"s{number + index}", tuple(lines), now, origin=location, service=order.delivery.service)
        for index, (location, lines) in enumerate(sorted(by_location.items()), 1)
    )


async def record_plan(effect: Effect, result: None, at: Recording) -> Outcome:
    """Known before any warehouse is asked, so that whatever becomes of the asking, it can be called off."""
    if not at.late:
        for shipment in plan(at.changes.order, at.changes.now):
            at.changes.add(e.ShipmentPlanned(shipment))
    return DONE


async def request(effect: Effect, order: Order, ports: Ports) -> None:
    """The warehouses know every parcel that is to be sent."""
    for shipment in open_shipments(order):
        if shipment.preparation is PreparationStatus.QUEUED:
            await ports.warehouse.request(f"{order.id}:{shipment.id}:request", order, shipment)


async def call_off(effect: Effect, order: Order, ports: Ports) -> dict[str, bool]:
    """By parcel, whether the warehouse could still stop it."""
    return {
        shipment.id: not has_left(shipment)
        and await ports.warehouse.call_off(f"{order.id}:{shipment.id}:call_off", order, shipment)
        for shipment in open_shipments(order)
    }


async def record_call_off(effect: Effect, result: dict[str, bool], at: Recording) -> Outcome:
    """What was stopped is canceled. Done if nothing is left that may still arrive: what came back to us will not."""
    for shipment_id, stopped in result.items():
        shipment = at.changes.order.shipment(shipment_id)
        if stopped and shipment is not None and not shipment.canceled and not has_left(shipment):
            at.changes.add(e.ShipmentCanceled(shipment_id))
    coming = [parcel for parcel in open_shipments(at.changes.order) if not is_sent_back(parcel)]
    return failed("TOO_LATE") if coming else DONE


async def call_off_one(effect: Effect, order: Order, ports: Ports) -> None:
    """The warehouse does not send a parcel that staff have sent themselves, if it has not begun."""
    shipment = order.shipment(effect.payload["shipment"])
    if shipment is not None:
        await ports.warehouse.call_off(f"{order.id}:{shipment.id}:call_off", order, shipment)


async def record_done(effect: Effect, result: None, at: Recording) -> Outcome:
    """There is nothing to record but that it was done."""
    return DONE
