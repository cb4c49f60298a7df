"""An order saved: events, snapshot, effects, personal rows and references, in as few trips as the database allows."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from domain.adapters.sql.codec import encode_order, micros, micros_or_none
from domain.adapters.sql.effects import EffectWrites, effect_row
from domain.adapters.sql.errors import Duplicate
from domain.adapters.sql.journal import PERSONAL_COLUMNS, canonical, event_row, genesis, sealed
from domain.adapters.sql.orders import LOCK, OrderReads
from domain.adapters.sql.statements import Dialect, NewRows, Statement
from domain.adapters.sql.tables import effects, journal, order_references, orders, personal
from domain.model.changes import Changes, PersonalRow
from domain.model.errors import NumberTaken, OrderTooLarge, StaleVersion
from domain.model.orders import Order
from domain.policies.progress import delayed, expected_at, fulfillment_status, payment_status, return_status

LARGE = 32 * 1024
TOO_LARGE = 128 * 1024

log = logging.getLogger(__name__)


def columns(order: Order) -> dict[str, Any]:
    """What stands beside the document: all of it follows from the order, so replay can compare it."""
    return {
        "id": order.id,
        "number": order.number,
        "version": order.version,
        "format": order.format,
        "personal_id": order.personal.id if order.personal else None,
        "status": order.flow.status.value,
        "payment_status": payment_status(order).value,
        "fulfillment_status": fulfillment_status(order).value,
        "return_status": return_status(order).value,
        "state": order.flow.state,
        "workflow": order.flow.workflow,
        "workflow_version": order.flow.version,
        "channel": order.channel,
        "customer_id": order.customer_id,
        "placed_at": micros(order.placed_at),
        "updated_at": micros(order.updated_at),
        "entered_at": micros(order.flow.entered_at),
        "expected_at": micros_or_none(expected_at(order)),
        "delayed": delayed(order, order.updated_at),
        "currency": order.currency,
        "total": order.total,
        "item_count": sum(line.quantity for line in order.lines),
    }


NEVER_CHANGES = frozenset({"id", "number", "workflow", "workflow_version", "channel", "placed_at", "currency"})


def _update(dialect: Dialect) -> sa.Update:
    names = [column.name for column in orders.columns if column.name not in NEVER_CHANGES]
    return (
        sa.update(orders)
        .where(orders.c.id == sa.bindparam("order_id"), orders.c.version == sa.bindparam("loaded"))
        .values({name: sa.bindparam(name) for name in names})
    )


INSERT = Statement(
    lambda dialect: dialect.insert(orders).values({column.name: sa.bindparam(column.name) for column in orders.columns})
)
UPDATE = Statement(_update)
HEAD = Statement(
    lambda dialect: dialect.locking(
        sa.select(orders.c.version, orders.c.head).where(orders.c.id == sa.bindparam("order_id")), orders
    )
)
DROP_REFERENCE = Statement(
    lambda dialect: sa.delete(order_references).where(
        order_references.c.value == sa.bindparam("value"),
        order_references.c.kind == sa.bindparam("kind"),
        order_references.c.order_id == sa.bindparam("order_id"),
    )
)


def personal_row(row: PersonalRow, order_id: str) -> dict[str, Any]:
    stored = {"id": row.ref.id, "order_id": order_id, "salt": row.salt, "body": row.body}
    return {**stored, "seals": sealed([canonical(stored[name]) for name in PERSONAL_COLUMNS])}


class OrderWrites(OrderReads, EffectWrites):
    """`_heads` remembers, for each order read in this transaction, its version and the hash to chain on."""

    _heads: dict[str, tuple[int, bytes]]

    async def order(self, order_id: str) -> Order | None:
        """The order as it stands; nobody else changes it until this transaction ends."""
        rows = await self._connection.fetch(LOCK, order_id=order_id)
        if not rows:
            return None
        self._heads[order_id] = rows[0]["version"], rows[0]["head"]
        return await self._open(rows[0])

    async def save(self, changes: Changes) -> Order:
        order = changes.order
        if not changes.events:
            await self._write(None, {}, changes)
            return order
        head = await self._head(changes)
        journaled = []
        for place, event in enumerate(changes.events):
            row = event_row(event, head)
            head = row["hash"]
            changes.events[place] = replace(event, hash=head.hex())
            journaled.append(row)
        values = columns(order) | {"doc": _snapshot(order), "head": head}
        if changes.loaded:
            values |= {"order_id": order.id, "loaded": changes.loaded}
        changed = await self._write(UPDATE if changes.loaded else INSERT, values, changes, journaled)
        if changed != 1:
            raise StaleVersion(order.id)
        self._heads[order.id] = order.version, head
        return order

    async def _head(self, changes: Changes) -> bytes:
        order_id = changes.order.id
        if not changes.loaded:
            return genesis(order_id)
        if order_id not in self._heads:
            rows = await self._connection.fetch(HEAD, order_id=order_id)
            if not rows:
                raise StaleVersion(order_id)
            self._heads[order_id] = rows[0]["version"], rows[0]["head"]
        version, head = self._heads[order_id]
        if version != changes.loaded:
            raise StaleVersion(order_id)
        return head

    async def _write(
        self,
        lead: Statement | None,
        values: Mapping[str, Any],
        changes: Changes,
        journaled: list[dict[str, Any]] | None = None,
    ) -> int:
        order_id = changes.order.id
        for gone in changes.dropped_references:
            await self._connection.execute(DROP_REFERENCE, kind=gone.kind, value=gone.value, order_id=order_id)
        references = [
            {"value": reference.value, "kind": reference.kind, "order_id": order_id} for reference in changes.references
        ]
        rows = [
            NewRows(journal, journaled or ()),
            NewRows(personal, [personal_row(row, order_id) for row in changes.personal]),
            NewRows(order_references, references, ignoring=True),
            NewRows(effects, [effect_row(effect) for effect in changes.effects], ignoring=True),
        ]
        try:
            changed = await self._connection.write(lead, values, [new for new in rows if new.rows])
        except Duplicate as duplicate:
            if duplicate.name == "uq_orders_number":
                raise NumberTaken(changes.order.number) from duplicate
            if duplicate.name in ("pk_orders", "pk_journal"):
                raise StaleVersion(order_id) from duplicate
            raise
        self._note_due(changes.effects)
        return changed


def _snapshot(order: Order) -> bytes:
    doc = encode_order(order)
    if len(doc) > LARGE:
        if len(doc) > TOO_LARGE:
            raise OrderTooLarge(order.id)
        log.warning("an order is large", extra={"order_id": order.id, "count": len(doc)})
    return doc
