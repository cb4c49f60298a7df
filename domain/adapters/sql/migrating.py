"""Bringing a database to this version's tables: all steps in one transaction, one process at a time."""

from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

from domain.adapters.sql.locks import WriterLock
from domain.adapters.sql.readiness import VERSIONS, check_movable, postgres_state, sqlite_state
from domain.adapters.sql.sqlite_connection import connect
from domain.adapters.sql.urls import MEMORY, place_of, sqlite_path

LOCK = 0x5761796D61726B  # a number of ours: two migrations of one database wait for each other on it


async def migrate(url: str) -> None:
    """The tables are those of this version, and what they held is still there. In memory there is nothing to migrate.

    Raises: DatabaseInUse, DatabaseNotReady (half migrated, newer than this program, out of reach).
    """
    path = sqlite_path(url)
    if path is None:
        await _migrate_postgres(url)
    elif path != MEMORY:
        _migrate_sqlite(path)


def _migrate_sqlite(path: str) -> None:
    lock = WriterLock(Path(path))
    try:
        Path(path).touch(0o600)  # it will hold people's addresses; its log gets the same rights
        with closing(connect(path, "rwc")) as raw:
            tables, version = sqlite_state(raw, path)
            check_movable(path, tables, version)
            if version != VERSIONS[-1]:
                _steps().upgrade_sqlite(raw, path)
    finally:
        lock.release()


async def _migrate_postgres(url: str) -> None:
    from domain.adapters.sql.postgres_connection import reach  # noqa: PLC0415 - loaded where it is used

    raw = await reach(url)
    try:
        async with raw.transaction():
            await raw.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            tables, version = await postgres_state(raw)
            check_movable(place_of(url), tables, version)
            if version != VERSIONS[-1]:
                await raw.execute(_steps().postgres_steps(version))
    finally:
        await raw.close()


def _steps() -> Any:
    """Most starts find nothing to do, and Alembic takes as long to import as all the rest together."""
    return import_module("domain.adapters.sql.migration_steps")
