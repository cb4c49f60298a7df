"""Keyset lists: composed for each call from what is asked, over columns alone; no document of an order is opened."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from domain.adapters.sql.codec import decode_product, micros, moment
from domain.adapters.sql.orders import Rows
from domain.adapters.sql.statements import Row
from domain.adapters.sql.stock import row_level
from domain.adapters.sql.tables import order_references, orders, products, stock
from domain.model.products import Product
from domain.model.stock import StockLevel
from domain.ports import OrderFilter, OrderRow, Page, Position, SortOrders, StockFilter

Item = TypeVar("Item")
Columns = tuple[sa.Column[Any], sa.Column[Any]]

SORTS: dict[SortOrders, tuple[sa.Column[int], bool]] = {
    SortOrders.NEWEST: (orders.c.placed_at, True),
    SortOrders.OLDEST: (orders.c.placed_at, False),
    SortOrders.LAST_CHANGED: (orders.c.updated_at, True),
    SortOrders.LONGEST_IN_STATE: (orders.c.entered_at, False),
}
SHOWN = (
    orders.c.id,
    orders.c.number,
    orders.c.version,
    orders.c.status,
    orders.c.payment_status,
    orders.c.fulfillment_status,
    orders.c.return_status,
    orders.c.state,
    orders.c.channel,
    orders.c.placed_at,
    orders.c.updated_at,
    orders.c.entered_at,
    orders.c.currency,
    orders.c.total,
    orders.c.item_count,
    orders.c.customer_id,
)
ONE_OF = ("status", "payment_status", "fulfillment_status", "return_status", "state", "channel")


def _narrowed(query: sa.Select[Any], where: OrderFilter) -> sa.Select[Any]:
    for name in ONE_OF:
        wanted: Sequence[str] = getattr(where, name)
        if wanted:
            query = query.where(orders.c[name].in_(wanted))
    if where.customer_id is not None:
        query = query.where(orders.c.customer_id == where.customer_id)
    if where.order_id is not None:
        query = query.where(orders.c.id == where.order_id)
    if where.placed_after is not None:
        query = query.where(orders.c.placed_at > micros(where.placed_after))
    if where.placed_before is not None:
        query = query.where(orders.c.placed_at < micros(where.placed_before))
    if where.expected_before is not None:
        query = query.where(orders.c.expected_at < micros(where.expected_before))
    if where.entered_before is not None:
        query = query.where(orders.c.entered_at < micros(where.entered_before))
    if where.delayed is not None:
        query = query.where(orders.c.delayed.is_(where.delayed))
    if where.words:
        known = sa.select(order_references.c.order_id).where(order_references.c.value.in_(where.words))
        query = query.where(orders.c.id.in_(known))
    return query


def _page(query: sa.Select[Any], by: Columns, after: Position | None, first: int, *, down: bool) -> sa.Select[Any]:
    """One row more than asked for tells whether there are further ones."""
    if after is not None:
        place, last = sa.tuple_(*by), sa.tuple_(sa.literal(after.key, by[0].type), sa.literal(after.id, by[1].type))
        query = query.where(place < last if down else place > last)
    return query.order_by(*(column.desc() if down else column for column in by)).limit(first + 1)


def _paged(rows: Sequence[Row], by: Columns, first: int, item: Callable[[Row], Item]) -> Page[Item]:
    shown = rows[:first]
    positions = tuple(Position(row[by[0].name], row[by[1].name]) for row in shown)
    return Page(tuple(map(item, shown)), positions, len(rows) > first)


def _order_row(row: Row) -> OrderRow:
    return OrderRow(
        id=row["id"],
        number=row["number"],
        version=row["version"],
        status=row["status"],
        payment_status=row["payment_status"],
        fulfillment_status=row["fulfillment_status"],
        return_status=row["return_status"],
        state=row["state"],
        channel=row["channel"],
        placed_at=moment(row["placed_at"]),
        updated_at=moment(row["updated_at"]),
        currency=row["currency"],
        total=row["total"],
        item_count=row["item_count"],
        customer_id=row["customer_id"],
    )


class ListReads(Rows):
    async def order_rows(
        self, where: OrderFilter, sort: SortOrders, after: Position | None, first: int
    ) -> Page[OrderRow]:
        key, down = SORTS[sort]
        by = (key, orders.c.id)
        query = _page(_narrowed(sa.select(*SHOWN), where), by, after, first, down=down)
        return _paged(await self._connection.select(query), by, first, _order_row)

    async def count_orders(self, where: OrderFilter) -> int:
        query = _narrowed(sa.select(sa.func.count().label("count")).select_from(orders), where)
        return int((await self._connection.select(query))[0]["count"])

    async def product_page(
        self, query: str | None, category: str | None, after: Position | None, first: int
    ) -> Page[Product]:
        """By title. Every word of the query is somewhere in SKU, title, category or group, in any case."""
        wanted = sa.select(*products.c)
        for word in (query or "").casefold().split():
            wanted = wanted.where(products.c.words.contains(word, autoescape=True))
        if category is not None:
            wanted = wanted.where(products.c.category == category)
        by = (products.c.title, products.c.sku)
        rows = await self._connection.select(_page(wanted, by, after, first, down=False))
        return _paged(rows, by, first, lambda row: decode_product(row["doc"]))

    async def stock_page(self, where: StockFilter, after: Position | None, first: int) -> Page[StockLevel]:
        wanted = sa.select(*stock.c)
        if where.skus:
            wanted = wanted.where(stock.c.sku.in_(where.skus))
        if where.location_id is not None:
            wanted = wanted.where(stock.c.location_id == where.location_id)
        by = (stock.c.sku, stock.c.location_id)
        rows = await self._connection.select(_page(wanted, by, after, first, down=False))
        return _paged(rows, by, first, row_level)
