"""Parcels asked for, called off, and followed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from domain.actions.contract import DONE, Recording, failed
from domain.model import events as e
from domain.model.changes import Changes
from domain.model.effects import Effect
from domain.model.orders import Order
from domain.model.reports import TrackerReport
from domain.model.shipments import PreparationStatus, Scan, Shipment, ShipmentLine
from domain.policies.progress import has_left, open_shipments
from domain.ports import Ports
from domain.workflow.engine import Outcome

WATCH_PARCEL = "watchParcel"
CALL_OFF_PARCEL = "callOffParcel"
REQUEST = "requestFulfillment"
PARCEL = "shipment"
"""The key under which an effect's payload names the parcel that it is about."""


def plan(order: Order, now: datetime) -> tuple[Shipment, ...]:
    """One parcel a location, of what is set aside there and in no parcel yet. The same order gives the same plan."""
    parceled: dict[tuple[str, str | None], int] = defaultdict(int)
    for shipment in open_shipments(order):
        for line in shipment.lines:
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
    for shipment_id, stopped in result.items():
        shipment = at.changes.order.shipment(shipment_id)
        if stopped and shipment is not None and not shipment.canceled:
            at.changes.add(e.ShipmentCanceled(shipment_id))
    return DONE if all(result.values()) else failed("TOO_LATE")


async def call_off_one(effect: Effect, order: Order, ports: Ports) -> None:
    """The warehouse does not send a parcel that staff have sent themselves, if it has not begun."""
    shipment = order.shipment(effect.payload[PARCEL])
    if shipment is not None:
        await ports.warehouse.call_off(f"{order.id}:{shipment.id}:call_off", order, shipment)


async def record_done(effect: Effect, result: None, at: Recording) -> Outcome:
    return DONE


async def watch(effect: Effect, order: Order, ports: Ports) -> TrackerReport | None:
    """The carriers' aggregator follows the parcel."""
    shipment = order.parcel(effect.payload[PARCEL])
    if shipment is None or shipment.tracking_number is None:
        return None
    return await ports.carriers.watch(effect.key, shipment.carrier, shipment.tracking_number)


async def record_watch(effect: Effect, result: TrackerReport | None, at: Recording) -> Outcome:
    shipment_id = effect.payload[PARCEL]
    if result is None:
        return DONE
    at.changes.add(e.ShipmentWatched(shipment_id, result.reference or "", result.tracking_url))
    record_scans(at.changes, shipment_id, result)
    return DONE


def record_scans(changes: Changes, shipment_id: str, report: TrackerReport) -> bool:
    """What the journal did not know yet of this parcel is in it; False if nothing is new."""
    shipment, rma = changes.order.parcel(shipment_id), changes.order.rma_of(shipment_id)
    if shipment is None:
        return False
    fresh = new_scans(shipment, report.scans)
    estimate = report.estimate if _says_more(shipment, report) else None
    if not fresh and estimate is None:
        return False
    latest = max((scan.occurred_at for scan in fresh), default=None)
    occurred_at = min(latest, changes.now) if latest is not None else None
    data = e.ShipmentScanned(shipment_id, fresh, estimate)
    back = e.ReturnScanned(rma.id, shipment_id, fresh, estimate) if rma is not None else None
    changes.add(back or data, occurred_at=occurred_at)
    return True


def new_scans(shipment: Shipment, scans: Sequence[Scan]) -> tuple[Scan, ...]:
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
