"""The pure engine: what follows from a trigger, or from a task's end, by the definition of an order or a return.

It adds events to `Changes` and owes effects; it never awaits, reads no clock and draws no chance. A trigger that the
state does not answer changes nothing. Internal triggers (`tasks.done`, `<task>.failed`) are followed at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from domain.model import events as e
from domain.model.changes import Changes
from domain.model.durations import parse_duration
from domain.model.effects import Effect, Retry
from domain.model.flows import AnyFlow, TaskRun, TaskStatus
from domain.model.orders import Order
from domain.model.personal import PersonalRef
from domain.model.shop import Shop
from domain.workflow.conditions import ConditionFailed, Conditions, Fact
from domain.workflow.definition import Definition, State, Task, Transition
from domain.workflow.subjects import THE_ORDER, Move, Subject
from domain.workflow.triggers import FACTS, TASKS_DONE, failed

FIRE_TIMER = "fireTimer"
MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class Trigger:
    """A verb or a fact: `customer.cancel`, `tasks.done`; `occasion` is what conditions may know of it."""

    name: str
    occasion: Mapping[str, Fact] = field(default_factory=dict)
    note: PersonalRef | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task came out. RUNNING: it waits for somebody outside; the task stays open until a fact settles it."""

    status: TaskStatus
    code: str | None = None
    detail: str | None = None
    result: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the engine decides by: the subject's own definition, the shop's words, the language of conditions."""

    definition: Definition
    shop: Shop
    conditions: Conditions
    subject: Subject = THE_ORDER


class EndlessLoop(Exception):
    """A definition moved its subject too often without anything happening outside."""


def triggers_open(definition: Definition, flow: AnyFlow) -> tuple[str, ...]:
    """What may be fired by hand in the order's state: its triggers but those that say what happened."""
    state = definition.states.get(flow.state)
    if state is None:
        return ()
    happened = FACTS | {failed(name) for name in state.tasks}
    return tuple(name for name in state.on if name not in happened)


def start(changes: Changes, rules: Rules) -> None:
    """What is new enters the definition's first state."""
    _enter(changes, rules, rules.definition.start, Trigger(rules.subject.opening), None)


def _flow(changes: Changes, rules: Rules) -> AnyFlow:
    return rules.subject.flow(changes.order)


def _state(changes: Changes, rules: Rules) -> State:
    return rules.definition.states[_flow(changes, rules).state]


def fire(changes: Changes, rules: Rules, trigger: Trigger) -> bool:
    """The subject moved as far as `trigger` takes it; False if its state does not answer."""
    chosen = _choose(changes, rules, _state(changes, rules).on.get(trigger.name, ()), trigger)
    if chosen is None:
        return False
    _enter(changes, rules, chosen.to, trigger, chosen.when)
    return True


def fire_timer(changes: Changes, rules: Rules, entry: int, after: str) -> bool:
    """The state lasted as long as `after` says; False if that visit to it is over."""
    if _flow(changes, rules).entry != entry:
        return False
    transition = _state(changes, rules).after.get(after)
    if transition is None:
        return False
    trigger = Trigger(f"after.{after}")
    chosen = _choose(changes, rules, (transition,), trigger)
    if chosen is None:
        return False
    _enter(changes, rules, chosen.to, trigger, chosen.when)
    return True


def running(flow: AnyFlow, name: str, entry: int | None) -> bool:
    """Whether this task of this visit still waits for its end."""
    return flow.entry == entry and any(t.name == name and t.status is TaskStatus.RUNNING for t in flow.tasks)


def running_task(flow: AnyFlow, *actions: str) -> TaskRun | None:
    """The open task that one of these actions carries out."""
    return next((t for t in flow.tasks if t.status is TaskStatus.RUNNING and t.action in actions), None)


def settle(changes: Changes, rules: Rules, name: str, outcome: Outcome) -> None:
    """The task is over as `outcome` says, after `expect` was asked; its fallback takes over, or the join is made."""
    if outcome.status is TaskStatus.RUNNING:
        return
    task, flow = _state(changes, rules).tasks[name], _flow(changes, rules)
    outcome = _as_expected(changes, rules, task, outcome)
    run = next(run for run in flow.tasks if run.name == name)
    if outcome.status is TaskStatus.FAILED and task.fallback and run.action != task.fallback:
        sequence = changes.next_sequence
        changes.add(rules.subject.started(name, task.fallback))
        _owe_task(changes, rules, sequence, flow.entry, name, task, task.fallback)
        return
    changes.add(rules.subject.settled(name, outcome.status, outcome.code, outcome.detail))
    _join(changes, rules, outcome)


def _join(changes: Changes, rules: Rules, last: Outcome) -> None:
    tasks = _flow(changes, rules).tasks
    if any(run.status is TaskStatus.RUNNING for run in tasks):
        return
    broken = next((run for run in tasks if run.status is TaskStatus.FAILED), None)
    if broken is None:
        fire(changes, rules, Trigger(TASKS_DONE, last.result))
        return
    occasion: dict[str, Fact] = {"error.code": broken.code or "", "error.task": broken.name}
    fire(changes, rules, Trigger(failed(broken.name), occasion))


def _as_expected(changes: Changes, rules: Rules, task: Task, outcome: Outcome) -> Outcome:
    if outcome.status is not TaskStatus.SUCCEEDED or task.expect is None:
        return outcome
    try:
        if _holds(changes, rules, task.expect, outcome.result):
            return outcome
    except ConditionFailed as failure:
        return Outcome(TaskStatus.FAILED, "CONDITION_FAILED", str(failure))
    return Outcome(TaskStatus.FAILED, "UNEXPECTED_RESULT", task.expect, outcome.result)


def _choose(changes: Changes, rules: Rules, transitions: tuple[Transition, ...], trigger: Trigger) -> Transition | None:
    """The first whose condition holds. One that fails to compile or to evaluate does not hold, and is no reason to
    take a later one either: the order stays, and what failed is raised.
    """
    for transition in transitions:
        if transition.when is None or _holds(changes, rules, transition.when, trigger.occasion):
            return transition
    return None


def _holds(changes: Changes, rules: Rules, text: str, occasion: Mapping[str, Fact]) -> bool:
    subject, by = rules.subject, {"trigger.by": changes.actor.kind.value}
    condition = rules.conditions.compile(text, subject.variables, rules.shop.currencies[0])
    return condition.holds(subject.facts(changes.order, rules.shop, {**by, **occasion}))


def _enter(changes: Changes, rules: Rules, name: str, trigger: Trigger, because: str | None) -> None:
    moves = sum(isinstance(event.data, e.WorkflowMoved | e.ReturnMoved) for event in changes.events)
    if moves >= MOST_STEPS:
        raise EndlessLoop(f"{rules.definition.name} moved {moves} times on {trigger.name}")
    state = rules.definition.states[name]
    before = _flow(changes, rules)
    if before.state:
        changes.leave(before.entry)
    sequence = changes.next_sequence
    ends = [changes.now + window(rules.shop, after) for after in state.after]
    move = Move(
        to_state=name,
        status=state.status,
        trigger=trigger.name,
        from_state=before.state or None,
        because=because,
        milestone=state.milestone,
        final=state.final,
        tasks=tuple(e.StartedTask(task, state.tasks[task].action) for task in state.tasks),
        note=trigger.note,
        shown=state.status != before.status.value,
        until=min(ends, default=None),
    )
    changes.add(rules.subject.moved(move))
    for task_name, task in state.tasks.items():
        _owe_task(changes, rules, sequence, sequence, task_name, task, task.action)
    _owe_timers(changes, rules, sequence, state)


def _owe_task(changes: Changes, rules: Rules, sequence: int, entry: int, name: str, task: Task, action: str) -> None:
    retry = Retry(
        task.retry.attempts,
        parse_duration(task.retry.backoff).total_seconds(),
        parse_duration(task.retry.ceiling).total_seconds(),
    )
    changes.owe(
        Effect(
            key=f"{changes.order.id}:{sequence}:{name}",
            action=action,
            run_at=changes.now,
            created_at=changes.now,
            order_id=changes.order.id,
            task=name,
            entry=entry,
            payload=rules.subject.payload,
            retry=retry,
            timeout=parse_duration(task.timeout).total_seconds(),
        )
    )


def _owe_timers(changes: Changes, rules: Rules, sequence: int, state: State) -> None:
    for number, after in enumerate(state.after):
        changes.owe(
            Effect(
                key=f"{changes.order.id}:{sequence}:after{number}",
                action=FIRE_TIMER,
                run_at=changes.now + window(rules.shop, after),
                created_at=changes.now,
                order_id=changes.order.id,
                entry=sequence,
                payload={**rules.subject.payload, "after": after},
            )
        )


def window(shop: Shop, text: str) -> timedelta:
    """An ISO 8601 duration, or `window:<name>` of the shop document."""
    if text.startswith("window:"):
        text = getattr(shop.windows, text.removeprefix("window:"))
    return parse_duration(text)


def is_closed(order: Order) -> bool:
    """Nothing can happen to the order any more, nor to what comes back of it: all is in a final state, no task open."""
    flows: list[AnyFlow] = [order.flow, *(rma.flow for rma in order.returns)]
    return all(flow.final and all(run.status is not TaskStatus.RUNNING for run in flow.tasks) for flow in flows)
