"""Something owed to the outside world, or to a later moment."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EffectStatus(StrEnum):
    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    CANCELED = "CANCELED"


@dataclass(frozen=True, slots=True)
class Retry:
    """Seconds between attempts: backoff, doubled each time, up to `ceiling`, with jitter added by the runner."""

    attempts: int = 8
    backoff: float = 2.0
    ceiling: float = 300.0


@dataclass(frozen=True, slots=True)
class Effect:
    """`key` is unique, stable over retries, and handed to the provider as its idempotency key.

    `run_at` is when it is due: first try, retry, timer, or the end of a lease. `task` and `entry` name the workflow
    task it carries out (and the visit to the state that started it); a timer has a `trigger` to fire instead.
    `attempt` counts claims and fences them: only the holder of the latest claim may finish it.
    """

    key: str
    action: str
    run_at: datetime
    created_at: datetime
    order_id: str | None = None
    task: str | None = None
    entry: int | None = None
    payload: dict[str, str] = field(default_factory=dict)
    retry: Retry = Retry()
    timeout: float = 30.0
    status: EffectStatus = EffectStatus.PENDING
    attempt: int = 0
    owner: str | None = None
    failure: str | None = None
    finished_at: datetime | None = None
