"""asyncpg behind the seam: text and arguments to the driver, nothing in between."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
import sqlalchemy as sa

from domain.adapters.sql.errors import DatabaseNotReady, Duplicate
from domain.adapters.sql.statements import POSTGRES, Compiled, Dialect, NewRows, Row, Statement, array_name, insertion
from domain.adapters.sql.urls import place_of

UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


async def reach(url: str) -> "asyncpg.Connection[Any]":
    """A connection of one's own. Raises: DatabaseNotReady."""
    try:
        return await asyncpg.connect(url, timeout=10)
    except UNREACHABLE as error:
        raise DatabaseNotReady(f"{place_of(url)} cannot be reached: {error or type(error).__name__}.") from error


class PostgresConnection:
    """A connection of the pool, inside a transaction or not."""

    dialect: Dialect = POSTGRES

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    async def fetch(self, statement: Statement, /, **values: Any) -> Sequence[Row]:
        compiled = POSTGRES.compiled(statement)
        return await self._fetch(compiled.text, compiled.arguments(values))

    async def select(self, query: sa.Select[Any], /) -> Sequence[Row]:
        compiled = POSTGRES.compile(query, lists=True)
        return await self._fetch(compiled.text, compiled.arguments({}))

    async def execute(self, statement: Statement, /, **values: Any) -> int:
        compiled = POSTGRES.compiled(statement)
        return await self._execute(compiled.text, compiled.arguments(values))

    async def write(self, lead: Statement | None, values: Mapping[str, Any], rows: Sequence[NewRows]) -> int:
        """One statement: the rows of each table are a WITH of the lead."""
        if lead is None:
            for new in rows:
                compiled = POSTGRES.compiled(insertion(new.table, new.ignoring))
                await self._execute(compiled.text, compiled.arguments(_arrays(new)))
            return 0
        whole = dict(values)
        for new in rows:
            whole |= _arrays(new)
        compiled = _together(lead, tuple((new.table, new.ignoring) for new in rows))
        return await self._execute(compiled.text, compiled.arguments(whole))

    async def _fetch(self, text: str, arguments: Sequence[Any]) -> Sequence[Row]:
        try:
            rows: Sequence[Row] = await self._raw.fetch(text, *arguments)
        except asyncpg.UniqueViolationError as error:
            raise Duplicate(error.constraint_name or "") from error
        return rows

    async def _execute(self, text: str, arguments: Sequence[Any]) -> int:
        try:
            status: str = await self._raw.execute(text, *arguments)
        except asyncpg.UniqueViolationError as error:
            raise Duplicate(error.constraint_name or "") from error
        return int(status.rpartition(" ")[2])  # UPDATE 3


def _arrays(new: NewRows) -> dict[str, list[Any]]:
    """The rows turned by a quarter: one list a column."""
    columns = new.table.columns
    return {array_name(new.table, column): [row[column.name] for row in new.rows] for column in columns}


def _together(lead: Statement, tables: tuple[tuple[sa.Table, bool], ...]) -> Compiled:
    """Compiled once for each set of tables that a save has met."""
    key = lead, tables
    if key not in _KNOWN:
        composed = lead.compose(POSTGRES)
        if not isinstance(composed, sa.Insert | sa.Update):
            raise TypeError("only an insert or an update can lead")
        parts = [POSTGRES.insert_rows(table, ignoring).cte(f"new_{table.name}") for table, ignoring in tables]
        _KNOWN[key] = POSTGRES.compile(composed.add_cte(*parts))
    return _KNOWN[key]


_KNOWN: dict[tuple[Statement, tuple[tuple[sa.Table, bool], ...]], Compiled] = {}
