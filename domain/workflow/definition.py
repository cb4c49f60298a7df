"""A workflow as data: states, transitions, conditions, tasks, timers. Read from JSON by the adapter, never changed."""

from dataclasses import dataclass, field

from domain.model.shop import Titles


@dataclass(frozen=True, slots=True)
class Transition:
    """The first whose `when` holds is taken; none has to."""

    to: str
    when: str | None = None


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`backoff` is an ISO 8601 duration, doubled after each attempt up to `ceiling`."""

    attempts: int = 8
    backoff: str = "PT2S"
    ceiling: str = "PT5M"


@dataclass(frozen=True, slots=True)
class Task:
    """An action of domain/actions. `expect` must hold of its result; `fallback` is tried when it failed."""

    action: str
    retry: RetryPolicy = RetryPolicy()
    timeout: str = "PT30S"
    expect: str | None = None
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Entering starts all `tasks` at once; when the last has come to its end, the first failed one (in the order
    written) fires `<task>.failed`, else `tasks.done` fires. `after`: what happens when the state lasts that long;
    the key is an ISO 8601 duration or `window:<name>` of the shop document. `status` is what the outside is told, a
    word of the subject's own.
    """

    status: str
    tasks: dict[str, Task] = field(default_factory=dict)
    on: dict[str, tuple[Transition, ...]] = field(default_factory=dict)
    after: dict[str, Transition] = field(default_factory=dict)
    milestone: str | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of the progress bar; an `exceptional` one shows only once it was reached."""

    handle: str
    titles: Titles
    exceptional: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """`subject` is ORDER or RETURN; `start` is the state that a new one enters. The store gives name and version."""

    subject: str
    start: str
    states: dict[str, State]
    milestones: tuple[Milestone, ...] = ()
    name: str = ""
    version: int = 0
