"""What people were told, in which order they find it, and how each way of telling them went."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.adapters.sql.codec import micros, micros_or_none, moment, moment_or_none
from domain.adapters.sql.orders import ENDLESS, Rows
from domain.adapters.sql.statements import Dialect, Row, Statement
from domain.adapters.sql.tables import deliveries, inbox_ends, notifications
from domain.model.notifications import Delivery, Inbox, Notification, NotificationStatus
from domain.model.orders import NotificationChannel
from domain.ports import Page, Position

MOVING = ("status", "attempts", "repeats", "provider_id", "reason", "attempted_at", "sent_at")


def _in(by: sa.Column[Any]) -> list[sa.ColumnElement[bool]]:
    return [by == sa.bindparam("whose"), notifications.c.in_inbox.is_(sa.true())]


def _before(by: sa.Column[Any], position: sa.Column[Any]) -> sa.Select[Any]:
    return (
        sa.select(*notifications.c)
        .where(*_in(by), position < sa.bindparam("before"))
        .order_by(position.desc())
        .limit(sa.bindparam("limit", type_=sa.BigInteger))
    )


def _since(by: sa.Column[Any], position: sa.Column[Any]) -> sa.Select[Any]:
    return (
        sa.select(*notifications.c)
        .where(*_in(by), position > sa.bindparam("after"))
        .order_by(position)
        .limit(sa.bindparam("limit", type_=sa.BigInteger))
    )


def _unread(by: sa.Column[Any]) -> sa.Select[Any]:
    return sa.select(sa.func.count().label("count")).where(*_in(by), notifications.c.read_at.is_(None))


def _end(by: sa.Column[Any], position: sa.Column[Any]) -> sa.Select[Any]:
    return sa.select(sa.func.max(position).label("position")).where(by == sa.bindparam("whose"))


def _add(dialect: Dialect, table: sa.Table) -> sa.Executable:
    values: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in table.columns}
    return dialect.insert(table).values(values).on_conflict_do_nothing()


def _next_position(dialect: Dialect) -> sa.Executable:
    return (
        dialect.insert(inbox_ends)
        .values(inbox=sa.bindparam("inbox"), position=sa.literal_column("1"))
        .on_conflict_do_update(
            index_elements=["inbox"], set_={"position": inbox_ends.c.position + sa.literal_column("1")}
        )
        .returning(inbox_ends.c.position)
    )


def _this() -> list[sa.ColumnElement[bool]]:
    return [
        notifications.c.order_id == sa.bindparam("of_order"),
        notifications.c.sequence == sa.bindparam("of_sequence"),
    ]


def _mark_read(by: sa.Column[Any]) -> sa.Executable:
    """Says whether it is in the inbox: a message that was read before keeps its moment."""
    read_at = sa.func.coalesce(notifications.c.read_at, sa.bindparam("now", type_=sa.BigInteger))
    return sa.update(notifications).where(*_in(by), *_this()).values(read_at=read_at)


CUSTOMER = (notifications.c.customer_id, notifications.c.customer_position)
ORDER = (notifications.c.order_id, notifications.c.order_position)
ONE = Statement(lambda dialect: sa.select(*notifications.c).where(*_this()))
OF_ORDER = Statement(
    lambda dialect: (
        sa.select(*notifications.c)
        .where(notifications.c.order_id == sa.bindparam("order_id"))
        .order_by(notifications.c.order_position)
    )
)
BEFORE = {
    True: Statement(lambda dialect: _before(*CUSTOMER)),
    False: Statement(lambda dialect: _before(*ORDER)),
}
SINCE = {
    True: Statement(lambda dialect: _since(*CUSTOMER)),
    False: Statement(lambda dialect: _since(*ORDER)),
}
END = {
    True: Statement(lambda dialect: _end(*CUSTOMER)),
    False: Statement(lambda dialect: _end(*ORDER)),
}
UNREAD = {
    True: Statement(lambda dialect: _unread(CUSTOMER[0])),
    False: Statement(lambda dialect: _unread(ORDER[0])),
}
MARK_READ = {
    True: Statement(lambda dialect: _mark_read(CUSTOMER[0])),
    False: Statement(lambda dialect: _mark_read(ORDER[0])),
}
"""Each by whether the inbox is a customer's; otherwise it is an order's."""
ADD_NOTIFICATION = Statement(lambda dialect: _add(dialect, notifications))
NEXT_POSITION = Statement(_next_position)
DELIVERY = Statement(lambda dialect: sa.select(*deliveries.c).where(deliveries.c.id == sa.bindparam("delivery_id")))
DELIVERIES = Statement(
    lambda dialect: (
        sa.select(*deliveries.c)
        .where(dialect.among(deliveries.c.order_id, "order_ids"))
        .order_by(deliveries.c.created_at, deliveries.c.sequence, deliveries.c.channel, deliveries.c.id)
    )
)
ADD_DELIVERY = Statement(lambda dialect: _add(dialect, deliveries))
MOVE_DELIVERY = Statement(
    lambda dialect: (
        sa.update(deliveries)
        .where(
            deliveries.c.id == sa.bindparam("delivery_id"),
            deliveries.c.status == sa.bindparam("status_before"),
            deliveries.c.attempts == sa.bindparam("attempts_before"),
        )
        .values({name: sa.bindparam(name) for name in MOVING})
    )
)


JOIN = Statement(
    lambda dialect: (
        sa.update(notifications)
        .where(*_this())
        .values(customer_id=sa.bindparam("new_customer"), customer_position=sa.bindparam("new_position"))
    )
)


class NotificationReads(Rows):
    async def notification(self, order_id: str, sequence: int) -> Notification | None:
        rows = await self._connection.fetch(ONE, of_order=order_id, of_sequence=sequence)
        return _notification(rows[0]) if rows else None

    async def notifications_of(self, order_id: str) -> list[Notification]:
        return [_notification(row) for row in await self._connection.fetch(OF_ORDER, order_id=order_id)]

    async def inbox_page(self, inbox: Inbox, after: Position | None, first: int) -> Page[Notification]:
        before = ENDLESS if after is None else int(after.key)
        whose = _whose(inbox)
        rows = await self._connection.fetch(BEFORE[_is_customer(inbox)], whose=whose, before=before, limit=first + 1)
        shown = tuple(map(_notification, rows[:first]))
        return Page(shown, tuple(Position(one.position(inbox), one.id) for one in shown), len(rows) > first)

    async def inbox_since(self, inbox: Inbox, position: int, limit: int) -> list[Notification]:
        statement = SINCE[_is_customer(inbox)]
        rows = await self._connection.fetch(statement, whose=_whose(inbox), after=position, limit=limit)
        return [_notification(row) for row in rows]

    async def inbox_end(self, inbox: Inbox) -> int:
        rows = await self._connection.fetch(END[_is_customer(inbox)], whose=_whose(inbox))
        return int(rows[0]["position"] or 0)

    async def count_unread(self, inbox: Inbox) -> int:
        return int((await self._connection.fetch(UNREAD[_is_customer(inbox)], whose=_whose(inbox)))[0]["count"])

    async def delivery(self, delivery_id: str) -> Delivery | None:
        rows = await self._connection.fetch(DELIVERY, delivery_id=delivery_id)
        return _delivery(rows[0]) if rows else None

    async def deliveries_of(self, order_ids: Sequence[str]) -> list[Delivery]:
        rows = await self._connection.fetch(DELIVERIES, order_ids=self._connection.dialect.many(order_ids))
        return [_delivery(row) for row in rows]


class NotificationWrites(NotificationReads):
    async def add_notification(self, notification: Notification) -> bool:
        known = await self.notification(notification.order_id, notification.sequence)
        if known is not None:
            return False
        # The order's row is held first by everybody, so that two messages never wait for each other.
        order_position = await self._next(f"order:{notification.order_id}")
        customer = notification.customer_id
        customer_position = await self._next(f"customer:{customer}") if customer is not None else None
        added = await self._connection.execute(
            ADD_NOTIFICATION,
            order_id=notification.order_id,
            sequence=notification.sequence,
            customer_id=customer,
            kind=notification.kind,
            title=notification.title,
            body=notification.body,
            in_inbox=notification.in_inbox,
            order_position=order_position,
            customer_position=customer_position,
            created_at=micros(notification.created_at),
            read_at=micros_or_none(notification.read_at),
        )
        return added == 1

    async def join_inbox(self, order_id: str, customer_id: str) -> None:
        for one in await self.notifications_of(order_id):
            if one.customer_id is None:
                position = await self._next(f"customer:{customer_id}")
                where = {"of_order": order_id, "of_sequence": one.sequence}
                await self._connection.execute(JOIN, **where, new_customer=customer_id, new_position=position)

    async def _next(self, inbox: str) -> int:
        return int((await self._connection.fetch(NEXT_POSITION, inbox=inbox))[0]["position"])

    async def add_delivery(self, delivery: Delivery) -> bool:
        values = _moving(delivery)
        added = await self._connection.execute(
            ADD_DELIVERY,
            id=delivery.id,
            order_id=delivery.order_id,
            sequence=delivery.sequence,
            channel=delivery.channel.value,
            recipient=delivery.recipient,
            template=delivery.template,
            created_at=micros(delivery.created_at),
            **values,
        )
        return added == 1

    async def move_delivery(self, before: Delivery, after: Delivery) -> bool:
        moved = await self._connection.execute(
            MOVE_DELIVERY,
            delivery_id=before.id,
            status_before=before.status.value,
            attempts_before=before.attempts,
            **_moving(after),
        )
        return moved == 1

    async def mark_read(self, inbox: Inbox, order_id: str, sequence: int, at: datetime) -> bool:
        statement = MARK_READ[_is_customer(inbox)]
        values = {"whose": _whose(inbox), "of_order": order_id, "of_sequence": sequence, "now": micros(at)}
        return await self._connection.execute(statement, **values) == 1


def _is_customer(inbox: Inbox) -> bool:
    return inbox.customer_id is not None


def _whose(inbox: Inbox) -> str:
    return inbox.customer_id or inbox.order_id or ""


def _moving(delivery: Delivery) -> dict[str, Any]:
    return {
        "status": delivery.status.value,
        "attempts": delivery.attempts,
        "repeats": delivery.repeats,
        "provider_id": delivery.provider_id,
        "reason": delivery.reason,
        "attempted_at": micros_or_none(delivery.attempted_at),
        "sent_at": micros_or_none(delivery.sent_at),
    }


def _notification(row: Row) -> Notification:
    return Notification(
        order_id=row["order_id"],
        sequence=row["sequence"],
        kind=row["kind"],
        title=row["title"],
        body=row["body"],
        created_at=moment(row["created_at"]),
        customer_id=row["customer_id"],
        in_inbox=bool(row["in_inbox"]),
        order_position=row["order_position"],
        customer_position=row["customer_position"],
        read_at=moment_or_none(row["read_at"]),
    )


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row["id"],
        order_id=row["order_id"],
        sequence=row["sequence"],
        channel=NotificationChannel(row["channel"]),
        recipient=row["recipient"],
        template=row["template"],
        created_at=moment(row["created_at"]),
        status=NotificationStatus(row["status"]),
        attempts=row["attempts"],
        repeats=row["repeats"],
        provider_id=row["provider_id"],
        reason=row["reason"],
        attempted_at=moment_or_none(row["attempted_at"]),
        sent_at=moment_or_none(row["sent_at"]),
    )
