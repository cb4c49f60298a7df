"""Where something stands in its workflow: an order, or a return inside it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

Status = TypeVar("Status", bound=StrEnum)


class TaskStatus(StrEnum):
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class TaskRun:
    """One task of the state that it is in; `code` says why it failed."""

    name: str
    action: str
    status: TaskStatus = TaskStatus.RUNNING
    code: str | None = None


@dataclass(frozen=True, slots=True)
class MilestoneReached:
    handle: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Flow(Generic[Status]):
    """Where it stands in its workflow. `entry` is the sequence of the event that entered the state."""

    workflow: str
    version: int
    state: str
    entered_at: datetime
    entry: int
    status: Status
    final: bool = False
    tasks: tuple[TaskRun, ...] = ()
    milestones: tuple[MilestoneReached, ...] = ()


AnyFlow: TypeAlias = Flow[Any]
