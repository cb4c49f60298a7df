"""Whether a definition makes sense: every name leads somewhere, every condition compiles, nobody is left without a way.

Its shape is the loader's business. Shipped definitions are checked by a test; what a shop deploys will be, when it can.
`path` is a JSON pointer (RFC 6901) into the document.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields

from domain.model.durations import InvalidDuration, parse_duration
from domain.model.shop import Windows
from domain.workflow.conditions import ConditionFailed, Conditions
from domain.workflow.definition import Definition, State, Task, Transition
from domain.workflow.facts import OF_SUBJECT
from domain.workflow.triggers import TASKS_DONE, failed

WINDOWS = frozenset(field.name for field in fields(Windows))
WINDOW = "window:"


@dataclass(frozen=True, slots=True)
class Problem:
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What a definition's words may mean."""

    definition: Definition
    conditions: Conditions
    currency: str
    actions: Collection[str]


def problems(
    definition: Definition, conditions: Conditions, currency: str, actions: Collection[str]
) -> tuple[Problem, ...]:
    """All at once, in the order in which they stand in the document.

    `currency` is what conditions count in, `actions` what a task may name.
    """
    known = _Known(definition, conditions, currency, actions)
    found = [*_basics(definition)]
    for name, state in definition.states.items():
        found += _state(_pointer("/states", name), state, known)
    return (*found, *_unreachable(definition))


def _pointer(at: str, *steps: str | int) -> str:
    return at + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _basics(definition: Definition) -> Iterator[Problem]:
    if definition.start not in definition.states:
        yield Problem("/start", f"there is no state {definition.start!r}")
    handles = [milestone.handle for milestone in definition.milestones]
    for index, handle in enumerate(handles):
        if handle in handles[:index]:
            yield Problem(_pointer("/milestones", index, "handle"), f"{handle!r} is named twice")


def _state(at: str, state: State, known: _Known) -> Iterator[Problem]:
    if state.milestone is not None and state.milestone not in {one.handle for one in known.definition.milestones}:
        yield Problem(_pointer(at, "milestone"), f"there is no milestone {state.milestone!r}")
    if not state.final and not state.on and not state.after:
        yield Problem(at, "nothing leads on from here: say that it is final, or what does")
    for name, task in state.tasks.items():
        yield from _task(_pointer(at, "tasks", name), task, known)
    for trigger, transitions in state.on.items():
        place = _pointer(at, "on", trigger)
        yield from _trigger(place, trigger, state)
        yield from _transitions(place, transitions, known)
    for after, transition in state.after.items():
        place = _pointer(at, "after", after)
        yield from _span(place, after)
        yield from _transition(place, transition, known)


def _trigger(at: str, trigger: str, state: State) -> Iterator[Problem]:
    """A trigger that only tasks fire has tasks to fire it."""
    if trigger == TASKS_DONE and not state.tasks:
        yield Problem(at, "there are no tasks here that could be done")
    task = trigger.removesuffix(failed(""))
    if trigger == failed(task) and task not in state.tasks:
        yield Problem(at, f"there is no task {task!r} here that could fail")


def _transitions(at: str, transitions: tuple[Transition, ...], known: _Known) -> Iterator[Problem]:
    for index, transition in enumerate(transitions):
        place = _pointer(at, index)
        yield from _transition(place, transition, known)
        if transition.when is None and index + 1 < len(transitions):
            yield Problem(place, "those after it are never asked: it has no condition")


def _transition(at: str, transition: Transition, known: _Known) -> Iterator[Problem]:
    if transition.to not in known.definition.states:
        yield Problem(_pointer(at, "to"), f"there is no state {transition.to!r}")
    if transition.when is not None:
        yield from _condition(_pointer(at, "when"), transition.when, known)


def _condition(at: str, text: str, known: _Known) -> Iterator[Problem]:
    try:
        known.conditions.compile(text, OF_SUBJECT[known.definition.subject], known.currency)
    except ConditionFailed as failure:
        yield Problem(at, str(failure))


def _task(at: str, task: Task, known: _Known) -> Iterator[Problem]:
    for key, action in (("action", task.action), ("fallback", task.fallback)):
        if action is not None and action not in known.actions:
            yield Problem(_pointer(at, key), f"there is no action {action!r}")
    if task.retry.attempts < 1:
        yield Problem(_pointer(at, "retry", "attempts"), "must be at least 1")
    yield from _duration(_pointer(at, "timeout"), task.timeout)
    yield from _duration(_pointer(at, "retry", "backoff"), task.retry.backoff)
    yield from _duration(_pointer(at, "retry", "ceiling"), task.retry.ceiling)
    if task.expect is not None:
        yield from _condition(_pointer(at, "expect"), task.expect, known)


def _span(at: str, text: str) -> Iterator[Problem]:
    name = text.removeprefix(WINDOW)
    if name == text:
        yield from _duration(at, text)
    elif name not in WINDOWS:
        yield Problem(at, f"the shop has no window {name!r}: it has {', '.join(sorted(WINDOWS))}")


def _duration(at: str, text: str) -> Iterator[Problem]:
    try:
        parse_duration(text)
    except InvalidDuration as error:
        yield Problem(at, str(error))


def _unreachable(definition: Definition) -> Iterator[Problem]:
    reached: set[str] = set()
    following = [definition.start]
    while following:
        name = following.pop()
        state = definition.states.get(name)
        if state is not None and name not in reached:
            reached.add(name)
            following += [one.to for transitions in state.on.values() for one in transitions]
            following += [one.to for one in state.after.values()]
    for name in definition.states:
        if name not in reached:
            yield Problem(_pointer("/states", name), "nothing ever gets here")
