"""Carrying out effects: beside a gateway, or as a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from domain.ports import Ports
from domain.services.effects import EffectWorker
from gateway.logs import log

PAUSE = 1.0  # seconds after a failure of the worker itself


@asynccontextmanager
async def working(ports: Ports) -> AsyncIterator[None]:
    """While inside, what is due is carried out."""
    task = asyncio.create_task(work(ports))
    try:
        yield
    finally:
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
