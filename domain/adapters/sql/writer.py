"""The one thread that writes to a SQLite file: whatever waits is written together and made durable by one COMMIT.

A disk makes so many commits a second, however little is in them; so works that wait share one. Each has a savepoint of
its own: one that fails is undone alone.
"""

import asyncio
import queue
import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextvars import Context, copy_context
from dataclasses import dataclass
from threading import Thread
from typing import Any

from domain.adapters.sql.sqlite_connection import SqliteConnection, awaited, complete
from domain.adapters.sql.unit_of_work import SqlUnitOfWork
from domain.ports import Clock, UnitOfWork

TOGETHER = 32

Work = Callable[[Any], Awaitable[Any]]


@dataclass(slots=True)
class Waiting:
    """A work and who waits for it. `failure` is None once it has succeeded."""

    work: Work
    context: Context
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    result: Any = None
    failure: BaseException | None = None


def waiting(work: Work) -> Waiting:
    """Called on the event loop of whoever will wait."""
    loop = asyncio.get_running_loop()
    return Waiting(work, copy_context(), loop, loop.create_future())


def release(group: list[Waiting]) -> None:
    """Everybody who waits for one of these learns its outcome, each on the loop where they wait."""
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[Waiting]] = defaultdict(list)
    for one in group:
        by_loop[one.loop].append(one)
    for loop, ones in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle, ones)
        except RuntimeError:
            continue  # that loop is closed: nobody waits there any more


def _settle(group: list[Waiting]) -> None:
    for one in group:
        if one.future.done():
            continue  # canceled meanwhile
        if one.failure is not None:
            one.future.set_exception(one.failure)
        else:
            one.future.set_result(one.result)


class GroupWriter:
    """Owns the writing connection from its own thread until `close`."""

    def __init__(self, raw: sqlite3.Connection, clock: Clock, together: int = TOGETHER) -> None:
        self._raw = raw
        self._together = together
        self._clock = clock
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread = Thread(target=self._run, name="waymark sqlite writer", daemon=True)
        self._thread.start()

    def add(self, one: Waiting) -> None:
        self._queue.put(one)

    def close(self) -> None:
        """What waits is written first."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            group: list[Waiting] = []
            one = self._queue.get()
            while one is not None:
                if not one.future.cancelled():
                    group.append(one)
                if len(group) == self._together:
                    break
                try:
                    one = self._queue.get_nowait()
                except queue.Empty:
                    break
            going = one is not None
            if group:
                write_together(self._raw, group, self._clock)
                release(group)
        self._raw.close()


def write_together(raw: sqlite3.Connection, group: list[Waiting], clock: Clock) -> None:
    """Every work of the group has its outcome; those without a failure are durable."""
    try:
        raw.execute("BEGIN IMMEDIATE")
        for one in group:
            _write_one(raw, one, clock)
        raw.execute("COMMIT")
    except BaseException as error:  # noqa: BLE001 - whoever waits has to know
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        for one in group:
            one.failure = one.failure or error


def _write_one(raw: sqlite3.Connection, one: Waiting, clock: Clock) -> None:
    raw.execute("SAVEPOINT work")
    unit: UnitOfWork = SqlUnitOfWork(SqliteConnection(raw), clock)
    try:
        one.result = one.context.run(complete, awaited(one.work, unit))
    except BaseException as error:
        one.failure = error
        if not raw.in_transaction:
            raise  # a full disk, or worse: SQLite has undone the whole group
        raw.execute("ROLLBACK TO work")
    raw.execute("RELEASE work")
