"""What a workflow moves: the order itself, or a return inside it. A subject reads its flow and words its events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.model import events as e
from domain.model.flows import AnyFlow, TaskStatus
from domain.model.orders import Order, OrderStatus
from domain.model.personal import PersonalRef
from domain.model.returns import Return, ReturnStatus
from domain.model.shop import Shop
from domain.workflow.conditions import Fact
from domain.workflow.facts import RETURN_VARIABLES, VARIABLES, facts_of, facts_of_return
from domain.workflow.triggers import GOODS_INSPECTED, GOODS_RECEIVED

RETURN = "return"
"""The key under which an effect's payload names the return that it belongs to."""


TOLD = frozenset({GOODS_RECEIVED, GOODS_INSPECTED})
"""Facts of a return that are events of their own: the move that they lead to says nothing new to its buyer."""


@dataclass(frozen=True, slots=True)
class Move:
    """A state entered, as the engine knows it; `status` is a word of the subject's own."""

    to_state: str
    status: str
    trigger: str
    from_state: str | None
    because: str | None
    milestone: str | None
    final: bool
    tasks: tuple[e.StartedTask, ...]
    note: PersonalRef | None
    shown: bool
    until: datetime | None


class Subject(Protocol):
    """`payload` goes along with every effect that the subject's tasks and timers owe."""

    @property
    def payload(self) -> dict[str, str]: ...
    @property
    def opening(self) -> str: ...
    @property
    def variables(self) -> Mapping[str, type]: ...
    def flow(self, order: Order) -> AnyFlow: ...
    def facts(self, order: Order, shop: Shop, occasion: Mapping[str, Fact]) -> dict[str, Fact]: ...
    def moved(self, move: Move) -> e.EventData: ...
    def settled(self, task: str, status: TaskStatus, code: str | None, detail: str | None) -> e.EventData: ...
    def started(self, task: str, action: str) -> e.EventData: ...


@dataclass(frozen=True, slots=True)
class TheOrder:
    """The order moves."""

    opening: str = "order.placed"
    variables: Mapping[str, type] = field(default_factory=lambda: VARIABLES)

    @property
    def payload(self) -> dict[str, str]:
        return {}

    def flow(self, order: Order) -> AnyFlow:
        return order.flow

    def facts(self, order: Order, shop: Shop, occasion: Mapping[str, Fact]) -> dict[str, Fact]:
        return facts_of(order, shop, occasion)

    def moved(self, move: Move) -> e.EventData:
        return e.WorkflowMoved(
            move.to_state,
            OrderStatus(move.status),
            move.trigger,
            move.from_state,
            move.because,
            move.milestone,
            move.final,
            move.tasks,
            move.note,
            move.shown,
        )

    def settled(self, task: str, status: TaskStatus, code: str | None, detail: str | None) -> e.EventData:
        return e.TaskSettled(task, status, code, detail)

    def started(self, task: str, action: str) -> e.EventData:
        return e.TaskStarted(task, action)


THE_ORDER = TheOrder()


@dataclass(frozen=True, slots=True)
class TheReturn:
    """One return of the order moves."""

    id: str
    opening: str = "return.requested"
    variables: Mapping[str, type] = field(default_factory=lambda: RETURN_VARIABLES)

    @property
    def payload(self) -> dict[str, str]:
        return {RETURN: self.id}

    def flow(self, order: Order) -> AnyFlow:
        return self._of(order).flow

    def facts(self, order: Order, shop: Shop, occasion: Mapping[str, Fact]) -> dict[str, Fact]:
        return facts_of_return(order, self._of(order), shop, occasion)

    def moved(self, move: Move) -> e.EventData:
        return e.ReturnMoved(
            self.id,
            move.to_state,
            ReturnStatus(move.status),
            move.trigger,
            move.from_state,
            move.because,
            move.milestone,
            move.final,
            move.tasks,
            move.note,
            move.shown and move.trigger not in TOLD,
            move.until,
        )

    def settled(self, task: str, status: TaskStatus, code: str | None, detail: str | None) -> e.EventData:
        return e.ReturnTaskSettled(self.id, task, status, code, detail)

    def started(self, task: str, action: str) -> e.EventData:
        return e.ReturnTaskStarted(self.id, task, action)

    def _of(self, order: Order) -> Return:
        rma = order.rma(self.id)
        if rma is None:
            raise LookupError("the order has no such return")
        return rma
