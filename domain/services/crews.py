"""Who carries out effects: a worker claims what is due; a crew is handed what this process has claimed itself."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from domain.model.effects import Effect
from domain.ports import EFFECTS, Ports
from domain.services.effects import carry_out

log = logging.getLogger(__name__)

CLAIM = 32
"""Effects claimed at a time."""
BATCHES = 8
"""Batches that a worker has in hand at a time."""


async def _claim(ports: Ports) -> list[Effect]:
    lease = timedelta(seconds=ports.limits.lease)
    now = ports.clock.now()
    return await ports.store.write(lambda uow: uow.claim_effects(ports.worker_id, now, lease, CLAIM))


async def run_due(ports: Ports) -> int:
    """What was due is carried out; returns how many effects that were."""
    claimed = await _claim(ports)
    if claimed:
        await carry_out(claimed, ports)
    return len(claimed)


class Crew:
    """Carries out what this process has claimed, at most `hands` groups at a time; `drain` waits for the rest."""

    def __init__(self, hands: int = 64) -> None:
        self._hands = asyncio.Semaphore(hands)
        self._tasks: set[asyncio.Task[None]] = set()
        self._ports: Ports | None = None

    def serve(self, ports: Ports) -> None:
        """From here on, effects that begin are carried out through these ports."""
        self._ports = ports

    def begin(self, effects: Sequence[Effect]) -> None:
        if self._ports is None:
            raise RuntimeError("the crew has no ports to work with")
        task = asyncio.create_task(self._work(list(effects), self._ports))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, effects: list[Effect], ports: Ports) -> None:
        async with self._hands:
            held = [effect for effect in effects if effect.run_at > ports.clock.now()]
            try:
                await carry_out(held, ports)
            except Exception:
                log.exception("effects were left to their lease")

    async def drain(self, seconds: float) -> None:
        """Until nothing is under way, or so many seconds; what is not finished is left to its lease."""
        while self._tasks:
            done, _ = await asyncio.wait(self._tasks, timeout=seconds)
            if not done:
                return


class EffectWorker:
    """Claims what is due for ever: at once when woken, when the next effect falls due, and each safety poll.

    It has several batches in hand at a time, so that a partner who does not answer holds up nobody else's order.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._batches: set[asyncio.Task[None]] = set()
        self._hands = asyncio.Semaphore(BATCHES)

    async def run(self) -> None:
        """Until cancelled, or the store fails; what it holds then is finished first."""
        try:
            async with self._ports.feed.listen(EFFECTS) as waked:
                while True:
                    await self._hands.acquire()
                    if await self._begin() < CLAIM:
                        await waked.changed(await self._idle_for())
        finally:
            if self._batches:
                await asyncio.wait(self._batches)

    async def _begin(self) -> int:
        """A batch is claimed and under way, also if this is cancelled; its hand is free again when it is done."""
        claiming = asyncio.ensure_future(_claim(self._ports))
        try:
            await asyncio.shield(claiming)
        finally:
            if not claiming.done():
                await asyncio.wait((claiming,))
            claimed = [] if claiming.exception() else claiming.result()
            batch = asyncio.create_task(self._carry_out(claimed))
            self._batches.add(batch)
            batch.add_done_callback(self._batches.discard)
        return len(claimed)

    async def _carry_out(self, claimed: Sequence[Effect]) -> None:
        try:
            await carry_out(claimed, self._ports)
        except Exception:
            log.exception("effects were left to their lease")
        finally:
            self._hands.release()

    async def _idle_for(self) -> float:
        due = await self._ports.store.read(lambda reader: reader.next_due())
        if due is None:
            return self._ports.limits.poll
        away = (due - self._ports.clock.now()).total_seconds()
        return min(max(away, 0.0), self._ports.limits.poll)
