"""The whole journal read again, from a database that is only read: is everything stored still what was written?

Rows are read from the tables themselves, sorted by order; on SQLite never through an index, which has its own copies.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import asyncpg

from domain.adapters.sql.postgres_connection import reach
from domain.adapters.sql.readiness import check_ready, postgres_state, sqlite_state
from domain.adapters.sql.sqlite_connection import connect
from domain.adapters.sql.statements import Row
from domain.adapters.sql.urls import MEMORY, place_of, sqlite_path
from domain.adapters.sql.verifying import Finding, Stored, verify

Rows = AsyncIterator[Row]
TABLES = {"orders": ("id", "id"), "journal": ("order_id", "sequence"), "personal": ("order_id", "id")}
"""Each table's column that names the order, and what its rows of one order are sorted by."""


class Replay:
    """`orders` and `events` count what was read, up to now."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.orders = 0
        self.events = 0

    async def findings(self) -> AsyncIterator[Finding]:
        """Everything that is not as it was written, order by order. Raises: DatabaseNotReady."""
        path = sqlite_path(self._url)
        if path == MEMORY:
            raise ValueError("a database in memory has nothing to read again")
        async for finding in self._in_postgres() if path is None else self._in_sqlite(path):
            yield finding

    async def _in_sqlite(self, path: str) -> AsyncIterator[Finding]:
        with closing(connect(path, "ro")) as raw:
            check_ready(path, *sqlite_state(raw, path))
            raw.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
            raw.execute("BEGIN")  # one moment of it, whatever a server writes meanwhile
            try:
                for row in raw.execute("PRAGMA integrity_check(50)"):
                    if row[0] != "ok":
                        yield Finding("", "", None, "file", row[0])
                async for finding in self._verified({table: _sqlite_rows(raw, table) for table in TABLES}):
                    yield finding
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                yield Finding("", "", None, "file", f"cannot be read any further: {error}")

    async def _in_postgres(self) -> AsyncIterator[Finding]:
        raw = await reach(self._url)
        try:
            check_ready(place_of(self._url), *await postgres_state(raw))
            async with raw.transaction(isolation="repeatable_read", readonly=True):
                async for finding in self._verified({table: _postgres_rows(raw, table) for table in TABLES}):
                    yield finding
        except asyncpg.PostgresError as error:
            yield Finding("", "", None, "database", f"cannot be read any further: {error}")
        finally:
            await raw.close()

    async def _verified(self, tables: dict[str, Rows]) -> AsyncIterator[Finding]:
        """The three tables side by side, order after order."""
        heads = {table: await anext(rows, None) for table, rows in tables.items()}
        while any(head is not None for head in heads.values()):
            key = min(head["order_key"] for head in heads.values() if head is not None)
            mine: dict[str, list[Row]] = {table: [] for table in tables}
            for table, rows in tables.items():
                while (head := heads[table]) is not None and head["order_key"] == key:
                    mine[table].append(head)
                    heads[table] = await anext(rows, None)
            self.orders += len(mine["orders"])
            self.events += len(mine["journal"])
            for finding in verify(Stored(key.decode("utf-8", "surrogateescape"), **mine)):
                yield finding


async def _sqlite_rows(raw: sqlite3.Connection, table: str) -> Rows:
    name, then = TABLES[table]
    key = f"coalesce(CAST({name} AS BLOB), x'')"
    for row in raw.execute(f"SELECT {key} AS order_key, * FROM {table} NOT INDEXED ORDER BY 1, {then}"):
        yield row


async def _postgres_rows(raw: Any, table: str) -> Rows:
    name, then = TABLES[table]
    key = f"convert_to({name}, 'UTF8')"
    async for row in raw.cursor(f"SELECT {key} AS order_key, * FROM {table} ORDER BY 1, {then}", prefetch=200):
        yield row
