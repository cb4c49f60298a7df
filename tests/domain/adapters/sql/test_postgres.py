import asyncio
from collections.abc import Callable
from datetime import timedelta

import asyncpg
import pytest

from domain.adapters.clock import SystemClock
from domain.adapters.ids import RandomIds
from domain.adapters.sql import OpenStore, open_store
from domain.adapters.sql.errors import DatabaseNotReady
from domain.adapters.sql.postgres_connection import PostgresConnection
from domain.adapters.sql.unit_of_work import SqlUnitOfWork
from domain.model.changes import Changes
from domain.model.effects import EffectStatus
from domain.model.events import TaskSettled
from domain.model.orders import TaskStatus
from domain.ports import UnitOfWork
from tests.factories import SYSTEM, a_buyer, a_placement, a_product, an_effect

SOON = 5.0
MINUTE = timedelta(minutes=1)


async def opened(url: str) -> OpenStore:
    return await open_store(url, SystemClock(), RandomIds())


async def until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not met():
            await asyncio.sleep(0.01)


async def listening(store: OpenStore) -> list[float]:
    """Every wake-up from here on."""
    woken: list[float] = []
    clock = SystemClock()
    await store.listen_effects(lambda: woken.append(clock.monotonic()))
    await until(lambda: bool(woken))  # it always wakes once when it begins to hear
    woken.clear()
    return woken


async def test_an_effect_due_now_wakes_the_workers_of_other_processes(migrated_postgres: str) -> None:
    here, there = await opened(migrated_postgres), await opened(migrated_postgres)
    woken = await listening(there)
    now = SystemClock().now()
    await here.write(lambda uow: uow.owe([an_effect("due", run_at=now)]))
    await until(lambda: len(woken) == 1)
    await here.write(lambda uow: uow.owe([an_effect("later", run_at=now + MINUTE)]))
    mine = an_effect("mine", run_at=now, status=EffectStatus.RUNNING, owner="here", attempt=1)
    await here.write(lambda uow: uow.owe([mine]))
    await here.write(lambda uow: uow.postpone_effect(mine, now + MINUTE, "not yet"))
    await asyncio.sleep(0.1)
    assert len(woken) == 1
    placement = a_placement("1" * 32)
    placement.owe(an_effect("1:announce", run_at=now))
    await here.write(lambda uow: uow.save(placement))
    await until(lambda: len(woken) == 2)
    await here.close()
    await there.close()


async def test_nobody_is_woken_for_what_was_rolled_back(migrated_postgres: str) -> None:
    store = await opened(migrated_postgres)
    woken = await listening(store)

    async def fails(uow: UnitOfWork) -> None:
        await uow.owe([an_effect("due", run_at=SystemClock().now())])
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError):
        await store.write(fails)
    await asyncio.sleep(0.1)
    assert woken == []
    await store.close()


async def test_a_listener_that_lost_its_connection_comes_back_and_looks_again(migrated_postgres: str) -> None:
    store = await opened(migrated_postgres)
    woken = await listening(store)
    raw = await asyncpg.connect(migrated_postgres)
    ended = await raw.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
    )
    await raw.close()
    assert ended == 1
    await until(lambda: len(woken) == 1)
    await store.write(lambda uow: uow.owe([an_effect("due", run_at=SystemClock().now())]))
    await until(lambda: len(woken) == 2)
    await store.close()


async def test_a_store_outlives_the_loss_of_its_connections(migrated_postgres: str) -> None:
    store = await opened(migrated_postgres)
    await store.write(lambda uow: uow.put_product(a_product()))
    raw = await asyncpg.connect(migrated_postgres)
    await raw.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await raw.close()
    await asyncio.sleep(0.1)
    assert await store.read(lambda reader: reader.product("TEE-M")) == a_product()
    await store.close()


async def test_two_works_that_lock_each_other_out_are_both_done(migrated_postgres: str) -> None:
    store = await opened(migrated_postgres)
    for number in (1, 2):
        placement = a_placement(f"{number:032x}", number=f"N{number}")
        await store.write(lambda uow, placement=placement: uow.save(placement))  # type: ignore[misc]
    tries = 0
    both_hold_one = asyncio.Barrier(2)

    def crossing(first: int, second: int) -> Callable[[UnitOfWork], object]:
        async def work(uow: UnitOfWork) -> None:
            nonlocal tries
            tries += 1
            for number in (first, second):
                order = await uow.order(f"{number:032x}")
                assert order is not None
                changes = Changes(order, SYSTEM, SystemClock().now())
                changes.add(TaskSettled("stock", TaskStatus.SUCCEEDED))
                await uow.save(changes)
                if tries <= 2 and number == first:
                    await both_hold_one.wait()

        return work

    await asyncio.gather(
        store.write(crossing(1, 2)),  # type: ignore[arg-type]
        store.write(crossing(2, 1)),  # type: ignore[arg-type]
    )
    assert tries > 2
    for number in (1, 2):
        order = await store.read(lambda reader, number=number: reader.order(f"{number:032x}"))  # type: ignore[misc]
        assert order is not None
        assert order.version == 4
    await store.close()


async def test_a_caller_that_goes_away_takes_its_transaction_with_it(migrated_postgres: str) -> None:
    store = await opened(migrated_postgres)
    reached = asyncio.Event()

    async def slow(uow: UnitOfWork) -> None:
        await uow.put_product(a_product())
        reached.set()
        await asyncio.Event().wait()

    gone = asyncio.ensure_future(store.write(slow))
    await reached.wait()
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await store.read(lambda reader: reader.product("TEE-M")) is None
    await store.close()


async def test_a_save_is_one_statement_and_a_load_another(migrated_postgres: str) -> None:
    placement = a_placement("1" * 32, buyer=a_buyer())
    placement.owe(an_effect("1:announce", run_at=SystemClock().now() + MINUTE))
    said: list[str] = []
    raw = await asyncpg.connect(migrated_postgres)
    async with raw.transaction():  # the driver asks once for each connection what an array is
        first = a_placement("2" * 32, number="N2", buyer=a_buyer(), seed=2)
        first.owe(an_effect("2:announce"))
        await SqlUnitOfWork(PostgresConnection(raw), SystemClock()).save(first)
    raw.add_query_logger(lambda record: said.append(record.query.split()[0]))
    async with raw.transaction():
        uow = SqlUnitOfWork(PostgresConnection(raw), SystemClock())
        await uow.save(placement)
        assert await uow.order("1" * 32) == placement.order
        changes = Changes(placement.order, SYSTEM, SystemClock().now())
        changes.add(TaskSettled("stock", TaskStatus.SUCCEEDED))
        await uow.save(changes)
    await raw.close()
    assert said == ["BEGIN;", "WITH", "SELECT", "WITH", "COMMIT;"]


async def test_a_database_without_tables_is_named_and_refused(postgres_url: str) -> None:
    with pytest.raises(DatabaseNotReady, match="has no tables yet: run `waymark migrate`"):
        await opened(postgres_url)


async def test_a_store_that_only_reads_cannot_write(migrated_postgres: str) -> None:
    store = await open_store(migrated_postgres, SystemClock(), RandomIds(), read_only=True)
    assert await store.read(lambda reader: reader.product("TEE-M")) is None
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await store.write(lambda uow: uow.put_product(a_product()))
    await store.close()


async def test_whoever_asks_first_is_served_first_however_busy_it_is(migrated_postgres: str) -> None:
    store = await opened(migrated_postgres)
    served = [0] * 64

    async def one_of_many(number: int) -> None:
        while max(served) < 40:
            await store.read(lambda reader: reader.shop_version())
            served[number] += 1

    await asyncio.gather(*(one_of_many(number) for number in range(len(served))))
    await store.close()
    assert min(served) >= 35, served
