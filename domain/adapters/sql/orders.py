"""Orders read: the row by its key, references, and the journal's events."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from domain.adapters.personals import open_body
from domain.adapters.sql.codec import SNAPSHOT_FORMAT, Unreadable, decode_order
from domain.adapters.sql.journal import row_event
from domain.adapters.sql.statements import Connection, Dialect, Row, Statement
from domain.adapters.sql.tables import journal, order_references, orders, personal
from domain.model.events import Event
from domain.model.fold import fold
from domain.model.orders import Buyer, Order
from domain.ports import Clock


def _with_buyer() -> sa.Select[Any]:
    return sa.select(
        orders.c.id, orders.c.version, orders.c.format, orders.c.doc, orders.c.head, personal.c.body
    ).select_from(orders.outerjoin(personal, personal.c.id == orders.c.personal_id))


def _one(dialect: Dialect) -> sa.Select[Any]:
    return _with_buyer().where(orders.c.id == sa.bindparam("order_id"))


def _events(dialect: Dialect) -> sa.Select[Any]:
    return (
        sa.select(*journal.c)
        .where(journal.c.order_id == sa.bindparam("order_id"), journal.c.sequence > sa.bindparam("after"))
        .order_by(journal.c.sequence)
        .limit(sa.bindparam("limit", type_=sa.BigInteger))
    )


def _last_events(public_only: bool) -> sa.Select[Any]:
    query = (
        sa.select(*journal.c)
        .where(journal.c.order_id == sa.bindparam("order_id"), journal.c.sequence < sa.bindparam("before"))
        .order_by(journal.c.sequence.desc())
        .limit(sa.bindparam("limit", type_=sa.BigInteger))
    )
    return query.where(journal.c.public.is_(sa.true())) if public_only else query


LOAD = Statement(_one)
LOCK = Statement(lambda dialect: dialect.locking(_one(dialect), orders))
LOAD_MANY = Statement(lambda dialect: _with_buyer().where(dialect.among(orders.c.id, "order_ids")))
EVENTS = Statement(_events)
LAST_EVENTS = Statement(lambda dialect: _last_events(public_only=False))
LAST_PUBLIC_EVENTS = Statement(lambda dialect: _last_events(public_only=True))
REFERENCE = Statement(
    lambda dialect: (
        sa.select(order_references.c.order_id)
        .where(order_references.c.value == sa.bindparam("value"), order_references.c.kind == sa.bindparam("kind"))
        .order_by(order_references.c.order_id.desc())
        .limit(1)
    )
)
WORDS = Statement(lambda dialect: sa.select(personal.c.id, personal.c.body).where(dialect.among(personal.c.id, "ids")))
ENDLESS = 2**62


class Rows:
    """What every part of a unit of work stands on."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock


class OrderReads(Rows):
    async def order(self, order_id: str) -> Order | None:
        rows = await self._connection.fetch(LOAD, order_id=order_id)
        return await self._open(rows[0]) if rows else None

    async def orders(self, order_ids: Sequence[str]) -> dict[str, Order]:
        """Those that exist, by id, in the order asked for."""
        if not order_ids:
            return {}
        rows = await self._connection.fetch(LOAD_MANY, order_ids=self._connection.dialect.many(order_ids))
        found = {row["id"]: await self._open(row) for row in rows}
        return {order_id: found[order_id] for order_id in order_ids if order_id in found}

    async def order_id(self, kind: str, value: str) -> str | None:
        rows = await self._connection.fetch(REFERENCE, kind=kind, value=value)
        return rows[0]["order_id"] if rows else None

    async def words(self, ids: Collection[str]) -> dict[str, Buyer]:
        """What still stands in these personal rows, by id."""
        if not ids:
            return {}
        rows = await self._connection.fetch(WORDS, ids=self._connection.dialect.many(ids))
        return {row["id"]: open_body(row["body"]) for row in rows}

    async def events(self, order_id: str, after: int = 0, limit: int = 1000) -> list[Event]:
        rows = await self._connection.fetch(EVENTS, order_id=order_id, after=after, limit=limit)
        return [row_event(row) for row in rows]

    async def last_events(
        self, order_id: str, before: int | None, limit: int, public_only: bool = False
    ) -> list[Event]:
        """The last ones before that sequence, oldest first."""
        statement = LAST_PUBLIC_EVENTS if public_only else LAST_EVENTS
        before = ENDLESS if before is None else before
        rows = await self._connection.fetch(statement, order_id=order_id, before=before, limit=limit)
        return [row_event(row) for row in reversed(rows)]

    async def _open(self, row: Row) -> Order:
        if row["format"] == SNAPSHOT_FORMAT:
            return decode_order(row["doc"], row["body"])
        return await self._folded(row)

    async def _folded(self, row: Row) -> Order:
        """An order whose snapshot another version wrote, made anew from its journal."""
        order: Order | None = None
        for event in await self.events(row["id"], limit=ENDLESS):
            order = fold(order, event)
        if order is None:
            raise Unreadable("an order without a journal")
        return replace(order, buyer=open_body(row["body"]) if row["body"] is not None else None)
