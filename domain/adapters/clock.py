"""Time as it passes, and time as a test or a demo sets it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an unknown beginning; never falls, whatever is done to the wall clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class VirtualClock:
    """Stands still until somebody sets it, or sleeps: a sleeper wakes at once, that much later.

    May be set back, to live through one order after another; `monotonic` counts only the way forward.
    """

    def __init__(self, start: datetime) -> None:
        self._now = _in_utc(start)
        self._passed = 0.0

    def set(self, at: datetime) -> None:
        """It is now `at`, which must be aware."""
        at = _in_utc(at)
        self._passed += max(0.0, (at - self._now).total_seconds())
        self._now = at

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self.set(self._now + timedelta(seconds=seconds))
        # Others get their turn, as they would with a real clock: a loop that only sleeps must not starve them.
        await asyncio.sleep(0)


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC)
