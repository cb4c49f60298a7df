"""Carrying out effects: beside a gateway, or as a process of its own."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from domain.ports import Ports
from domain.services.crews import EffectWorker
from gateway.config import Settings
from gateway.lifecycle.opening import opened
from gateway.logs import log

PAUSE = 1.0  # seconds after a failure of the worker itself
DRAIN = 0.6  # seconds that what it holds is waited for at the end: a partner may take its time


@asynccontextmanager
async def working(ports: Ports) -> AsyncIterator[None]:
    """While inside, what is due is carried out. At the end what is under way has a moment, else its lease ends it."""
    task = asyncio.create_task(work(ports))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=DRAIN)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def work(ports: Ports) -> None:
    """Until cancelled; a store that does not answer is asked again."""
    while True:
        try:
            await EffectWorker(ports).run()
        except Exception:  # noqa: BLE001 - the worker outlives every fault; what it held comes back by its lease
            log.error("the worker failed and begins again", exc_info=True)
            await ports.clock.sleep(PAUSE)


async def alone(settings: Settings) -> None:
    """A worker without a gateway, until SIGINT or SIGTERM. Raises: CannotStart."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sig in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sig, ended.set)
    async with opened(settings) as ports, working(ports):
        log.info("working")
        await ended.wait()
    log.info("stopped")
