"""What the workflow of a return may ask for: a label, money back, goods on the shelf again."""

from collections import defaultdict

from domain.actions.contract import DONE, Recording, failed
from domain.actions.parcels import TRACKING, owe_watch
from domain.actions.refunds import Answer, note_refund, pay_all, record_answers
from domain.actions.stock import wake_backorders
from domain.model import events as e
from domain.model.changes import Changes
from domain.model.effects import Effect
from domain.model.orders import Order
from domain.model.reports import ReturnLabel
from domain.model.returns import Disposition, ItemCondition, Return, ReturnMethod
from domain.model.shipments import ParcelLabel, PreparationStatus, Shipment, ShipmentLine, TrackingStatus
from domain.model.stock import Allocation
from domain.policies.refunds import counts, refund_lines, refundable, still_owed
from domain.ports import Ports
from domain.workflow.engine import Outcome
from domain.workflow.subjects import RETURN


def rma_of(effect: Effect, order: Order) -> Return:
    rma = order.rma(effect.payload[RETURN])
    if rma is None:
        raise LookupError("the order has no such return")
    return rma


async def label(effect: Effect, order: Order, ports: Ports) -> ReturnLabel | None:
    """Whoever is to receive the goods expects them, and says by what they find their way."""
    rma = rma_of(effect, order)
    if rma.method is ReturnMethod.KEEP or rma.shipments:
        return None
    return await ports.warehouse.expect_return(f"{order.id}:{rma.id}:expect", order, rma)


async def record_label(effect: Effect, result: ReturnLabel | None, at: Recording) -> Outcome:
    """The buyer has a label or a code, and the parcel is followed; who brings the goods themselves needs neither."""
    rma = rma_of(effect, at.changes.order)
    if result is not None and result.travels and not rma.shipments and not at.late:
        add_label(at.changes, rma, result)
    return DONE


def add_label(changes: Changes, rma: Return, given: ReturnLabel) -> None:
    shipment = Shipment(
        id=f"{rma.id}s{len(rma.shipments) + 1}",
        lines=tuple(ShipmentLine(line.line_id, line.quantity) for line in rma.lines),
        created_at=changes.now,
        carrier=given.carrier,
        carrier_name=given.carrier_name,
        service=given.service,
        tracking_number=given.tracking_number,
        preparation=PreparationStatus.LABELED,
        status=TrackingStatus.PRE_TRANSIT,
        label=ParcelLabel(given.url, given.media_type, given.drop_off_code),
    )
    changes.add(e.ReturnLabeled(rma.id, shipment))
    if given.tracking_number is not None:
        changes.refer(TRACKING, given.tracking_number)
        owe_watch(changes, shipment)


async def call_off(effect: Effect, order: Order, ports: Ports) -> None:
    """Nobody expects the goods any more."""
    rma = rma_of(effect, order)
    if rma.method is not ReturnMethod.KEEP:
        await ports.warehouse.forget_return(f"{order.id}:{rma.id}:forget", order, rma)


async def plan_pay_back(effect: Effect, at: Recording) -> None:
    """What the accepted units pay back is on its way, as far as there is money; what already is, is not added again."""
    order = at.changes.order
    rma = rma_of(effect, order)
    if at.late:
        return
    amount = min(still_owed(order, rma), refundable(order))
    first = next((one.id for one in order.refunds_of(rma.id) if counts(one) and one.part_of is None), None)
    note_refund(at.changes, amount, refund_lines(rma), rma.lines[0].reason, return_id=rma.id, part_of=first)


async def pay_back(effect: Effect, order: Order, ports: Ports) -> list[Answer]:
    return await pay_all(order.refunds_of(effect.payload[RETURN]), order, ports)


async def record_pay_back(effect: Effect, result: list[Answer], at: Recording) -> Outcome:
    """Done once all of it is paid: what was refused, or could not be taken from anywhere, waits for somebody."""
    outcome = record_answers(result, at)
    order = at.changes.order
    return failed("NOT_PAID") if outcome is DONE and still_owed(order, rma_of(effect, order)) else outcome


async def restock(effect: Effect, result: None, at: Recording) -> Outcome:
    """What may be sold again is on its shelf, once; whoever waits for it is woken."""
    rma = rma_of(effect, at.changes.order)
    shelved = units_to_shelve(rma, at.changes.order, at.ports.shops.current().locations[0].handle)
    if not shelved:
        return DONE
    for one in shelved:
        await at.uow.adjust_stock(one.sku, one.location_id, one.quantity, "returned", at.changes.now)
    at.changes.add(e.StockReturned(rma.id, shelved))
    for sku in sorted({one.sku for one in shelved}):
        at.changes.owe(wake_backorders(sku, f"{effect.key}:{sku}", at))
    return DONE


def units_to_shelve(rma: Return, order: Order, anywhere: str) -> tuple[Allocation, ...]:
    """By line and place, SKUs in sorted order; a place that nobody named is where the goods were to go."""
    found: dict[tuple[str, str, str], int] = defaultdict(int)
    for part in rma.lines:
        line = order.line(part.line_id)
        for one in part.inspections if line is not None else ():
            if line and one.disposition is Disposition.RESTOCK and one.condition is not ItemCondition.MISSING:
                place = one.location or rma.destination or anywhere
                found[line.sku, place, line.id] += 0 if one.restocked else one.quantity
    return tuple(
        Allocation(line_id, sku, place, quantity)
        for (sku, place, line_id), quantity in sorted(found.items())
        if quantity
    )
