"""What the events of a return make of it: one small function a type."""

from collections.abc import Callable
from dataclasses import replace

from domain.model import events as e
from domain.model.flows import Flow
from domain.model.folds.contract import Folds
from domain.model.folds.moving import moved, task_settled, task_started
from domain.model.orders import Order
from domain.model.returns import Disposition, Inspection, Return, ReturnStatus
from domain.model.tracking import with_scans

DECIDED = frozenset({ReturnStatus.APPROVED, ReturnStatus.DECLINED})


def with_return(order: Order, return_id: str, change: Callable[[Return], Return]) -> Order:
    return replace(order, returns=tuple(change(rma) if rma.id == return_id else rma for rma in order.returns))


def _requested(order: Order, data: e.ReturnRequested, event: e.Event) -> Order:
    at = event.occurred_at
    rma = Return(
        id=data.return_id,
        number=data.number,
        lines=data.lines,
        method=data.method,
        fee=data.fee,
        refund_total=data.refund_total,
        requested_at=at,
        flow=Flow(data.workflow, data.workflow_version, "", at, event.sequence, ReturnStatus.REQUESTED),
        destination=data.destination,
        note=data.note,
    )
    return replace(order, returns=(*order.returns, rma))


def _moved(order: Order, data: e.ReturnMoved, event: e.Event) -> Order:
    def change(rma: Return) -> Return:
        decided = data.status in DECIDED
        return replace(
            rma,
            flow=moved(rma.flow, data, event),
            decided_at=rma.decided_at or (event.occurred_at if decided else None),
            decision_note=data.note or rma.decision_note,
            expires_at=data.until if data.status is ReturnStatus.APPROVED else rma.expires_at,
        )

    return with_return(order, data.return_id, change)


def _task_settled(order: Order, data: e.ReturnTaskSettled, event: e.Event) -> Order:
    return with_return(order, data.return_id, lambda rma: replace(rma, flow=task_settled(rma.flow, data)))


def _task_started(order: Order, data: e.ReturnTaskStarted, event: e.Event) -> Order:
    return with_return(order, data.return_id, lambda rma: replace(rma, flow=task_started(rma.flow, data)))


def _labeled(order: Order, data: e.ReturnLabeled, event: e.Event) -> Order:
    return with_return(order, data.return_id, lambda rma: replace(rma, shipments=(*rma.shipments, data.shipment)))


def _scanned(order: Order, data: e.ReturnScanned, event: e.Event) -> Order:
    def change(rma: Return) -> Return:
        shipments = tuple(
            replace(
                with_scans(one, data.scans),
                estimate=data.estimate or one.estimate,
                last_checked_at=event.recorded_at,
            )
            if one.id == data.shipment_id
            else one
            for one in rma.shipments
        )
        return replace(rma, shipments=shipments)

    return with_return(order, data.return_id, change)


def _received(order: Order, data: e.ReturnReceived, event: e.Event) -> Order:
    return with_return(
        order, data.return_id, lambda rma: replace(rma, received_at=rma.received_at or event.occurred_at)
    )


def _inspected(order: Order, data: e.ReturnInspected, event: e.Event) -> Order:
    found: dict[str, tuple[Inspection, ...]] = {}
    for line_id, inspection in data.inspections:
        found[line_id] = (*found.get(line_id, ()), inspection)

    def change(rma: Return) -> Return:
        lines = tuple(replace(line, inspections=line.inspections + found.get(line.id, ())) for line in rma.lines)
        return replace(rma, lines=lines)

    return with_return(order, data.return_id, change)


def _restocked(order: Order, data: e.StockReturned, event: e.Event) -> Order:
    def on_shelf(inspection: Inspection) -> Inspection:
        return replace(inspection, restocked=True) if inspection.disposition is Disposition.RESTOCK else inspection

    def change(rma: Return) -> Return:
        lines = tuple(replace(line, inspections=tuple(map(on_shelf, line.inspections))) for line in rma.lines)
        return replace(rma, lines=lines)

    return with_return(order, data.return_id, change)


FOLDS: Folds = {
    e.ReturnRequested: _requested,
    e.ReturnMoved: _moved,
    e.ReturnTaskSettled: _task_settled,
    e.ReturnTaskStarted: _task_started,
    e.ReturnLabeled: _labeled,
    e.ReturnScanned: _scanned,
    e.ReturnReceived: _received,
    e.ReturnInspected: _inspected,
    e.StockReturned: _restocked,
}
