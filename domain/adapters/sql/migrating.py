"""Bringing a database to this version's tables: all steps in one transaction, one process at a time."""

import io
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from domain.adapters.sql.errors import DatabaseNotReady
from domain.adapters.sql.locks import WriterLock
from domain.adapters.sql.postgres_connection import reach
from domain.adapters.sql.readiness import VERSIONS, check_movable, postgres_state, sqlite_state
from domain.adapters.sql.sqlite_connection import connect
from domain.adapters.sql.urls import MEMORY, place_of, sqlite_path

LOCK = 0x5761796D61726B  # a number of ours: two migrations of one database wait for each other on it
SCRIPTS = Path(__file__).with_name("migrations")


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
        with closing(connect(path, "rwc")) as raw:
            tables, version = sqlite_state(raw, path)
            check_movable(path, tables, version)
            raw.execute("PRAGMA foreign_keys = OFF")  # a batch step builds a table anew under another's keys
            engine = sa.create_engine("sqlite://", creator=lambda: raw, poolclass=sa.pool.StaticPool)
            sa.event.listen(engine, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
            with engine.begin() as connection:
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                if connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone() is not None:
                    raise DatabaseNotReady(f"{path} cannot be migrated: a row refers to one that is not there.")
    finally:
        lock.release()


async def _migrate_postgres(url: str) -> None:
    raw = await reach(url)
    try:
        async with raw.transaction():
            await raw.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            tables, version = await postgres_state(raw)
            check_movable(place_of(url), tables, version)
            if version != VERSIONS[-1]:
                steps = io.StringIO()
                command.upgrade(_config(steps), f"{version or 'base'}:head", sql=True)
                await raw.execute(steps.getvalue())
    finally:
        await raw.close()


def _config(text: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=text) if text is not None else Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
