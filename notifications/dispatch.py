"""Who carries out what telling people owes. A provider that hangs holds up its own messages, and nobody's payment."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from domain.model.effects import Effect
from domain.model.orders import NotificationChannel
from domain.ports import Errand, Ports
from domain.services.changing import ANNOUNCE
from domain.services.retrying import describe, pause
from notifications.announcing import announce
from notifications.messages import Channel
from notifications.sending import SEND, SETTLE, give_up, send, settle

log = logging.getLogger(__name__)

IN_LINE = 3
"""How many times the hands of a channel may wait for them in this process; the rest waits in the database."""
LONGEST_WAIT = 60.0


class Dispatcher:
    """`errands` is what the core is given. Sends go on beside whoever carries them out; `drain` waits for them."""

    def __init__(self, channels: Mapping[NotificationChannel, Channel]) -> None:
        self._channels = channels
        self._hands = {name: asyncio.Semaphore(channel.hands) for name, channel in channels.items()}
        self._in_line: Counter[NotificationChannel] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def errands(self) -> dict[str, Errand]:
        return {ANNOUNCE: self._announce, SEND: self._send, SETTLE: settle}

    async def _announce(self, effect: Effect, ports: Ports) -> None:
        await announce(effect, self._channels.keys(), ports)

    async def _send(self, effect: Effect, ports: Ports) -> None:
        """It is begun, or comes back when there may be a hand free."""
        name = NotificationChannel(effect.payload["channel"])
        channel = self._channels.get(name)
        if channel is None:
            await send(effect, None, ports)
            return
        if self._in_line[name] >= IN_LINE * channel.hands:
            wait = min(2.0 ** min(effect.attempt, 10), LONGEST_WAIT) * (0.5 + ports.ids.random() / 2)
            later = ports.clock.now() + timedelta(seconds=wait)
            await ports.store.write(lambda uow: uow.postpone_effect(effect, later, None))
            return
        self._in_line[name] += 1
        task = asyncio.create_task(self._hand_over(effect, name, ports))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hand_over(self, effect: Effect, name: NotificationChannel, ports: Ports) -> None:
        try:
            async with self._hands[name]:
                await send(effect, self._channels[name], ports)
        except Exception as failure:
            log.exception("a message could not be handed over")
            await _try_later(effect, describe(failure), ports)
        finally:
            self._in_line[name] -= 1

    @property
    def busy(self) -> bool:
        return bool(self._tasks)

    async def drain(self, seconds: float) -> None:
        """Until nothing is under way, or so many seconds; what is cut off then is settled as unknown later."""
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


async def _try_later(effect: Effect, reason: str, ports: Ports) -> None:
    try:
        if effect.attempt < effect.retry.attempts:
            later = ports.clock.now() + pause(effect, ports)
            await ports.store.write(lambda uow: uow.postpone_effect(effect, later, reason))
        else:
            await give_up(effect, reason, ports)
    except Exception:
        log.exception("a message was left to its lease")
