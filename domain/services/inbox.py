"""What partners tell us by webhook: stored first, answered, then read; early events wait for what they are about."""

from collections.abc import Sequence

from domain.actions.parcels import TRACKING, hand_over, number_parcel, record_scans, write_off
from domain.actions.payments import PAYMENT, authorization, record_report
from domain.model import events as e
from domain.model.actors import Actor, ActorKind
from domain.model.changes import Changes
from domain.model.effects import Effect, EffectStatus
from domain.model.orders import Order
from domain.model.payments import Payment
from domain.model.reports import PaymentOutcome, PaymentReport, Report, ReturnReport, TrackerReport, WarehouseReport
from domain.model.shipments import PREPARATION_ORDER, Shipment
from domain.ports import Ports, UnitOfWork
from domain.services.arriving import arrive
from domain.services.changing import Writing, read_again, rules_of, write
from domain.services.parcel_news import tell_workflow
from domain.workflow import engine
from domain.workflow.engine import Trigger
from domain.workflow.triggers import PAYMENT_AUTHORIZED, SHIPMENTS_CHANGED

CARRIER = Actor(ActorKind.CARRIER)
PROVIDER = Actor(ActorKind.PAYMENT_PROVIDER)
WAREHOUSE = Actor(ActorKind.WAREHOUSE)


async def receive(provider: str, event_id: str, body: bytes, ports: Ports) -> None:
    """The verified event is stored for good, once, and will be read; a repeat changes nothing."""

    async def work(writing: Writing) -> None:
        now = ports.clock.now()
        if await writing.uow.receive(provider, event_id, body, now):
            await writing.owe([read_again(provider, event_id, "first", now)])

    await write(ports, work)


async def read_event(effect: Effect, ports: Ports) -> None:
    """Each report of the event changed what it is new for; one that nothing is known about is parked."""
    provider, event_id = effect.payload["provider"], effect.payload["event_id"]
    body = await ports.store.read(lambda reader: reader.received(provider, event_id))
    waits, parked = False, effect.attempt > 1  # a try that was cut short may have left it parked
    for report in ports.dialects[provider](body) if body is not None else ():
        unknown = await apply_report(report, ports)
        if unknown is not None:
            parked = True
            waits |= await _park(provider, event_id, unknown, report, ports)
    now = ports.clock.now()

    async def done(uow: UnitOfWork) -> None:
        if parked and not waits:
            await uow.joined(provider, event_id)
        await uow.finish_effect(effect, EffectStatus.SUCCEEDED, None, now)

    await ports.store.write(done)


async def _park(provider: str, event_id: str, under: str, report: Report, ports: Ports) -> bool:
    """It waits under that name. Asked once more afterwards: what it is about may have appeared in between."""
    await ports.store.write(lambda uow: uow.park(provider, event_id, under))
    return await apply_report(report, ports) is not None


async def apply_report(report: Report, ports: Ports) -> str | None:
    """What is new in the report is in the order's journal; the name to wait under if no order knows of it."""

    async def work(writing: Writing) -> str | None:
        match report:
            case TrackerReport():
                return await _apply_tracker(report, writing)
            case PaymentReport():
                return await _apply_payment(report, writing)
            case WarehouseReport():
                return await _apply_warehouse(report, writing)
            case ReturnReport():
                return await _apply_return(report, writing)

    return await write(ports, work)


async def _apply_tracker(report: TrackerReport, writing: Writing) -> str | None:
    name = f"{TRACKING}:{report.tracking_number}"
    order_id = await writing.uow.order_id(TRACKING, report.tracking_number)
    changes = await writing.load(order_id, CARRIER) if order_id else None
    if changes is None:
        return name
    meant = [parcel for parcel in changes.order.parcels if parcel.tracking_number == report.tracking_number]
    await follow(changes, meant, report, writing)
    return None


async def follow(changes: Changes, parcels: Sequence[Shipment], report: TrackerReport, writing: Writing) -> None:
    """New scans of all these are recorded in one save, and each workflow hears of its own, once."""
    told: dict[str | None, str] = {}
    for parcel in parcels:
        if await record_scans(changes, parcel.id, report, writing.uow):
            rma = changes.order.rma_of(parcel.id)
            told.setdefault(rma.id if rma is not None else None, parcel.id)
    for parcel_id in told.values():
        tell_workflow(changes, parcel_id, writing.ports)
    if told:
        await writing.save(changes)


async def _apply_payment(report: PaymentReport, writing: Writing) -> str | None:
    order_id = await writing.uow.order_id(PAYMENT, report.reference) or report.order_id
    changes = await writing.load(order_id, PROVIDER) if order_id else None
    if changes is None:
        return f"{PAYMENT}:{report.reference}"
    payment = _meant(changes.order, report)
    if payment is None or not record_report(changes, payment.id, report):
        return None
    rules = rules_of(changes.order, writing.ports)
    task = engine.running_task(changes.order.flow, "authorizePayment")
    if task is not None:
        engine.settle(changes, rules, task.name, authorization(changes.order, writing.ports))
    elif report.outcome is PaymentOutcome.AUTHORIZED:
        engine.fire(changes, rules, Trigger(PAYMENT_AUTHORIZED))
    await writing.save(changes)
    return None


def _meant(order: Order, report: PaymentReport) -> Payment | None:
    """The payment that goes by this reference; the one that it is for, if no answer has given that one a reference;
    or the one that was asked for anew since, if the first asking brought the money after all. Any other word on what
    was given up is history.
    """
    for payment in order.payments:
        if payment.reference == report.reference:
            return payment
    brought = report.outcome in (PaymentOutcome.AUTHORIZED, PaymentOutcome.CAPTURED)
    for payment in order.payments:
        if payment.id == report.payment_id and (brought or payment.reference is None):
            return payment
        if brought and report.reference in {past.reference for past in payment.transactions}:
            return payment
    return None


async def _apply_warehouse(report: WarehouseReport, writing: Writing) -> str | None:
    changes = await writing.load(report.order_id, WAREHOUSE)
    shipment = changes.order.shipment(report.shipment_id) if changes else None
    if changes is None or shipment is None:
        return f"shipment:{report.order_id}/{report.shipment_id}"
    if not _is_news(shipment, report):
        return None
    if report.preparation is None:
        changes.add(e.ShipmentCanceled(shipment.id), occurred_at=min(report.occurred_at, changes.now))
        if report.missing:
            await write_off(changes, shipment, writing.uow)
    else:
        number_parcel(
            changes,
            shipment.id,
            e.ShipmentPrepared(
                shipment.id,
                report.preparation,
                report.carrier,
                report.carrier_name,
                report.service,
                report.tracking_number,
            ),
            min(report.occurred_at, changes.now),
        )
        await hand_over(changes, shipment.id, writing.uow, before=shipment)
    engine.fire(changes, rules_of(changes.order, writing.ports), Trigger(SHIPMENTS_CHANGED))
    await writing.save(changes)
    return None


async def _apply_return(report: ReturnReport, writing: Writing) -> str | None:
    changes = await writing.load(report.order_id, WAREHOUSE)
    rma = changes.order.rma(report.return_id) if changes else None
    if changes is None or rma is None:
        return f"return:{report.order_id}/{report.return_id}"
    if arrive(changes, rma.id, report.lines, min(report.occurred_at, changes.now), writing.ports):
        await writing.save(changes)
    return None


def _is_news(shipment: Shipment, report: WarehouseReport) -> bool:
    """Further than known, or the first word of the tracking number; a late or repeated step is history."""
    if shipment.canceled:
        return False
    if report.preparation is None:
        return shipment.shipped_at is None
    further = PREPARATION_ORDER.index(report.preparation) > PREPARATION_ORDER.index(shipment.preparation)
    return further or (report.tracking_number is not None and shipment.tracking_number is None)
