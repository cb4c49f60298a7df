"""The store on SQLite: one writing thread with group commit, a few reading threads; or everything in the caller's."""

import asyncio
import queue
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from threading import Thread
from typing import TypeVar

from domain.adapters.sql.locks import WriterLock
from domain.adapters.sql.readiness import check_ready, sqlite_state
from domain.adapters.sql.sqlite_connection import SqliteConnection, awaited, complete, connect
from domain.adapters.sql.statements import SQLITE
from domain.adapters.sql.tables import metadata
from domain.adapters.sql.unit_of_work import SqlReader, SqlUnitOfWork
from domain.adapters.sql.urls import MEMORY
from domain.adapters.sql.writer import TOGETHER, GroupWriter, Waiting, release, waiting
from domain.ports import Clock, Reader, UnitOfWork

T = TypeVar("T")

WAL_RESET_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))


def sqlite_note() -> str | None:
    """What an operator might want to know of this machine's SQLite; None if nothing."""
    version = sqlite3.sqlite_version_info
    if version >= WAL_RESET_FIXED[0] or any(version[:2] == fixed[:2] and version >= fixed for fixed in WAL_RESET_FIXED):
        return None
    return (
        f"SQLite {sqlite3.sqlite_version} can damage a file in WAL mode when several connections write or checkpoint "
        "at once (fixed in 3.51.3); Waymark writes with one."
    )


class InlineSqliteStore:
    """Everything happens in the calling thread, on one connection: for simulations and for :memory:."""

    def __init__(self, path: str, clock: Clock) -> None:
        self._lock = None if path == MEMORY else WriterLock(Path(path))
        try:
            self._raw = connect(path)
            if path == MEMORY:
                for statement in SQLITE.ddl(metadata):
                    self._raw.execute(statement)
            else:
                check_ready(path, *sqlite_state(self._raw, path))
        except BaseException:
            if self._lock is not None:
                self._lock.release()
            raise
        self._clock = clock
        self._reader = SqlReader(SqliteConnection(self._raw), clock)

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        self._raw.execute("BEGIN IMMEDIATE")
        try:
            result = complete(awaited(work, SqlUnitOfWork(SqliteConnection(self._raw), self._clock)))
            self._raw.execute("COMMIT")
        except BaseException:
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            raise
        return result

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        return complete(awaited(work, self._reader))

    async def listen_effects(self, wake: Callable[[], None]) -> None:
        """No other process writes here, so nobody else makes effects due."""

    async def close(self) -> None:
        self._raw.close()
        if self._lock is not None:
            self._lock.release()


class SqliteStore:
    """A file: one thread writes, `readers` threads read, each call one hop. `read_only` takes no lock and no writer.

    `together` is the most works that one COMMIT carries.
    """

    def __init__(
        self, path: str, clock: Clock, *, readers: int = 4, read_only: bool = False, together: int = TOGETHER
    ) -> None:
        self._closed = False
        self._lock = None if read_only else WriterLock(Path(path))
        self._writer = None
        opened: list[sqlite3.Connection] = []
        try:
            opened.append(connect(path, "ro" if read_only else "rw"))
            check_ready(path, *sqlite_state(opened[0], path))
            opened += [connect(path, "ro") for _ in range(readers)]
        except BaseException:
            for raw in opened:
                raw.close()
            if self._lock is not None:
                self._lock.release()
            raise
        SQLITE.prepare()
        if read_only:
            opened[0].close()
        else:
            self._writer = GroupWriter(opened[0], clock, together)
        self._readers = Readers(opened[1:], clock)

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        """One COMMIT may carry several works; this returns after it, or raises what went wrong."""
        if self._writer is None:
            raise RuntimeError("this store only reads")
        self._check_open()
        one = waiting(work)
        self._writer.add(one)
        result: T = await one.future
        return result

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        self._check_open()
        one = waiting(work)
        self._readers.add(one)
        result: T = await one.future
        return result

    async def listen_effects(self, wake: Callable[[], None]) -> None:
        """No other process writes here, so nobody else makes effects due."""

    async def close(self) -> None:
        """What waits is done first."""
        if not self._closed:
            self._closed = True
            await asyncio.to_thread(self._close)

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("this store is closed")

    def _close(self) -> None:
        self._readers.close()
        if self._writer is not None:
            self._writer.close()  # the last one out brings the log back into the file
        if self._lock is not None:
            self._lock.release()


class Readers:
    """Threads that share one queue of reads, each with a connection that cannot write."""

    def __init__(self, connections: Sequence[sqlite3.Connection], clock: Clock) -> None:
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._threads = [
            Thread(target=self._run, args=(raw, clock), name=f"waymark sqlite reader {number}", daemon=True)
            for number, raw in enumerate(connections, 1)
        ]
        for thread in self._threads:
            thread.start()

    def add(self, one: Waiting) -> None:
        self._queue.put(one)

    def close(self) -> None:
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self, raw: sqlite3.Connection, clock: Clock) -> None:
        reader = SqlReader(SqliteConnection(raw), clock)
        while (one := self._queue.get()) is not None:
            if one.future.cancelled():
                continue
            try:
                one.result = one.context.run(complete, awaited(one.work, reader))
            except BaseException as error:  # noqa: BLE001 - whoever waits for it has to know
                one.failure = error
            release([one])
        raw.close()
