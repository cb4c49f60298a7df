"""Definitions made up for the engine's tests."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from domain.adapters.conditions_cel import CelConditions
from domain.model import events as e
from domain.model.actors import WORKFLOW
from domain.model.changes import Changes
from domain.model.orders import OrderStatus, TaskStatus
from domain.model.shop import Shop
from domain.workflow import engine
from domain.workflow.conditions import Fact
from domain.workflow.definition import Definition, RetryPolicy, Task, Transition
from domain.workflow.engine import Outcome, Rules, Trigger
from tests.factories import NOW, a_shop, order_placed

OPEN, HELD, OVER = OrderStatus.PENDING, OrderStatus.ON_HOLD, OrderStatus.CANCELED
CONDITIONS = CelConditions()
FAILED = Outcome(TaskStatus.FAILED, "BROKEN", "it broke")
LATER = NOW + timedelta(hours=1)


def rules(definition: Definition, shop: Shop | None = None) -> Rules:
    return Rules(definition, shop or a_shop(), CONDITIONS)


def to(name: str, when: str | None = None) -> tuple[Transition, ...]:
    return (Transition(name, when),)


def entered(definition: Definition, shop: Shop | None = None, **placed: object) -> Changes:
    """An order that was placed now and is in the definition's first state."""
    changes = Changes(None, WORKFLOW.ref, NOW, "a" * 32)
    changes.add(replace(order_placed(), **placed))  # type: ignore[arg-type]
    engine.start(changes, rules(definition, shop))
    return changes


def later(changes: Changes) -> Changes:
    """The next save."""
    return Changes(changes.order, WORKFLOW.ref, LATER)


def fired(changes: Changes, definition: Definition, name: str, shop: Shop | None = None, **occasion: Fact) -> bool:
    facts: Mapping[str, Fact] = {path.replace("_", "."): value for path, value in occasion.items()}
    return engine.fire(changes, rules(definition, shop), Trigger(name, facts))


def moves(changes: Changes) -> list[tuple[str, str, str | None]]:
    found = [event.data for event in changes.events]
    return [(one.to_state, one.trigger, one.because) for one in found if isinstance(one, e.WorkflowMoved)]


TASKS = {
    "stock": Task("reserveStock"),
    "payment": Task("authorizePayment", RetryPolicy(6, "PT2S", "PT1M"), "PT15S"),
}
