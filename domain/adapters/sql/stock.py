"""Units on shelves: reserved by one conditional update, freed and shipped once by the reservation's row."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.adapters.sql.codec import micros, micros_or_none
from domain.adapters.sql.orders import Rows
from domain.adapters.sql.statements import Dialect, Row, Statement
from domain.adapters.sql.tables import order_references, reservations, stock, stock_movements
from domain.model.stock import Allocation, StockLevel

QUANTITY = sa.bindparam("quantity", type_=sa.BigInteger)
DELTA = sa.bindparam("delta", type_=sa.BigInteger)


def _here(table: sa.Table) -> list[sa.ColumnElement[bool]]:
    return [table.c.sku == sa.bindparam("at_sku"), table.c.location_id == sa.bindparam("at_location")]


def _reservation() -> list[sa.ColumnElement[bool]]:
    mine = [reservations.c.order_id == sa.bindparam("of_order"), reservations.c.line_id == sa.bindparam("of_line")]
    return mine + _here(reservations)


def _take(dialect: Dialect) -> sa.Update:
    return (
        sa.update(stock)
        .where(*_here(stock), stock.c.on_hand - stock.c.reserved >= QUANTITY)
        .values(reserved=stock.c.reserved + QUANTITY)
    )


def _keep(dialect: Dialect) -> sa.Executable:
    names = ("order_id", "line_id", "sku", "location_id", "quantity", "expires_at")
    insert = dialect.insert(reservations).values({name: sa.bindparam(name) for name in names})
    return insert.on_conflict_do_update(
        index_elements=list(reservations.primary_key),
        set_={
            "quantity": reservations.c.quantity + insert.excluded.quantity,
            "expires_at": insert.excluded.expires_at,
        },
    )


TAKE = Statement(_take)
KEEP = Statement(_keep)
RESERVED = Statement(
    lambda dialect: dialect.locking(sa.select(reservations.c.quantity).where(*_reservation()), reservations)
)
FORGET = Statement(lambda dialect: sa.delete(reservations).where(*_reservation()))
LESSEN = Statement(
    lambda dialect: (
        sa.update(reservations)
        .where(*_reservation())
        .values(quantity=reservations.c.quantity - sa.bindparam("less", type_=sa.BigInteger))
    )
)
FREE = Statement(lambda dialect: sa.update(stock).where(*_here(stock)).values(reserved=stock.c.reserved - QUANTITY))
SHIP = Statement(
    lambda dialect: (
        sa.update(stock)
        .where(*_here(stock))
        .values(reserved=stock.c.reserved - QUANTITY, on_hand=stock.c.on_hand - QUANTITY)
    )
)
ADJUST = Statement(
    lambda dialect: (
        sa.update(stock)
        .where(*_here(stock), stock.c.on_hand + DELTA >= stock.c.reserved)
        .values(on_hand=stock.c.on_hand + DELTA)
        .returning(*stock.c)
    )
)
OPEN_SHELF = Statement(
    lambda dialect: (
        dialect.insert(stock)
        .values(
            sku=sa.bindparam("at_sku"),
            location_id=sa.bindparam("at_location"),
            on_hand=sa.literal_column("0"),
            reserved=sa.literal_column("0"),
        )
        .on_conflict_do_nothing()
    )
)
MOVEMENT = Statement(
    lambda dialect: dialect.insert(stock_movements).values(
        {column.name: sa.bindparam(column.name) for column in stock_movements.columns if column.name != "id"}
    )
)
LEVELS = Statement(
    lambda dialect: (
        sa.select(*stock.c).where(dialect.among(stock.c.sku, "skus")).order_by(stock.c.sku, stock.c.location_id)
    )
)
WAITING = Statement(
    lambda dialect: (
        sa.select(order_references.c.order_id)
        .where(
            order_references.c.value == sa.bindparam("sku"), order_references.c.kind == sa.literal_column("'backorder'")
        )
        .order_by(order_references.c.order_id)  # ids of orders sort by time
        .limit(sa.bindparam("limit", type_=sa.BigInteger))
    )
)


def row_level(row: Row) -> StockLevel:
    return StockLevel(row["sku"], row["location_id"], row["on_hand"], row["reserved"])


class StockReads(Rows):
    async def stock(self, skus: Collection[str]) -> list[StockLevel]:
        if not skus:
            return []
        rows = await self._connection.fetch(LEVELS, skus=self._connection.dialect.many(skus))
        return [row_level(row) for row in rows]


class StockWrites(Rows):
    async def reserve(self, order_id: str, allocation: Allocation, expires_at: datetime | None) -> bool:
        """False, and nothing changed, if fewer units than that are free."""
        taken = await self._connection.execute(TAKE, **_shelf(allocation), quantity=allocation.quantity)
        if taken:
            await self._connection.execute(
                KEEP,
                order_id=order_id,
                line_id=allocation.line_id,
                sku=allocation.sku,
                location_id=allocation.location_id,
                quantity=allocation.quantity,
                expires_at=micros_or_none(expires_at),
            )
        return taken == 1

    async def release(self, order_id: str, allocation: Allocation) -> None:
        """What is still reserved of it is free again; once only, however often it is asked."""
        quantity = await self._end(order_id, allocation)
        if quantity:
            await self._connection.execute(FREE, **_shelf(allocation), quantity=quantity)

    async def ship(self, order_id: str, allocation: Allocation) -> None:
        """What is still reserved of it has left the shelf; once only, however often it is asked."""
        quantity = await self._end(order_id, allocation)
        if quantity:
            await self._connection.execute(SHIP, **_shelf(allocation), quantity=quantity)
            await self._moved(allocation.sku, allocation.location_id, -quantity, "shipped", order_id=order_id)

    async def adjust_stock(
        self, sku: str, location_id: str, delta: int, reason: str, at: datetime, by: str | None = None
    ) -> StockLevel | None:
        shelf = {"at_sku": sku, "at_location": location_id}
        if delta >= 0:
            await self._connection.execute(OPEN_SHELF, **shelf)
        rows = await self._connection.fetch(ADJUST, **shelf, delta=delta)
        if not rows:
            return None
        await self._moved(sku, location_id, delta, reason, by=by, at=at)
        return row_level(rows[0])

    async def waiting_for(self, sku: str, limit: int) -> list[str]:
        return [row["order_id"] for row in await self._connection.fetch(WAITING, sku=sku, limit=limit)]

    async def _end(self, order_id: str, allocation: Allocation) -> int:
        """How many units the reservation still had of this allocation; it has them no more."""
        which: dict[str, Any] = {"of_order": order_id, "of_line": allocation.line_id, **_shelf(allocation)}
        rows: Sequence[Row] = await self._connection.fetch(RESERVED, **which)
        held: int = rows[0]["quantity"] if rows else 0
        if held > allocation.quantity:
            await self._connection.execute(LESSEN, **which, less=allocation.quantity)
            return allocation.quantity
        if held:
            await self._connection.execute(FORGET, **which)
        return held

    async def _moved(
        self,
        sku: str,
        location_id: str,
        delta: int,
        reason: str,
        *,
        by: str | None = None,
        order_id: str | None = None,
        at: datetime | None = None,
    ) -> None:
        await self._connection.execute(
            MOVEMENT,
            sku=sku,
            location_id=location_id,
            delta=delta,
            reason=reason,
            by=by,
            order_id=order_id,
            at=micros(at or self._clock.now()),
        )


def _shelf(allocation: Allocation) -> dict[str, Any]:
    return {"at_sku": allocation.sku, "at_location": allocation.location_id}
