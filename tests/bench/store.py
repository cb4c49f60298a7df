"""What the store can do by itself: `python -m tests.bench.store [POSTGRES_URL]`.

Orders are placed, durably, by many tasks at once. Only ratios mean anything: rounds take turns on the same disk.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from statistics import median

from domain.adapters.clock import SystemClock
from domain.adapters.ids import RandomIds
from domain.adapters.sql import OpenStore, open_store
from domain.adapters.sql.migrating import migrate
from domain.adapters.sql.sqlite import SqliteStore
from domain.model.changes import Changes
from domain.ports import UnitOfWork
from tests.factories import a_buyer, a_line, a_placement, an_effect
from tests.histories import a_history

ROUNDS = 4
TASKS = 32
ORDERS = 25  # each task

CLOCK, IDS = SystemClock(), RandomIds()


def placement() -> Changes:
    order_id = IDS.order_id(CLOCK.now())
    lines = [a_line(number, f"SKU-{number}", 2) for number in range(1, 4)]
    changes = a_placement(
        order_id, buyer=a_buyer(), seed=IDS.bits(64), lines=lines, number=IDS.unique(), now=CLOCK.now()
    )
    for name in ("stock", "payment", "risk"):
        changes.owe(an_effect(f"{order_id}:2:{name}", order_id=order_id, run_at=CLOCK.now()))
    return changes


def saving(changes: Changes) -> Callable[[UnitOfWork], Awaitable[object]]:
    return lambda uow: uow.save(changes)


async def placing(store: OpenStore) -> float:
    """Orders a second."""
    work = [[placement() for _ in range(ORDERS)] for _ in range(TASKS)]

    async def client(mine: list[Changes]) -> None:
        for changes in mine:
            await store.write(saving(changes))

    start = CLOCK.monotonic()
    await asyncio.gather(*map(client, work))
    return TASKS * ORDERS / (CLOCK.monotonic() - start)


async def loading(store: OpenStore, order_ids: list[str]) -> float:
    """Orders read a second, one a read."""

    async def client(mine: list[str]) -> None:
        for order_id in mine:
            await store.read(lambda reader, wanted=order_id: reader.order(wanted))  # type: ignore[misc]

    shares = [order_ids[start::TASKS] for start in range(TASKS)]
    start = CLOCK.monotonic()
    await asyncio.gather(*map(client, shares))
    return len(order_ids) / (CLOCK.monotonic() - start)


async def read_rate(store: OpenStore) -> float:
    histories = [a_history(Random(seed), 12) for seed in range(50)]
    for history in histories:
        for changes in history:
            await store.write(saving(changes))
    ids = [history[-1].order.id for history in histories]
    return max([await loading(store, ids * 40) for _ in range(ROUNDS)])


async def sqlite(folder: Path) -> None:
    stores: dict[str, OpenStore] = {}
    for name, together in (("one commit each", 1), ("group commit", 32)):
        path = str(folder / f"{together}.db")
        await migrate(f"sqlite:///{path}")
        stores[name] = SqliteStore(path, CLOCK, together=together)
    rates: dict[str, list[float]] = {name: [] for name in stores}
    for _ in range(ROUNDS):
        for name, store in stores.items():
            rates[name].append(await placing(store))
    for name, measured in rates.items():
        print(f"sqlite, {name}: {max(measured):.0f} orders/s best, {median(measured):.0f} median")
    one, group = rates.values()
    print(f"group commit / one commit each: {max(group) / max(one):.2f} best, {median(group) / median(one):.2f} median")
    print(f"sqlite, orders read: {await read_rate(stores['group commit']):.0f}/s best")
    for store in stores.values():
        await store.close()


async def postgres(url: str) -> None:
    await migrate(url)
    store = await open_store(url, CLOCK, IDS)
    rates = [await placing(store) for _ in range(ROUNDS)]
    print(f"postgres: {max(rates):.0f} orders/s best, {median(rates):.0f} median")
    print(f"postgres, orders read: {await read_rate(store):.0f}/s best")
    await store.close()


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        await sqlite(Path(folder))
    for url in sys.argv[1:]:
        await postgres(url)


if __name__ == "__main__":
    asyncio.run(main())
