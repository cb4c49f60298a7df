"""Random lives of orders, saved; and what replay finds of them."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from domain.adapters.clock import SystemClock
from domain.adapters.ids import RandomIds
from domain.adapters.sql import open_store
from domain.adapters.sql.replay import Replay
from domain.adapters.sql.verifying import Finding
from domain.model.changes import Changes
from domain.model.orders import Order
from domain.ports import UnitOfWork
from tests.histories import a_history


async def lived(url: str, orders: int, saves: int = 6) -> list[Order]:
    """As many random histories, saved; the orders as they stand at the end."""
    store = await open_store(url, SystemClock(), RandomIds())

    async def live(seed: int) -> Order:
        history = a_history(Random(seed), saves)
        for changes in history:
            await store.write(saving(changes))
        return history[-1].order

    ends = await asyncio.gather(*map(live, range(orders)))
    await store.close()
    return ends


def saving(changes: Changes) -> Callable[[UnitOfWork], Awaitable[Order]]:
    return lambda uow: uow.save(changes)


async def found(url: str) -> list[Finding]:
    return [finding async for finding in Replay(url).findings()]
