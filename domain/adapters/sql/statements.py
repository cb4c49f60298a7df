"""Statements are composed by SQLAlchemy and compiled once for each dialect; the drivers get text and arguments.

The two dialects differ in four places only, and each is a method of Dialect: what to do about a row that is there
already, a list as one argument, a row's lock, and how many tables one trip can write.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.ddl import ExecutableDDLElement

from domain.adapters.sql.codec import encode

Insert = postgresql.Insert | sqlite.Insert


class Row(Protocol):
    """What both drivers give: columns by name or by position."""

    def __getitem__(self, key: Any, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Compiled:
    """`names` in the order in which the driver wants the arguments; `fixed` are values that the text was given."""

    text: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        if self.fixed:
            values = {**self.fixed, **values}
        return [values[name] for name in self.names]


class Statement:
    """One statement by its composition; equal only to itself."""

    known: "list[Statement]" = []  # noqa: RUF012 - one list, of the program

    def __init__(self, compose: "Callable[[Dialect], sa.Executable]") -> None:
        self.compose = compose
        Statement.known.append(self)


class Dialect:
    """SQLite's or Postgres' way to say it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_postgres = name == "postgresql"
        self._sql: sa.Dialect = asyncpg_dialect() if self.is_postgres else sqlite.dialect()  # type: ignore[no-untyped-call]
        self._compiled: dict[object, Compiled] = {}

    def prepare(self) -> None:
        """Every known statement is compiled."""
        for statement in Statement.known:
            self.compiled(statement)

    def compiled(self, statement: Statement) -> Compiled:
        found = self._compiled.get(statement)
        if found is None:
            found = self._compiled[statement] = self.compile(statement.compose(self))
        return found

    def compile(self, composed: sa.Executable, *, lists: bool = False) -> Compiled:
        """With `lists`, every value of the composition must be in it, and an IN takes as many arguments as it has."""
        if not isinstance(composed, sa.ClauseElement):
            raise TypeError(f"{type(composed).__name__} cannot be compiled")
        compiled = composed.compile(dialect=self._sql, compile_kwargs={"render_postcompile": True} if lists else {})
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(f"{type(composed).__name__} is no statement with arguments")
        names = tuple(compiled.positiontup or ())
        given = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
        fixed = dict(compiled.params) if lists else {name: given[name] for name in names if name in given}
        return Compiled(compiled.string, names, fixed)

    def ddl(self, metadata: sa.MetaData) -> list[str]:
        """What makes all tables and indexes."""
        made: list[ExecutableDDLElement] = []
        for table in metadata.sorted_tables:
            made += [
                CreateTable(table),
                *(CreateIndex(index) for index in sorted(table.indexes, key=lambda i: str(i.name))),
            ]
        return [str(element.compile(dialect=self._sql)).strip() for element in made]

    # -------------------------------------------------------------- where they differ

    def insert(self, table: sa.Table) -> Insert:
        """An insert of named columns that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
        return postgresql.insert(table) if self.is_postgres else sqlite.insert(table)

    def among(self, column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
        """The column is one of a list that comes as the single argument `name`, made by `many`."""
        if self.is_postgres:
            return column == sa.any_(sa.bindparam(name, type_=postgresql.ARRAY(column.type)))
        each = sa.func.json_each(sa.bindparam(name, type_=sa.Text)).table_valued("value")
        return column.in_(sa.select(each.c.value))

    def many(self, values: Iterable[str]) -> Any:
        return list(values) if self.is_postgres else encode(list(values)).decode()

    def locking(self, select: sa.Select[Any], table: sa.Table, *, skip: bool = False) -> sa.Select[Any]:
        """The rows of `table` stay ours until the transaction ends; SQLite's writer is alone anyway."""
        return select.with_for_update(of=table, skip_locked=skip, key_share=True) if self.is_postgres else select

    def insert_rows(self, table: sa.Table, ignoring: bool) -> Insert:
        """Postgres: all rows at once from one array a column. SQLite: one row, to be repeated."""
        names = [column.name for column in table.columns]
        if self.is_postgres:
            arrays = [
                sa.bindparam(array_name(table, column), type_=postgresql.ARRAY(column.type)) for column in table.columns
            ]
            rows = (
                sa.func.unnest(*arrays)
                .table_valued(*[sa.column(column.name, column.type) for column in table.columns])
                .render_derived(name=f"new_{table.name}_rows")
            )
            insert: Insert = postgresql.insert(table).from_select(names, sa.select(*rows.c))
        else:
            insert = sqlite.insert(table).values({name: sa.bindparam(name) for name in names})
        return insert.on_conflict_do_nothing() if ignoring else insert


def array_name(table: sa.Table, column: sa.Column[Any]) -> str:
    """Of the argument with a column's values: no argument of a lead statement begins like this."""
    return f"new_{table.name}_{column.name}"


@cache
def insertion(table: sa.Table, ignoring: bool) -> Statement:
    return Statement(lambda dialect: dialect.insert_rows(table, ignoring))


SQLITE = Dialect("sqlite")
POSTGRES = Dialect("postgresql")


@dataclass(frozen=True, slots=True)
class NewRows:
    """Rows for one table, each with a value for every column. `ignoring` those that are there already."""

    table: sa.Table
    rows: Sequence[Mapping[str, Any]]
    ignoring: bool = False


class Connection(Protocol):
    """A driver's connection, inside or outside a transaction. On SQLite nothing here ever suspends.

    Raises: Duplicate when a row would repeat what must be unique.
    """

    @property
    def dialect(self) -> Dialect: ...

    async def fetch(self, statement: Statement, /, **values: Any) -> Sequence[Row]: ...

    async def select(self, query: sa.Select[Any], /) -> Sequence[Row]:
        """A query composed for this one call, all its values in it."""
        ...

    async def execute(self, statement: Statement, /, **values: Any) -> int:
        """How many rows it changed."""
        ...

    async def write(self, lead: Statement | None, values: Mapping[str, Any], rows: Sequence[NewRows]) -> int:
        """The lead statement and all these rows, in one trip where the database can; how many rows `lead` changed."""
        ...
