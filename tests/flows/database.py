"""Eyes on the database from outside, for auditors: plain SQL that both databases understand, nothing of ours used."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import asyncpg


class Database:
    """Reads only, also right after whoever served from it was killed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._file = urlsplit(url).path.removeprefix("/") if url.startswith("sqlite:") else None

    async def rows(self, statement: str) -> Sequence[tuple[Any, ...]]:
        if self._file is not None:
            with closing(sqlite3.connect(f"file:/{self._file.lstrip('/')}?mode=ro", uri=True, timeout=10)) as raw:
                return raw.execute(statement).fetchall()
        connection = await asyncpg.connect(self._url, timeout=10)
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    async def count(self, statement: str) -> int:
        """What `SELECT count(*) FROM <statement>` says."""
        return int((await self.rows(f"SELECT count(*) FROM {statement}"))[0][0])

    async def claims(self) -> dict[str, list[str]]:
        """Owner -> keys of the effects that it has claimed and not finished."""
        found: dict[str, list[str]] = {}
        for owner, key in await self.rows("SELECT owner, key FROM effects WHERE status = 'RUNNING'"):
            found.setdefault(owner, []).append(key)
        return found

    async def owed_now(self) -> int:
        """Effects that are claimed, or due and not claimed yet, or wait for another try."""
        now = int(time.time() * 1_000_000)
        due = f"(run_at <= {now} OR attempt > 0)"
        return await self.count(f"effects WHERE status = 'RUNNING' OR status = 'PENDING' AND {due}")

    async def quiet(self, within: float = 60.0) -> None:
        """Only timers are left."""
        async with asyncio.timeout(within):
            while await self.owed_now():
                await asyncio.sleep(0.1)
