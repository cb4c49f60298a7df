"""Where the order stands in its workflow, and what was asked and thought of it; whose it is."""

from dataclasses import replace

from domain.model import events as e
from domain.model.folds.contract import Folds
from domain.model.orders import Cancellation, MilestoneReached, Order, TaskRun, TaskStatus


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
