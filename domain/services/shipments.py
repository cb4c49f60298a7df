"""Staff send a parcel, or say where one is."""

import hashlib

from domain.actions.fulfillment import SHIPMENTS_CHANGED, owe_watch
from domain.model import events as e
from domain.model.actors import Actor
from domain.model.changes import Changes
from domain.model.commands import AddShipment, RecordTrackingEvent
from domain.model.errors import ErrorCode, NotFound, Refusal, Refused
from domain.model.orders import Order, OrderStatus
from domain.model.reports import TrackerReport
from domain.model.shipments import PreparationStatus, Scan, Shipment, ShipmentLine, TrackingStatus
from domain.policies.access import require_role
from domain.policies.progress import open_shipments
from domain.ports import Ports
from domain.services.changing import Writing, rules_of, write
from domain.services.inbox import follow
from domain.services.once import done_before, remember
from domain.services.parcels import TRACKING, hand_over
from domain.services.seeing import load_for, tidy_text
from domain.workflow.engine import Trigger, fire

ADD_SHIPMENT = "addShipment"
RECORD_TRACKING_EVENT = "recordTrackingEvent"


async def add_shipment(command: AddShipment, actor: Actor, ports: Ports) -> tuple[Order, str]:
    """A parcel with these lines has been handed over, and is followed if it has a number.

    Raises: AccessDenied; NotFound; Refused (NOT_ALLOWED, QUANTITY_EXCEEDED, INVALID).
    """
    require_role(actor, ADD_SHIPMENT)
    tracking_number = tidy_tracking(command.tracking_number)
    carrier = tidy_text(command.carrier, "carrier", 60)
    service = tidy_text(command.service, "service", 60)

    async def work(writing: Writing) -> tuple[Order, str]:
        changes = await load_for(command.order_id, actor, writing)
        done = await done_before(ADD_SHIPMENT, command, actor, writing)
        if done is not None:
            return changes.order, done.rpartition("/")[2]
        origin = _origin(command, changes, ports)
        _check_lines(command, changes.order)
        shipment = Shipment(
            id=f"s{len(changes.order.shipments) + 1}",
            lines=tuple(ShipmentLine(line.line_id, line.quantity) for line in command.lines),
            created_at=changes.now,
            origin=origin,
            carrier=carrier.lower() if carrier else None,
            carrier_name=carrier,
            service=service or changes.order.delivery.service,
            tracking_number=tracking_number,
            preparation=PreparationStatus.HANDED_OVER,
            status=TrackingStatus.PRE_TRANSIT if tracking_number else TrackingStatus.UNKNOWN,
            shipped_at=changes.now,
        )
        changes.add(e.ShipmentPlanned(shipment))
        if tracking_number:
            changes.refer(TRACKING, tracking_number)
            owe_watch(changes, shipment)
        await hand_over(changes, shipment.id, writing.uow)
        fire(changes, rules_of(changes.order, ports), Trigger(SHIPMENTS_CHANGED))
        await remember(ADD_SHIPMENT, command, actor, f"{changes.order.id}/{shipment.id}", writing)
        return await writing.save(changes), shipment.id

    return await write(ports, work)


def tidy_tracking(text: str | None) -> str | None:
    """Letters and digits, as carriers write them. Raises: Refused."""
    if text is None or not text.strip():
        return None
    tidy = "".join(text.split()).replace("-", "").upper()
    if not (tidy.isascii() and tidy.isalnum() and 6 <= len(tidy) <= 40):
        problem = "A tracking number has 6 to 40 letters and digits."
        raise Refused(Refusal(ErrorCode.INVALID, problem, ("trackingNumber",)))
    return tidy


def _origin(command: AddShipment, changes: Changes, ports: Ports) -> str | None:
    """Where it is sent from: as said, else where its first line is set aside."""
    if command.origin is not None:
        if ports.shops.current().location(command.origin) is None:
            raise NotFound("originId")
        return command.origin
    lines = {line.line_id for line in command.lines}
    return next((one.location_id for one in changes.order.allocations if one.line_id in lines), None)


def _check_lines(command: AddShipment, order: Order) -> None:
    """Raises: Refused for what is not in the order, or is in another parcel already."""
    if order.flow.status is not OrderStatus.CONFIRMED:
        raise Refused(Refusal(ErrorCode.NOT_ALLOWED, "Only a confirmed order can be sent."))
    if not command.lines:
        raise Refused(Refusal(ErrorCode.INVALID, "Say what is in the parcel.", ("lines",)))
    found: list[Refusal] = []
    left = {line.id: line.quantity - line.canceled for line in order.lines}
    for shipment in open_shipments(order):
        for line in shipment.lines:
            left[line.line_id] -= line.quantity
    for index, asked in enumerate(command.lines):
        if asked.line_id not in left:
            text = "There is no such line."
            found.append(Refusal(ErrorCode.NOT_FOUND, text, ("lines", str(index), "lineId")))
            continue
        left[asked.line_id] -= asked.quantity
        if asked.quantity < 1 or left[asked.line_id] < 0:
            text = "There are not that many left to send."
            found.append(Refusal(ErrorCode.QUANTITY_EXCEEDED, text, ("lines", str(index), "quantity")))
    if found:
        raise Refused(*found)


async def record_tracking_event(command: RecordTrackingEvent, actor: Actor, ports: Ports) -> tuple[Order, str]:
    """The scan is one of the parcel's, as if its carrier had sent it. Raises: AccessDenied; NotFound; Refused."""
    require_role(actor, RECORD_TRACKING_EVENT)
    description = tidy_text(command.description, "description", 500) or ""
    location = tidy_text(command.location, "location", 200)
    detail = tidy_text(command.detail, "statusDetail", 60)
    if command.status is TrackingStatus.UNKNOWN:
        raise Refused(Refusal(ErrorCode.INVALID, "Say what happened to the parcel.", ("status",)))

    async def work(writing: Writing) -> tuple[Order, str]:
        changes = await writing.load(command.order_id, actor)
        shipment = changes.order.shipment(command.shipment_id) if changes else None
        if changes is None or shipment is None:
            raise NotFound("shipmentId")
        if await done_before(RECORD_TRACKING_EVENT, command, actor, writing) is not None:
            return changes.order, shipment.id
        if command.occurred_at > changes.now:
            raise Refused(Refusal(ErrorCode.INVALID, "This has not happened yet.", ("occurredAt",)))
        words = f"staff|{command.key}|{command.occurred_at.isoformat()}|{command.status}|{description}"
        key = hashlib.sha256(words.encode()).hexdigest()[:32]
        scan = Scan(key, command.occurred_at, command.status, description, detail, location=location)
        await remember(RECORD_TRACKING_EVENT, command, actor, f"{changes.order.id}/{shipment.id}", writing)
        report = TrackerReport(shipment.tracking_number or "", (scan,))
        await follow(changes, shipment, report, writing)
        return changes.order, shipment.id

    return await write(ports, work)
