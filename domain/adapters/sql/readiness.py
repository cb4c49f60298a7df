"""Is this database one that this version can work with? Asked whenever a store is opened."""

import sqlite3
from collections.abc import Collection
from typing import Any

from domain.adapters.sql.errors import DatabaseNotReady
from domain.adapters.sql.tables import metadata

VERSIONS = ("0001", "0002", "0003")
"""Of the schema, oldest first, as `migrations/versions` has them."""


def check_ready(place: str, tables: Collection[str], version: str | None) -> None:
    """Raises: DatabaseNotReady."""
    missing = sorted(set(metadata.tables) - set(tables))
    if version is None:
        if len(missing) == len(metadata.tables):
            raise DatabaseNotReady(f"{place} has no tables yet: run `waymark migrate`.")
        raise DatabaseNotReady(f"{place} is half migrated (it has tables, but no version): restore it from a backup.")
    if version not in VERSIONS:
        raise DatabaseNotReady(f"{place} was migrated by a newer Waymark (to {version}): run that one.")
    if version != VERSIONS[-1]:
        raise DatabaseNotReady(f"{place} was made by an older Waymark (it is at {version}): run `waymark migrate`.")
    if missing:
        raise DatabaseNotReady(f"{place} is half migrated (without {', '.join(missing)}): restore it from a backup.")


def check_movable(place: str, tables: Collection[str], version: str | None) -> None:
    """Migrating may begin here. Raises: DatabaseNotReady."""
    if version is None and not set(metadata.tables).isdisjoint(tables):
        raise DatabaseNotReady(f"{place} is half migrated (it has tables, but no version): restore it from a backup.")
    if version is not None and version not in VERSIONS:
        raise DatabaseNotReady(f"{place} was migrated by a newer Waymark (to {version}): run that one.")


def sqlite_state(raw: sqlite3.Connection, place: str) -> tuple[set[str], str | None]:
    """Which tables there are, and their version. Raises: DatabaseNotReady if this is no database."""
    try:
        tables = {row[0] for row in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        row = None
        if "alembic_version" in tables:
            row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise DatabaseNotReady(f"{place} cannot be read as a SQLite database: {error}.") from error
    return tables, None if row is None else str(row[0])


async def postgres_state(raw: Any) -> tuple[set[str], str | None]:
    """Which tables there are, and their version."""
    names = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    tables = {row[0] for row in await raw.fetch(names)}
    version = None
    if "alembic_version" in tables:
        version = await raw.fetchval("SELECT version_num FROM alembic_version")
    return tables, version
