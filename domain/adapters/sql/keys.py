"""Idempotency keys: who comes first has it, everybody else gets what is stored under it."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from domain.adapters.sql.codec import micros, moment
from domain.adapters.sql.orders import Rows
from domain.adapters.sql.statements import Dialect, Statement
from domain.adapters.sql.tables import idempotency_keys as keys
from domain.ports import StoredKey


def _claim(dialect: Dialect) -> sa.Executable:
    """A row of another caller is left alone unless it is too old to count.

    On Postgres a caller whose rival has not committed yet waits here for the rival's transaction to end.
    """
    names = ("viewer", "operation", "key", "digest", "created_at")
    insert = dialect.insert(keys).values({name: sa.bindparam(name) for name in names})
    fresh = {"digest": insert.excluded.digest, "created_at": insert.excluded.created_at}
    return insert.on_conflict_do_update(
        index_elements=list(keys.primary_key),
        set_={**fresh, "subject": None, "answer": None},
        where=keys.c.created_at < sa.bindparam("too_old"),
    )


def _this() -> list[sa.ColumnElement[bool]]:
    return [keys.c[name] == sa.bindparam(f"this_{name}") for name in ("viewer", "operation", "key")]


CLAIM = Statement(_claim)
STORED = Statement(lambda dialect: sa.select(*keys.c).where(*_this()))
ANSWER = Statement(
    lambda dialect: (
        sa.update(keys).where(*_this()).values(subject=sa.bindparam("subject"), answer=sa.bindparam("answer"))
    )
)
ANSWER_PLACEMENT = Statement(
    lambda dialect: (
        sa.update(keys)
        .where(keys.c.subject == sa.bindparam("order_id"), keys.c.answer.is_(None))
        .values(answer=sa.bindparam("answer"))
    )
)


class KeyReads(Rows):
    async def stored_key(self, viewer: str, operation: str, key: str) -> StoredKey | None:
        rows = await self._connection.fetch(STORED, this_viewer=viewer, this_operation=operation, this_key=key)
        if not rows:
            return None
        row = rows[0]
        return StoredKey(row["digest"], row["subject"], row["answer"], moment(row["created_at"]))


class KeyWrites(KeyReads):
    async def claim_key(
        self, viewer: str, operation: str, key: str, digest: bytes, now: datetime, keep: timedelta
    ) -> StoredKey | None:
        claimed = await self._connection.execute(
            CLAIM,
            viewer=viewer,
            operation=operation,
            key=key,
            digest=digest,
            created_at=micros(now),
            too_old=micros(now - keep),
        )
        return None if claimed else await self.stored_key(viewer, operation, key)

    async def answer_key(
        self, viewer: str, operation: str, key: str, subject: str | None, answer: bytes | None
    ) -> None:
        this = {"this_viewer": viewer, "this_operation": operation, "this_key": key}
        await self._connection.execute(ANSWER, **this, subject=subject, answer=answer)

    async def answer_placement(self, order_id: str, answer: bytes) -> bool:
        return await self._connection.execute(ANSWER_PLACEMENT, order_id=order_id, answer=answer) > 0
