"""What an action is: a call outside any transaction, and the record of what came of it inside one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from domain.model.changes import Changes
from domain.model.effects import Effect
from domain.model.orders import Order, TaskStatus
from domain.ports import Ports, UnitOfWork
from domain.workflow.engine import Outcome

Call = Callable[[Effect, Order, Ports], Awaitable[Any]]
"""Talks to a partner. May be repeated with the same effect. Raises Unavailable when nobody knows what came of it."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Where an outcome is recorded. `late`: the workflow has moved on, and only the facts are still of interest."""

    changes: Changes
    uow: UnitOfWork
    ports: Ports
    late: bool


Record = Callable[[Effect, Any, Recording], Awaitable[Outcome]]
"""Adds the facts that `call` brought to the changes; awaits nothing but the unit of work."""


Plan = Callable[[Effect, Recording], Awaitable[None]]
"""Notes, in a save of its own before `call`, what is about to be asked for; done again, it adds nothing."""


@dataclass(frozen=True, slots=True)
class Action:
    """Without a `call` there is nobody outside to talk to."""

    record: Record
    call: Call | None = None
    plan: Plan | None = None


DONE = Outcome(TaskStatus.SUCCEEDED)
WAITING = Outcome(TaskStatus.RUNNING)


def failed(code: str, detail: str | None = None) -> Outcome:
    """It did not come about; `code` is for conditions, `detail` for staff."""
    return Outcome(TaskStatus.FAILED, code, detail)
