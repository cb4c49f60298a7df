"""What happens to a parcel whoever tells us: it gets a number, is followed by it, is scanned, and leaves the house."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.actions.contract import DONE, Recording
from domain.model import events as e
from domain.model.changes import Changes
from domain.model.effects import Effect
from domain.model.orders import Order
from domain.model.reports import TrackerReport
from domain.model.shipments import Scan, Shipment
from domain.model.stock import Allocation
from domain.policies.progress import has_left
from domain.ports import Ports, UnitOfWork
from domain.workflow.engine import Outcome

TRACKING = "tracking"
WATCH_PARCEL = "watchParcel"
MISSING = "missing"
PARCEL = "shipment"
"""The key under which an effect's payload names the parcel that it is about."""


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


async def hand_over(changes: Changes, shipment_id: str, uow: UnitOfWork, before: Shipment | None) -> None:
    """The units in a parcel that has just left are no longer on any shelf; `before` is how it was until now, if it was.

    A parcel that had left already, has not left yet or was called off changes nothing: what stands there is another's.
    """
    shipment = changes.order.shipment(shipment_id)
    if shipment is None or shipment.canceled or not has_left(shipment) or (before is not None and has_left(before)):
        return
    gone = _set_aside(changes.order, shipment)
    if not gone:
        return
    for allocation in gone:
        await uow.ship(changes.order.id, allocation)
    changes.add(e.StockShipped(gone))


async def write_off(changes: Changes, shipment: Shipment, uow: UnitOfWork) -> None:
    """The units of the parcel are not where they were counted: nobody can order them, and the order has lost them."""
    gone = _set_aside(changes.order, shipment)
    if not gone:
        return
    for one in gone:
        await uow.release(changes.order.id, one)
        await uow.adjust_stock(one.sku, one.location_id, -one.quantity, MISSING, changes.now)
    changes.add(e.StockReleased(gone))
    lost = tuple((one.line_id, one.quantity) for one in gone)
    changes.add(e.StockLost(changes.order.stock_lost + lost))


def _set_aside(order: Order, shipment: Shipment) -> tuple[Allocation, ...]:
    """What stands on the parcel's shelf for it."""
    found: list[Allocation] = []
    for line in shipment.lines:
        wanted = line.quantity
        for allocation in order.allocations:
            if allocation.line_id == line.line_id and allocation.location_id == shipment.origin and wanted > 0:
                part = min(allocation.quantity, wanted)
                found.append(replace(allocation, quantity=part))
                wanted -= part
    return tuple(found)


async def watch(effect: Effect, order: Order, ports: Ports) -> TrackerReport | None:
    """The carriers' aggregator follows the parcel."""
    shipment = order.parcel(effect.payload[PARCEL])
    if shipment is None or shipment.tracking_number is None:
        return None
    return await ports.carriers.watch(effect.key, shipment.carrier, shipment.tracking_number)


async def record_watch(effect: Effect, result: TrackerReport | None, at: Recording) -> Outcome:
    """The parcel is followed; what its carrier already knew of it is in the journal."""
    shipment_id = effect.payload[PARCEL]
    if result is None:
        return DONE
    at.changes.add(e.ShipmentWatched(shipment_id, result.reference or "", result.tracking_url))
    await record_scans(at.changes, shipment_id, result, at.uow)
    return DONE


async def record_scans(changes: Changes, shipment_id: str, report: TrackerReport, uow: UnitOfWork) -> bool:
    """What the journal did not know yet of this parcel is in it, and goods that are seen moving have left their shelf.

    False if nothing is new.
    """
    shipment, rma = changes.order.parcel(shipment_id), changes.order.rma_of(shipment_id)
    if shipment is None:
        return False
    fresh = new_scans(shipment, report.scans)
    estimate = report.estimate if _says_more(shipment, report) else None
    if not fresh and estimate is None:
        return False
    latest = max((scan.occurred_at for scan in fresh), default=None)
    occurred_at = min(latest, changes.now) if latest is not None else None
    if rma is not None:
        changes.add(e.ReturnScanned(rma.id, shipment_id, fresh, estimate), occurred_at=occurred_at)
        return True
    changes.add(e.ShipmentScanned(shipment_id, fresh, estimate), occurred_at=occurred_at)
    await hand_over(changes, shipment_id, uow, before=shipment)
    return True


def new_scans(shipment: Shipment, scans: Sequence[Scan]) -> tuple[Scan, ...]:
    """Those that the parcel does not have yet, each once."""
    known = {scan.key for scan in shipment.scans}
    return tuple({scan.key: scan for scan in scans if scan.key not in known}.values())


def _says_more(shipment: Shipment, report: TrackerReport) -> bool:
    """An estimate counts if it is newer than the one we have and says another day."""
    if report.estimate is None or shipment.delivered_at is not None:
        return False
    known = shipment.estimate
    if known is None:
        return True
    other = (report.estimate.earliest, report.estimate.latest) != (known.earliest, known.latest)
    return other and report.estimate.updated_at > known.updated_at


def owe_watch(changes: Changes, shipment: Shipment) -> None:
    """The parcel will be followed as soon as it has a number to follow it by."""
    owe_parcel(changes, WATCH_PARCEL, shipment)


def owe_parcel(changes: Changes, action: str, shipment: Shipment) -> None:
    """The action will be carried out on this parcel, beside the workflow."""
    changes.owe(
        Effect(
            key=f"{changes.order.id}:{changes.version}:{action}:{shipment.id}",
            action=action,
            run_at=changes.now,
            created_at=changes.now,
            order_id=changes.order.id,
            payload={PARCEL: shipment.id},
        )
    )
