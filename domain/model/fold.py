"""The order is the fold of its events: one small function a type, joined in FOLDS."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from domain.model import events as e
from domain.model.fold_returns import RETURN_FOLDS, with_return
from domain.model.orders import (
    Cancellation,
    Flow,
    MilestoneReached,
    Order,
    OrderStatus,
    TaskRun,
    TaskStatus,
)
from domain.model.payments import (
    Payment,
    PaymentStatus,
    RefundStatus,
    Transaction,
    TransactionKind,
    TransactionStatus,
)
from domain.model.shipments import PREPARATION_ORDER, PreparationStatus, Shipment, TrackingStatus
from domain.model.tracking import with_scans

Fold = Callable[[Order, Any, e.Event], Order]


def fold(order: Order | None, event: e.Event) -> Order:
    """The order after `event`. The first event, and only it, is `order.placed`; sequences run without a gap."""
    version = order.version if order is not None else 0
    if event.sequence != version + 1:
        raise ValueError(f"event {event.sequence} does not follow version {version}")
    if order is None:
        if not isinstance(event.data, e.OrderPlaced):
            raise ValueError(f"an order does not begin with {event.type}")
        return _placed(event, event.data)
    change = FOLDS.get(type(event.data))
    if change is None:
        raise ValueError(f"{event.type} does not follow another event")
    changed = change(order, event.data, event)
    return replace(changed, version=event.sequence, updated_at=event.recorded_at)


def _placed(event: e.Event, data: e.OrderPlaced) -> Order:
    flow = Flow(data.workflow, data.workflow_version, "", event.occurred_at, event.sequence, OrderStatus.PENDING)
    return Order(
        id=event.order_id,
        placed_at=event.occurred_at,
        updated_at=event.recorded_at,
        version=event.sequence,
        flow=flow,
        **{name: getattr(data, name) for name in _PLACED_FIELDS},
    )


_PLACED_FIELDS = tuple(
    field.name for field in fields(e.OrderPlaced) if field.name not in ("workflow", "workflow_version")
)


def _moved(order: Order, data: e.WorkflowMoved, event: e.Event) -> Order:
    milestones = order.flow.milestones
    if data.milestone and data.milestone not in {reached.handle for reached in milestones}:
        milestones += (MilestoneReached(data.milestone, event.occurred_at),)
    flow = replace(
        order.flow,
        state=data.to_state,
        entered_at=event.recorded_at,
        entry=event.sequence,
        status=data.status,
        final=data.final,
        tasks=tuple(TaskRun(task.name, task.action) for task in data.tasks),
        milestones=milestones,
    )
    return replace(order, flow=flow)


def _task_settled(order: Order, data: e.TaskSettled, event: e.Event) -> Order:
    tasks = tuple(
        replace(task, status=data.status, code=data.code) if task.name == data.task else task
        for task in order.flow.tasks
    )
    return replace(order, flow=replace(order.flow, tasks=tasks))


def _task_started(order: Order, data: e.TaskStarted, event: e.Event) -> Order:
    tasks = tuple(
        TaskRun(task.name, data.action, TaskStatus.RUNNING) if task.name == data.task else task
        for task in order.flow.tasks
    )
    return replace(order, flow=replace(order.flow, tasks=tasks))


def _reserved(order: Order, data: e.StockReserved, event: e.Event) -> Order:
    held = {allocation.line_id for allocation in data.allocations}
    lines = tuple(replace(line, backordered=0) if line.id in held else line for line in order.lines)
    return replace(order, lines=lines, allocations=order.allocations + data.allocations)


def _backordered(order: Order, data: e.StockBackordered, event: e.Event) -> Order:
    waiting = dict(data.lines)
    lines = tuple(replace(line, backordered=waiting.get(line.id, line.backordered)) for line in order.lines)
    return replace(order, lines=lines)


def _released(order: Order, data: e.StockReleased | e.StockShipped, event: e.Event) -> Order:
    gone: dict[tuple[str, str], int] = {}
    for one in data.allocations:
        gone[one.line_id, one.location_id] = gone.get((one.line_id, one.location_id), 0) + one.quantity
    kept = []
    for allocation in order.allocations:
        less = min(gone.get((allocation.line_id, allocation.location_id), 0), allocation.quantity)
        if less:
            gone[allocation.line_id, allocation.location_id] -= less
        if allocation.quantity > less:
            kept.append(replace(allocation, quantity=allocation.quantity - less))
    return replace(order, allocations=tuple(kept))


def _lost(order: Order, data: e.StockLost, event: e.Event) -> Order:
    return replace(order, stock_lost=data.lines)


def _with_payment(order: Order, payment_id: str, change: Callable[[Payment], Payment]) -> Order:
    payments = tuple(change(payment) if payment.id == payment_id else payment for payment in order.payments)
    return replace(order, payments=payments)


def _transaction(
    payment: Payment,
    event: e.Event,
    kind: TransactionKind,
    status: TransactionStatus,
    amount: int,
    reference: str | None = None,
    failure: str | None = None,
) -> tuple[Transaction, ...]:
    one = Transaction(
        f"{payment.id}t{len(payment.transactions) + 1}", kind, status, amount, event.occurred_at, reference, failure
    )
    return (*payment.transactions, one)


def _authorized(order: Order, data: e.PaymentAuthorized, event: e.Event) -> Order:
    def change(payment: Payment) -> Payment:
        return replace(
            payment,
            status=PaymentStatus.AUTHORIZED,
            authorized=data.amount,
            reference=data.reference,
            brand=data.brand or payment.brand,
            last4=data.last4 or payment.last4,
            risk=data.risk or payment.risk,
            failure=None,
            next_action=None,
            transactions=_transaction(
                payment, event, TransactionKind.AUTHORIZATION, TransactionStatus.SUCCEEDED, data.amount, data.reference
            ),
        )

    return _with_payment(order, data.payment_id, change)


def _declined(order: Order, data: e.PaymentDeclined, event: e.Event) -> Order:
    def change(payment: Payment) -> Payment:
        return replace(
            payment,
            status=PaymentStatus.FAILED,
            failure=data.message,
            reference=data.reference or payment.reference,
            next_action=None,
            transactions=_transaction(
                payment,
                event,
                TransactionKind.AUTHORIZATION,
                TransactionStatus.FAILED,
                payment.amount,
                data.reference,
                data.code,
            ),
        )

    return _with_payment(order, data.payment_id, change)


def _action_required(order: Order, data: e.PaymentActionRequired, event: e.Event) -> Order:
    def change(payment: Payment) -> Payment:
        return replace(
            payment,
            status=PaymentStatus.REQUIRES_ACTION,
            reference=data.reference,
            next_action=data.next_action,
            transactions=_transaction(
                payment,
                event,
                TransactionKind.AUTHORIZATION,
                TransactionStatus.REQUIRES_ACTION,
                payment.amount,
                data.reference,
            ),
        )

    return _with_payment(order, data.payment_id, change)


def _captured(order: Order, data: e.PaymentCaptured, event: e.Event) -> Order:
    def change(payment: Payment) -> Payment:
        captured = payment.captured + data.amount
        whole = captured >= payment.authorized
        return replace(
            payment,
            # A provider may take at once what it was never heard to hold.
            authorized=max(payment.authorized, captured),
            captured=captured,
            next_action=None,
            status=PaymentStatus.CAPTURED if whole else PaymentStatus.PARTIALLY_CAPTURED,
            transactions=_transaction(
                payment, event, TransactionKind.CAPTURE, TransactionStatus.SUCCEEDED, data.amount, data.reference
            ),
        )

    return _with_payment(order, data.payment_id, change)


def _voided(order: Order, data: e.PaymentVoided, event: e.Event) -> Order:
    def change(payment: Payment) -> Payment:
        return replace(
            payment,
            status=PaymentStatus.VOIDED,
            next_action=None,
            transactions=_transaction(
                payment, event, TransactionKind.VOID, TransactionStatus.SUCCEEDED, payment.authorized, data.reference
            ),
        )

    return _with_payment(order, data.payment_id, change)


def _risk(order: Order, data: e.RiskAssessed, event: e.Event) -> Order:
    return replace(order, risk=data.risk)


def _refund_requested(order: Order, data: e.RefundRequested, event: e.Event) -> Order:
    return replace(order, refunds=(*order.refunds, data.refund))


def _refund_succeeded(order: Order, data: e.RefundSucceeded, event: e.Event) -> Order:
    refund = next(refund for refund in order.refunds if refund.id == data.refund_id)
    done = replace(refund, status=RefundStatus.SUCCEEDED, reference=data.reference)

    def change(payment: Payment) -> Payment:
        refunded = payment.refunded + refund.amount
        return replace(
            payment,
            refunded=refunded,
            status=PaymentStatus.REFUNDED if refunded >= payment.captured else PaymentStatus.PARTIALLY_REFUNDED,
            transactions=_transaction(
                payment, event, TransactionKind.REFUND, TransactionStatus.SUCCEEDED, refund.amount, data.reference
            ),
        )

    refunds = tuple(done if one.id == refund.id else one for one in order.refunds)
    return _with_payment(replace(order, refunds=refunds), refund.payment_id, change)


def _refund_failed(order: Order, data: e.RefundFailed, event: e.Event) -> Order:
    refunds = tuple(
        replace(refund, status=RefundStatus.FAILED, failure=data.failure) if refund.id == data.refund_id else refund
        for refund in order.refunds
    )
    return replace(order, refunds=refunds)


def _with_shipment(order: Order, shipment_id: str, change: Callable[[Shipment], Shipment]) -> Order:
    def changed(shipments: tuple[Shipment, ...]) -> tuple[Shipment, ...]:
        return tuple(change(one) if one.id == shipment_id else one for one in shipments)

    rma = order.rma_of(shipment_id)
    if rma is not None:
        return with_return(order, rma.id, lambda one: replace(one, shipments=changed(one.shipments)))
    return replace(order, shipments=changed(order.shipments))


def _planned(order: Order, data: e.ShipmentPlanned, event: e.Event) -> Order:
    return replace(order, shipments=(*order.shipments, data.shipment))


def _prepared(order: Order, data: e.ShipmentPrepared, event: e.Event) -> Order:
    def change(shipment: Shipment) -> Shipment:
        further = PREPARATION_ORDER.index(data.preparation) > PREPARATION_ORDER.index(shipment.preparation)
        handed_over = data.preparation is PreparationStatus.HANDED_OVER
        return replace(
            shipment,
            preparation=data.preparation if further else shipment.preparation,
            carrier=data.carrier or shipment.carrier,
            carrier_name=data.carrier_name or shipment.carrier_name,
            service=data.service or shipment.service,
            tracking_number=data.tracking_number or shipment.tracking_number,
            shipped_at=shipment.shipped_at or (event.occurred_at if handed_over else None),
            status=TrackingStatus.PRE_TRANSIT
            if shipment.status is TrackingStatus.UNKNOWN
            and data.preparation in (PreparationStatus.LABELED, PreparationStatus.HANDED_OVER)
            else shipment.status,
        )

    return _with_shipment(order, data.shipment_id, change)


def _watched(order: Order, data: e.ShipmentWatched, event: e.Event) -> Order:
    return _with_shipment(
        order,
        data.shipment_id,
        lambda shipment: replace(
            shipment, tracker_reference=data.tracker_reference, tracking_url=data.tracking_url or shipment.tracking_url
        ),
    )


def _scanned(order: Order, data: e.ShipmentScanned, event: e.Event) -> Order:
    def change(shipment: Shipment) -> Shipment:
        scanned = with_scans(shipment, data.scans)
        return replace(scanned, estimate=data.estimate or shipment.estimate, last_checked_at=event.recorded_at)

    return _with_shipment(order, data.shipment_id, change)


def _shipment_canceled(order: Order, data: e.ShipmentCanceled, event: e.Event) -> Order:
    return _with_shipment(
        order, data.shipment_id, lambda one: replace(one, canceled=True, status=TrackingStatus.CANCELED)
    )


def _cancel_requested(order: Order, data: e.CancelRequested, event: e.Event) -> Order:
    return replace(order, cancellation=Cancellation(data.reason, event.occurred_at))


def _claimed(order: Order, data: e.OrderClaimed, event: e.Event) -> Order:
    return replace(order, customer_id=data.customer_id)


_ORDER_FOLDS: dict[type[e.EventData], Fold] = {
    e.WorkflowMoved: _moved,
    e.TaskSettled: _task_settled,
    e.TaskStarted: _task_started,
    e.StockReserved: _reserved,
    e.StockBackordered: _backordered,
    e.StockLost: _lost,
    e.StockReleased: _released,
    e.StockShipped: _released,
    e.PaymentAuthorized: _authorized,
    e.PaymentDeclined: _declined,
    e.PaymentActionRequired: _action_required,
    e.PaymentCaptured: _captured,
    e.PaymentVoided: _voided,
    e.RiskAssessed: _risk,
    e.RefundRequested: _refund_requested,
    e.RefundSucceeded: _refund_succeeded,
    e.RefundFailed: _refund_failed,
    e.ShipmentPlanned: _planned,
    e.ShipmentPrepared: _prepared,
    e.ShipmentWatched: _watched,
    e.ShipmentScanned: _scanned,
    e.ShipmentCanceled: _shipment_canceled,
    e.CancelRequested: _cancel_requested,
    e.OrderClaimed: _claimed,
}

FOLDS = _ORDER_FOLDS | RETURN_FOLDS
