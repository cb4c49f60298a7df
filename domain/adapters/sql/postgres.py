"""The store on Postgres: a pool without RESET; a write is a transaction, a read one statement."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Self, TypeVar

import asyncpg

from domain.adapters.sql.errors import DatabaseNotReady
from domain.adapters.sql.postgres_connection import UNREACHABLE, PostgresConnection, reach
from domain.adapters.sql.readiness import check_ready, postgres_state
from domain.adapters.sql.statements import POSTGRES
from domain.adapters.sql.unit_of_work import SqlReader, SqlUnitOfWork
from domain.adapters.sql.urls import place_of
from domain.ports import Clock, Ids, Reader, UnitOfWork

T = TypeVar("T")

CHANNEL = "waymark_effects"
TRIES = 6
PATIENCE = 2.0  # seconds for works in progress when the store is closed
FIRST_PAUSE, LONGEST_PAUSE = 0.01, 5.0  # seconds
CONNECTIONS = 16

log = logging.getLogger(__name__)


class PostgresStore:
    """Any number of processes may write."""

    def __init__(self, url: str, pool: "asyncpg.Pool[Any]", clock: Clock, ids: Ids) -> None:
        self._url = url
        self._pool = pool
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._clock = clock
        self._ids = ids
        self._listening: list[asyncio.Task[None]] = []

    @classmethod
    async def open(cls, url: str, clock: Clock, ids: Ids, *, read_only: bool = False) -> Self:
        """Raises: DatabaseNotReady."""
        raw = await reach(url)
        try:
            check_ready(place_of(url), *await postgres_state(raw))
        finally:
            await raw.close()
        POSTGRES.prepare()
        settings = {"application_name": "waymark", "synchronous_commit": "on"}
        if read_only:
            settings["default_transaction_read_only"] = "on"
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=2,
                max_size=CONNECTIONS,
                statement_cache_size=1024,
                max_cached_statement_lifetime=0,
                reset=_leave_as_it_is,
                server_settings=settings,
            )
        except UNREACHABLE as error:
            raise DatabaseNotReady(f"{place_of(url)} cannot be reached: {error}.") from error
        return cls(url, pool, clock, ids)

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """Rivals may make a transaction impossible; then the work is done again, from its beginning."""
        for tried in range(1, TRIES + 1):
            try:
                return await self._write_once(work)
            except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
                if tried == TRIES:
                    raise
            await self._clock.sleep(FIRST_PAUSE * 2**tried * self._ids.random())
        raise AssertionError("the last try either returned or raised")

    async def _write_once(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        async with self._connection() as raw, raw.transaction():
            unit = SqlUnitOfWork(PostgresConnection(raw), self._clock)
            result = await work(unit)
            if unit.effects_due:
                await raw.execute(f"NOTIFY {CHANNEL}")
        return result

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        async with self._connection() as raw:
            return await work(SqlReader(PostgresConnection(raw), self._clock))

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        """First come, first served. The pool's own queue lets newcomers overtake: under load some waited for ever."""
        async with self._turns, self._pool.acquire() as raw:
            yield raw

    async def listen_effects(self, wake: Callable[[], None]) -> None:
        """`wake` is called when any process has made an effect due, and whenever one may have been missed."""
        self._listening.append(asyncio.create_task(self._listen(wake), name="waymark effects listener"))

    async def _listen(self, wake: Callable[[], None]) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._hear(wake)
                pause = FIRST_PAUSE
            except UNREACHABLE as error:
                log.warning("cannot listen for effects", extra={"reason": type(error).__name__})
            await self._clock.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _hear(self, wake: Callable[[], None]) -> None:
        """Returns when the connection is lost."""
        lost = asyncio.Event()
        raw = await asyncpg.connect(self._url, timeout=10)
        try:
            raw.add_termination_listener(lambda _: lost.set())
            await raw.add_listener(CHANNEL, lambda *_: wake())
            wake()  # for what was said while nobody listened
            await lost.wait()
        finally:
            raw.terminate()

    async def close(self) -> None:
        for task in self._listening:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        try:
            async with asyncio.timeout(PATIENCE):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()  # whoever is still at it was not acknowledged


async def _leave_as_it_is(raw: object) -> None:
    """Nothing here leaves anything behind in a session, and a RESET would cost each request a round trip."""
