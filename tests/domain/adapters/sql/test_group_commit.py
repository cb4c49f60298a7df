import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import closing
from contextvars import ContextVar
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from domain.adapters.clock import SystemClock
from domain.adapters.sql.sqlite import SqliteStore
from domain.adapters.sql.sqlite_connection import connect
from domain.adapters.sql.writer import GroupWriter, waiting
from domain.ports import UnitOfWork
from tests.factories import a_product

Work = Callable[[UnitOfWork], Awaitable[object]]


class Gate:
    """Holds the writer at its first work until everybody else has queued up behind it."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store
        self._open = Event()
        self._reached = asyncio.Event()

    async def together(self, *works: Work) -> list[object]:
        """What became of these works, which are one group."""
        loop = asyncio.get_running_loop()

        async def stand(uow: UnitOfWork) -> None:
            loop.call_soon_threadsafe(self._reached.set)
            self._open.wait(10)

        first = asyncio.ensure_future(self._store.write(stand))
        await self._reached.wait()
        rest = [asyncio.ensure_future(self._store.write(work)) for work in works]
        await asyncio.sleep(0)
        self._open.set()
        await first
        return await asyncio.gather(*rest, return_exceptions=True)


@pytest.fixture
def store(database: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(str(database), SystemClock())
    yield store
    asyncio.run(store.close())


def putting(sku: str) -> Work:
    return lambda uow: uow.put_product(a_product(sku))


def failing(sku: str, error: BaseException) -> Work:
    async def work(uow: UnitOfWork) -> None:
        await uow.put_product(a_product(sku))
        raise error

    return work


async def skus(store: SqliteStore) -> list[str]:
    page = await store.read(lambda reader: reader.product_page(None, None, None, 100))
    return sorted(product.sku for product in page.items)


async def test_a_work_that_fails_is_undone_alone(store: SqliteStore) -> None:
    error = RuntimeError("on purpose")
    outcomes = await Gate(store).together(putting("A"), failing("B", error), putting("C"))
    assert outcomes == [None, error, None]
    assert await skus(store) == ["A", "C"]


async def test_a_work_that_breaks_a_rule_of_the_database_is_undone_alone(store: SqliteStore) -> None:
    async def oversell(uow: UnitOfWork) -> None:
        await uow.put_product(a_product("B"))
        await uow.add_link(None)  # type: ignore[arg-type]

    outcomes = await Gate(store).together(putting("A"), oversell, putting("C"))
    assert [type(outcome) for outcome in outcomes] == [type(None), AttributeError, type(None)]
    assert await skus(store) == ["A", "C"]


async def test_a_work_that_waits_for_anything_else_is_refused(store: SqliteStore) -> None:
    async def dawdle(uow: UnitOfWork) -> None:
        await uow.put_product(a_product("B"))
        await Pause()

    class Pause:
        def __await__(self) -> Generator[None, None, None]:
            yield

    outcomes = await Gate(store).together(putting("A"), dawdle, putting("C"))
    assert str(outcomes[1]) == "a work may await nothing but its unit of work"
    assert await skus(store) == ["A", "C"]


async def test_many_works_share_one_commit(database: Path) -> None:
    commits: list[str] = []
    raw = connect(str(database))
    raw.set_trace_callback(lambda text: commits.append(text) if text == "COMMIT" else None)
    writer = GroupWriter(raw, SystemClock())
    works = [waiting(putting(f"SKU-{number}")) for number in range(64)]
    for work in works:
        writer.add(work)
    await asyncio.gather(*(work.future for work in works))
    await asyncio.to_thread(writer.close)
    assert len(commits) < 16


async def test_when_the_commit_fails_nobody_is_told_that_it_went_well(database: Path) -> None:
    class FullDisk(sqlite3.Connection):
        def execute(self, text: str, arguments: Any = (), /) -> sqlite3.Cursor:
            if text == "COMMIT":
                raise sqlite3.OperationalError("database or disk is full")
            return super().execute(text, arguments)

    raw = sqlite3.connect(database, factory=FullDisk, isolation_level=None, check_same_thread=False)
    raw.row_factory = sqlite3.Row
    writer = GroupWriter(raw, SystemClock())
    refused = RuntimeError("on purpose")
    works = [waiting(putting("A")), waiting(failing("B", refused)), waiting(putting("C"))]
    for work in works:
        writer.add(work)
    outcomes = await asyncio.gather(*(work.future for work in works), return_exceptions=True)
    await asyncio.to_thread(writer.close)
    assert [str(outcome) for outcome in outcomes] == [
        "database or disk is full",
        "on purpose",
        "database or disk is full",
    ]
    with closing(sqlite3.connect(database)) as look:
        assert look.execute("SELECT count(*) FROM products").fetchone() == (0,)


async def test_what_was_acknowledged_is_in_the_file(store: SqliteStore, database: Path) -> None:
    await store.write(putting("A"))
    with closing(sqlite3.connect(database)) as look:
        assert look.execute("SELECT sku FROM products").fetchall() == [("A",)]


async def test_a_caller_that_has_gone_away_before_its_turn_writes_nothing(store: SqliteStore) -> None:
    async def impatient(uow: UnitOfWork) -> None:
        await uow.put_product(a_product("B"))

    gate = Gate(store)
    gone = asyncio.ensure_future(store.write(impatient))
    gone.cancel()
    assert await gate.together(putting("A")) == [None]
    assert await skus(store) == ["A"]


async def test_a_work_sees_the_context_of_its_caller(store: SqliteStore) -> None:
    request: ContextVar[str] = ContextVar("request", default="nobody")

    async def who(uow: object) -> str:
        return request.get()

    request.set("r1")
    assert await store.write(who) == "r1"
    assert await store.read(who) == "r1"
    request.set("r2")
    assert await store.write(who) == "r2"


async def test_what_waits_at_the_end_is_written_and_then_the_store_is_closed(database: Path) -> None:
    store = SqliteStore(str(database), SystemClock())
    works = [asyncio.ensure_future(store.write(putting(f"SKU-{number}"))) for number in range(100)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*works)
    with pytest.raises(RuntimeError, match="closed"):
        await store.write(putting("late"))
    with pytest.raises(RuntimeError, match="closed"):
        await store.read(lambda reader: reader.product("late"))
    with closing(sqlite3.connect(database)) as look:
        assert look.execute("SELECT count(*) FROM products").fetchone() == (100,)
