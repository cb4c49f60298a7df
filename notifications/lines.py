"""Standing in line for a provider: so many at most in this process, and the rest waits in the database."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from domain.model.effects import Effect
from domain.model.orders import NotificationChannel
from domain.ports import Ports
from notifications.messages import Channel

IN_LINE = 3
"""How many times the hands of a channel may wait for them in this process."""
LONGEST_WAIT = 60.0


class Lines:
    """One for each channel. Whoever joins goes on beside, and has a hand of the channel when their turn comes."""

    def __init__(self, channels: Mapping[NotificationChannel, Channel]) -> None:
        self._most = {name: IN_LINE * channel.hands for name, channel in channels.items()}
        self._hands = {name: asyncio.Semaphore(channel.hands) for name, channel in channels.items()}
        self._in_line: Counter[NotificationChannel] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    def has_room(self, name: NotificationChannel) -> bool:
        return self._in_line[name] < self._most[name]

    def join(self, name: NotificationChannel, turn: Callable[[], Awaitable[None]]) -> None:
        self._in_line[name] += 1
        task = asyncio.create_task(self._wait(name, turn))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._leave(name, done))

    async def _wait(self, name: NotificationChannel, turn: Callable[[], Awaitable[None]]) -> None:
        async with self._hands[name]:
            await turn()

    def _leave(self, name: NotificationChannel, task: asyncio.Task[None]) -> None:
        self._in_line[name] -= 1
        self._tasks.discard(task)

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    async def drain(self, seconds: float) -> None:
        """Until nothing is under way, or nothing has ended for so many seconds."""
        while self._tasks:
            done, _ = await asyncio.wait(self._tasks, timeout=seconds)
            if not done:
                return

    async def close(self, seconds: float) -> None:
        """As `drain`; then what is still under way is cut off."""
        await self.drain(seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def later(effect: Effect, ports: Ports) -> datetime:
    """When there may be room in a line that is full now."""
    wait = min(2.0 ** min(effect.attempt, 10), LONGEST_WAIT) * (0.5 + ports.ids.random() / 2)
    return ports.clock.now() + timedelta(seconds=wait)
