"""Staff send a parcel, or say where one is."""

import hashlib
from dataclasses import replace

from domain.actions.fulfillment import CALL_OFF_PARCEL, REQUEST
from domain.actions.parcels import TRACKING, hand_over, owe_parcel, owe_watch
from domain.model import events as e
from domain.model.actors import Actor
from domain.model.changes import Changes
from domain.model.commands import AddShipment, RecordTrackingEvent
from domain.model.errors import ErrorCode, NotFound, Refusal, Refused
from domain.model.orders import Order, OrderStatus
from domain.model.reports import TrackerReport
from domain.model.shipments import PreparationStatus, Scan, Shipment, ShipmentLine, TrackingStatus
from domain.policies.access import require_role
from domain.policies.card_data import looks_like_card
from domain.policies.progress import has_left, open_shipments
from domain.policies.tracking_numbers import is_tracking_number
from domain.ports import Ports
from domain.services.changing import Writing, rules_of, write
from domain.services.inbox import follow
from domain.services.once import done_before, remember
from domain.services.seeing import load_for, tidy_text
from domain.workflow.engine import Trigger, fire
from domain.workflow.triggers import SHIPMENTS_CHANGED

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
        origin = _origin(command, changes.order, ports)
        _check_lines(command, changes.order, origin)
        rest = _take_over(changes, command, origin)
        shipment = replace(
            _parcel(changes, tuple(ShipmentLine(line.line_id, line.quantity) for line in command.lines), origin),
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
        if rest:
            planned = _parcel(changes, rest, origin)
            changes.add(e.ShipmentPlanned(planned))
            owe_parcel(changes, REQUEST, planned)
        await hand_over(changes, shipment.id, writing.uow, before=None)
        fire(changes, rules_of(changes.order, ports), Trigger(SHIPMENTS_CHANGED))
        await remember(ADD_SHIPMENT, command, actor, f"{changes.order.id}/{shipment.id}", writing)
        return await writing.save(changes), shipment.id

    return await write(ports, work)


def _parcel(changes: Changes, lines: tuple[ShipmentLine, ...], origin: str | None) -> Shipment:
    """The order's next parcel."""
    number, service = len(changes.order.shipments) + 1, changes.order.delivery.service
    return Shipment(f"s{number}", lines, changes.now, origin, service=service)


def tidy_tracking(text: str | None) -> str | None:
    """Letters and digits, as carriers write them. Raises: Refused, for what is no parcel's number or is a card's."""
    if text is None or not text.strip():
        return None
    tidy = "".join(text.split()).replace("-", "").upper()
    if not (tidy.isascii() and tidy.isalnum() and 6 <= len(tidy) <= 40):
        problem = "A tracking number has 6 to 40 letters and digits."
        raise Refused(Refusal(ErrorCode.INVALID, problem, ("trackingNumber",)))
    if looks_like_card(tidy) and not is_tracking_number(tidy):
        raise Refused(Refusal(ErrorCode.CARD_DATA_REFUSED, "Never send card numbers here.", ("trackingNumber",)))
    return tidy


def _origin(command: AddShipment, order: Order, ports: Ports) -> str | None:
    """Where it is sent from: as said, else where its first line is set aside."""
    if command.origin is not None:
        if ports.shops.current().location(command.origin) is None:
            raise NotFound("originId")
        return command.origin
    lines = {line.line_id for line in command.lines}
    return next((one.location_id for one in order.allocations if one.line_id in lines), None)


def _is_planned(shipment: Shipment) -> bool:
    """Nobody has begun with it: it may give way to a parcel that staff hand over themselves."""
    return shipment.preparation is PreparationStatus.QUEUED and not has_left(shipment)


def _check_lines(command: AddShipment, order: Order, origin: str | None) -> None:
    """Raises: Refused for what is not in the order, is in another parcel already, or stands elsewhere."""
    if order.flow.status is not OrderStatus.CONFIRMED:
        raise Refused(Refusal(ErrorCode.NOT_ALLOWED, "Only a confirmed order can be sent."))
    if not command.lines:
        raise Refused(Refusal(ErrorCode.INVALID, "Say what is in the parcel.", ("lines",)))
    found: list[Refusal] = []
    left = {line.id: line.quantity - line.canceled for line in order.lines}
    for shipment in open_shipments(order):
        for line in () if _is_planned(shipment) else shipment.lines:
            left[line.line_id] -= line.quantity
    here = dict.fromkeys(left, 0)
    for allocation in order.allocations:
        here[allocation.line_id] += allocation.quantity if allocation.location_id == origin else 0
    for index, asked in enumerate(command.lines):
        place = ("lines", str(index))
        if asked.line_id not in left:
            found.append(Refusal(ErrorCode.NOT_FOUND, "There is no such line.", (*place, "lineId")))
            continue
        left[asked.line_id] -= asked.quantity
        here[asked.line_id] -= asked.quantity
        if asked.quantity < 1 or left[asked.line_id] < 0:
            text = "There are not that many left to send."
            found.append(Refusal(ErrorCode.QUANTITY_EXCEEDED, text, (*place, "quantity")))
        elif here[asked.line_id] < 0:
            text = "Not that many are set aside there: one parcel leaves from one place."
            found.append(Refusal(ErrorCode.NOT_ALLOWED, text, (*place, "quantity")))
    if found:
        raise Refused(*found)


def _take_over(changes: Changes, command: AddShipment, origin: str | None) -> tuple[ShipmentLine, ...]:
    """Parcels from there that were only planned, and hold any of this, are called off; returns what is left of them."""
    wanted = {line.line_id: 0 for line in command.lines}
    for line in command.lines:
        wanted[line.line_id] += line.quantity
    rest: dict[str, int] = {}
    for shipment in open_shipments(changes.order):
        if (
            not _is_planned(shipment)
            or shipment.origin != origin
            or not wanted.keys() & {line.line_id for line in shipment.lines}
        ):
            continue
        for planned in shipment.lines:
            taken = min(planned.quantity, wanted.get(planned.line_id, 0))
            if taken:
                wanted[planned.line_id] -= taken
            if planned.quantity > taken:
                rest[planned.line_id] = rest.get(planned.line_id, 0) + planned.quantity - taken
        changes.add(e.ShipmentCanceled(shipment.id, shown=False))
        owe_parcel(changes, CALL_OFF_PARCEL, shipment)
    return tuple(ShipmentLine(line_id, quantity) for line_id, quantity in rest.items())


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
        shipment = changes.order.parcel(command.shipment_id) if changes else None
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
        await follow(changes, [shipment], report, writing)
        return changes.order, shipment.id

    return await write(ports, work)
