"""Where the order stands in its workflow, and what was asked and thought of it; whose it is."""

from dataclasses import replace

from domain.model import events as e
from domain.model.folds.contract import Folds
from domain.model.folds.moving import moved, task_settled, task_started
from domain.model.orders import Cancellation, Order


def _moved(order: Order, data: e.WorkflowMoved, event: e.Event) -> Order:
    return replace(order, flow=moved(order.flow, data, event))


def _task_settled(order: Order, data: e.TaskSettled, event: e.Event) -> Order:
    return replace(order, flow=task_settled(order.flow, data))


def _task_started(order: Order, data: e.TaskStarted, event: e.Event) -> Order:
    return replace(order, flow=task_started(order.flow, data))


def _risk(order: Order, data: e.RiskAssessed, event: e.Event) -> Order:
    return replace(order, risk=data.risk)


def _cancel_requested(order: Order, data: e.CancelRequested, event: e.Event) -> Order:
    return replace(order, cancellation=Cancellation(data.reason, event.occurred_at))


def _claimed(order: Order, data: e.OrderClaimed, event: e.Event) -> Order:
    return replace(order, customer_id=data.customer_id)


FOLDS: Folds = {
    e.WorkflowMoved: _moved,
    e.TaskSettled: _task_settled,
    e.TaskStarted: _task_started,
    e.RiskAssessed: _risk,
    e.CancelRequested: _cancel_requested,
    e.OrderClaimed: _claimed,
}
