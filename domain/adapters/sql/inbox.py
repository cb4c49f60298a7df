"""What came in from outside, once each, and what of it still waits for the thing that it speaks of."""

from datetime import datetime

import sqlalchemy as sa

from domain.adapters.sql.codec import micros
from domain.adapters.sql.orders import Rows
from domain.adapters.sql.statements import Dialect, Statement
from domain.adapters.sql.tables import inbox


def _receive(dialect: Dialect) -> sa.Executable:
    names = ("provider", "event_id", "body", "status", "received_at")
    return dialect.insert(inbox).values({name: sa.bindparam(name) for name in names}).on_conflict_do_nothing()


def _this() -> list[sa.ColumnElement[bool]]:
    return [
        inbox.c.provider == sa.bindparam("from_provider"),
        inbox.c.event_id == sa.bindparam("with_event_id"),
    ]


RECEIVE = Statement(_receive)
RECEIVED = Statement(lambda dialect: sa.select(inbox.c.body).where(*_this()))
PARK = Statement(
    lambda dialect: (
        sa.update(inbox)
        .where(*_this())
        .values(status=sa.literal_column("'PARKED'"), parked_under=sa.bindparam("parked_under"))
    )
)
JOINED = Statement(
    lambda dialect: sa.update(inbox).where(*_this()).values(status=sa.literal_column("'RECEIVED'"), parked_under=None)
)
UNPARK = Statement(
    lambda dialect: (
        sa.update(inbox)
        .where(inbox.c.parked_under == sa.bindparam("under"))
        .values(status=sa.literal_column("'RECEIVED'"), parked_under=None)
        .returning(inbox.c.provider, inbox.c.event_id, inbox.c.received_at)
    )
)


class InboxReads(Rows):
    async def received(self, provider: str, event_id: str) -> bytes | None:
        rows = await self._connection.fetch(RECEIVED, from_provider=provider, with_event_id=event_id)
        return rows[0]["body"] if rows else None


class InboxWrites(InboxReads):
    async def receive(self, provider: str, event_id: str, body: bytes, at: datetime) -> bool:
        new = await self._connection.execute(
            RECEIVE, provider=provider, event_id=event_id, body=body, status="RECEIVED", received_at=micros(at)
        )
        return new == 1

    async def park(self, provider: str, event_id: str, under: str) -> None:
        await self._connection.execute(PARK, from_provider=provider, with_event_id=event_id, parked_under=under)

    async def joined(self, provider: str, event_id: str) -> None:
        await self._connection.execute(JOINED, from_provider=provider, with_event_id=event_id)

    async def unpark(self, under: str) -> list[tuple[str, str]]:
        """In the order in which they came."""
        rows = await self._connection.fetch(UNPARK, under=under)
        rows = sorted(rows, key=lambda row: (row["received_at"], row["provider"], row["event_id"]))
        return [(row["provider"], row["event_id"]) for row in rows]
