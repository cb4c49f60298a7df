"""What moving through a workflow does to a flow, whosever it is."""

from collections.abc import Callable
from dataclasses import replace

from domain.model import events as e
from domain.model.flows import AnyFlow, MilestoneReached, TaskRun, TaskStatus


def moved(flow: AnyFlow, data: e.WorkflowMoved | e.ReturnMoved, event: e.Event) -> AnyFlow:
    milestones = flow.milestones
    if data.milestone and data.milestone not in {reached.handle for reached in milestones}:
        milestones += (MilestoneReached(data.milestone, event.occurred_at),)
    return replace(
        flow,
        state=data.to_state,
        entered_at=event.recorded_at,
        entry=event.sequence,
        status=data.status,
        final=data.final,
        tasks=tuple(TaskRun(task.name, task.action) for task in data.tasks),
        milestones=milestones,
    )


def task_settled(flow: AnyFlow, data: e.TaskSettled | e.ReturnTaskSettled) -> AnyFlow:
    return _with_task(flow, data.task, lambda task: replace(task, status=data.status, code=data.code))


def task_started(flow: AnyFlow, data: e.TaskStarted | e.ReturnTaskStarted) -> AnyFlow:
    return _with_task(flow, data.task, lambda task: TaskRun(task.name, data.action, TaskStatus.RUNNING))


def _with_task(flow: AnyFlow, name: str, change: Callable[[TaskRun], TaskRun]) -> AnyFlow:
    return replace(flow, tasks=tuple(change(task) if task.name == name else task for task in flow.tasks))
