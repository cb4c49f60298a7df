"""Who hears of a parcel: the workflow of what it belongs to."""

from domain.model.changes import Changes
from domain.policies.progress import has_left
from domain.ports import Ports
from domain.services.changing import rules_of
from domain.workflow.engine import Trigger, fire
from domain.workflow.triggers import PARCEL_MOVED, SHIPMENTS_CHANGED


def tell_workflow(changes: Changes, shipment_id: str, ports: Ports) -> None:
    """The workflow of what the parcel belongs to, the order or a return of it, hears that something was said of it."""
    order = changes.order
    rma = order.rma_of(shipment_id)
    if rma is None:
        fire(changes, rules_of(order, ports), Trigger(SHIPMENTS_CHANGED))
    elif any(has_left(shipment) for shipment in rma.shipments):
        fire(changes, rules_of(order, ports, rma.id), Trigger(PARCEL_MOVED))
