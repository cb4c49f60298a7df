"""What happens to a parcel whoever tells us: it gets a number to follow it by, and it leaves the house."""

from dataclasses import replace
from datetime import datetime

from domain.actions.fulfillment import owe_watch
from domain.model import events as e
from domain.model.changes import Changes
from domain.model.stock import Allocation
from domain.policies.progress import has_left
from domain.ports import Ports, UnitOfWork
from domain.services.changing import rules_of
from domain.workflow.engine import Trigger, fire
from domain.workflow.triggers import PARCEL_MOVED, SHIPMENTS_CHANGED

TRACKING = "tracking"


def number_parcel(changes: Changes, shipment_id: str, data: e.EventData, occurred_at: datetime) -> None:
    """The event is in the journal; a tracking number that is new can be searched for, and will be followed."""
    before = changes.order.shipment(shipment_id)
    changes.add(data, occurred_at=occurred_at)
    after = changes.order.shipment(shipment_id)
    if after is None or after.tracking_number is None:
        return
    if before is None or before.tracking_number != after.tracking_number:
        changes.refer(TRACKING, after.tracking_number)
        owe_watch(changes, after)


def tell_workflow(changes: Changes, shipment_id: str, ports: Ports) -> None:
    """The workflow of what the parcel belongs to, the order or a return of it, hears that something was said of it."""
    order = changes.order
    rma = order.rma_of(shipment_id)
    if rma is None:
        fire(changes, rules_of(order, ports), Trigger(SHIPMENTS_CHANGED))
    elif any(has_left(shipment) for shipment in rma.shipments):
        fire(changes, rules_of(order, ports, rma.id), Trigger(PARCEL_MOVED))


async def hand_over(changes: Changes, shipment_id: str, uow: UnitOfWork) -> None:
    """The units in a parcel that has left are no longer on any shelf. Doing it twice changes nothing."""
    shipment = changes.order.shipment(shipment_id)
    if shipment is None or not has_left(shipment):
        return
    gone: list[Allocation] = []
    for line in shipment.lines:
        wanted = line.quantity
        for allocation in changes.order.allocations:
            if allocation.line_id == line.line_id and allocation.location_id == shipment.origin and wanted > 0:
                part = min(allocation.quantity, wanted)
                gone.append(replace(allocation, quantity=part))
                wanted -= part
    if not gone:
        return
    for allocation in gone:
        await uow.ship(changes.order.id, allocation)
    changes.add(e.StockShipped(tuple(gone)))
