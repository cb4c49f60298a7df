"""sqlite3 behind the seam: nothing in here ever suspends."""

import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import sqlalchemy as sa

from domain.adapters.sql.errors import DatabaseNotReady, Duplicate
from domain.adapters.sql.statements import SQLITE, Dialect, NewRows, Row, Statement, insertion
from domain.adapters.sql.tables import metadata
from domain.adapters.sql.urls import MEMORY

T = TypeVar("T")
Unit = TypeVar("Unit")
Mode = Literal["ro", "rw", "rwc"]

OLDEST = (3, 35, 0)  # RETURNING


def connect(path: str, mode: Mode = "rw") -> sqlite3.Connection:
    """A connection whose commits survive a power cut. `rw` wants the file to be there, `rwc` makes it.

    Raises: DatabaseNotReady.
    """
    if sqlite3.sqlite_version_info < OLDEST:
        raise DatabaseNotReady(f"SQLite {sqlite3.sqlite_version} is too old: Waymark needs {OLDEST[0]}.{OLDEST[1]}.")
    target = path if path == MEMORY else f"{Path(path).absolute().as_uri()}?mode={mode}"
    try:
        raw = _open(target)
        if mode == "ro":
            try:
                raw.execute("SELECT 1 FROM sqlite_schema").fetchone()
            except sqlite3.OperationalError:
                raw.close()
                raw = _open(f"{target}&immutable=1")  # a folder that we may not write has no room for a shared index
                raw.execute("SELECT 1 FROM sqlite_schema").fetchone()
        else:
            raw.execute("PRAGMA journal_mode = WAL")
            raw.execute("PRAGMA synchronous = FULL")
            raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA cache_size = -16384")
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a damaged schema is quoted in the message, as it is
        if path != MEMORY and not Path(path).exists():
            raise DatabaseNotReady(f"There is no database at {path} yet: run `waymark migrate`.") from error
        raise DatabaseNotReady(f"{path} cannot be opened as a SQLite database: {error}.") from error
    return raw


def _open(target: str) -> sqlite3.Connection:
    raw = sqlite3.connect(
        target, timeout=5.0, isolation_level=None, check_same_thread=False, cached_statements=512, uri=True
    )
    raw.row_factory = sqlite3.Row
    return raw


class SqliteConnection:
    """One connection, used by one thread at a time."""

    dialect: Dialect = SQLITE

    def __init__(self, raw: sqlite3.Connection) -> None:
        self.raw = raw

    async def fetch(self, statement: Statement, /, **values: Any) -> Sequence[Row]:
        compiled = SQLITE.compiled(statement)
        return self._run(compiled.text, compiled.arguments(values)).fetchall()

    async def select(self, query: sa.Select[Any], /) -> Sequence[Row]:
        compiled = SQLITE.compile(query, lists=True)
        return self._run(compiled.text, compiled.arguments({})).fetchall()

    async def execute(self, statement: Statement, /, **values: Any) -> int:
        compiled = SQLITE.compiled(statement)
        return self._run(compiled.text, compiled.arguments(values)).rowcount

    async def write(self, lead: Statement | None, values: Mapping[str, Any], rows: Sequence[NewRows]) -> int:
        changed = 0 if lead is None else await self.execute(lead, **values)
        for new in rows:
            compiled = SQLITE.compiled(insertion(new.table, new.ignoring))
            for row in new.rows:
                self._run(compiled.text, compiled.arguments(row))
        return changed

    def _run(self, text: str, arguments: Sequence[Any]) -> sqlite3.Cursor:
        try:
            return self.raw.execute(text, arguments)
        except sqlite3.IntegrityError as error:
            name = CONSTRAINTS.get(str(error).partition("UNIQUE constraint failed: ")[2])
            if name is None:
                raise
            raise Duplicate(name) from error


CONSTRAINTS = {
    ", ".join(f"{table.name}.{column.name}" for column in constraint.columns): str(constraint.name)
    for table in metadata.sorted_tables
    for constraint in table.constraints
    if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint)
}
"""SQLite names the columns of what was violated; Postgres the constraint."""


def complete(work: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns. It is driven to its end here and now, so it must not wait for anything."""
    try:
        work.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    work.close()
    raise RuntimeError("a work may await nothing but its unit of work")


async def awaited(work: Callable[[Unit], Awaitable[T]], unit: Unit) -> T:
    """`work` may return any awaitable; a coroutine can be driven by hand."""
    return await work(unit)
