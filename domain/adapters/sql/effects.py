"""What is owed: one row an effect, whose `run_at` is its first try, retry, timer or the end of a lease."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from domain.adapters.sql.codec import decode_payload, encode, micros, micros_or_none, moment, moment_or_none
from domain.adapters.sql.orders import Rows
from domain.adapters.sql.statements import Dialect, NewRows, Row, Statement
from domain.adapters.sql.tables import OPEN_EFFECT, effects
from domain.model.effects import Effect, EffectStatus, Retry

PENDING: sa.ColumnElement[str] = sa.literal_column("'PENDING'")
RUNNING: sa.ColumnElement[str] = sa.literal_column("'RUNNING'")
IS_OPEN = sa.text(OPEN_EFFECT)


def _claim(dialect: Dialect) -> sa.Executable:
    """The oldest due ones; others' locked rows are passed over, so claimers never wait for each other."""
    due = dialect.locking(
        sa.select(effects.c.key)
        .where(IS_OPEN, effects.c.run_at <= sa.bindparam("now"))
        .order_by(effects.c.run_at, effects.c.key)
        .limit(sa.bindparam("limit", type_=sa.BigInteger)),
        effects,
        skip=True,
    ).cte("due")
    return (
        sa.update(effects)
        .where(effects.c.key.in_(sa.select(due.c.key)))
        .values(
            status=RUNNING,
            owner=sa.bindparam("new_owner"),
            attempt=effects.c.attempt + sa.literal_column("1"),
            run_at=sa.bindparam("lease_end"),
        )
        .returning(*effects.c)
    )


def _held() -> sa.ColumnElement[bool]:
    """The row is still what the claimer was given: nobody else claimed it since."""
    return sa.and_(
        effects.c.key == sa.bindparam("held_key"),
        effects.c.owner == sa.bindparam("held_owner"),
        effects.c.attempt == sa.bindparam("held_attempt"),
        effects.c.status == RUNNING,
    )


CLAIM = Statement(_claim)
FINISH = Statement(
    lambda dialect: (
        sa.update(effects)
        .where(_held())
        .values({name: sa.bindparam(name) for name in ("status", "failure", "finished_at")})
    )
)
POSTPONE = Statement(
    lambda dialect: (
        sa.update(effects)
        .where(_held())
        .values(status=PENDING, owner=None, run_at=sa.bindparam("run_at"), failure=sa.bindparam("failure"))
    )
)
CANCEL = Statement(
    lambda dialect: (
        sa.update(effects)
        .where(
            effects.c.order_id == sa.bindparam("of_order"),
            effects.c.entry == sa.bindparam("of_entry"),
            effects.c.status == PENDING,
            effects.c.attempt == sa.literal_column("0"),  # what was tried once must be tried to its end
        )
        .values(status=sa.literal_column("'CANCELED'"), finished_at=sa.bindparam("finished_at"))
    )
)
OF_ORDER = Statement(
    lambda dialect: (
        sa.select(*effects.c)
        .where(effects.c.order_id == sa.bindparam("order_id"))
        .order_by(effects.c.created_at, effects.c.key)
    )
)
NEXT_DUE = Statement(lambda dialect: sa.select(sa.func.min(effects.c.run_at).label("at")).where(IS_OPEN))


def effect_row(effect: Effect) -> dict[str, Any]:
    return {
        "key": effect.key,
        "action": effect.action,
        "order_id": effect.order_id,
        "task": effect.task,
        "entry": effect.entry,
        "payload": encode(effect.payload),
        "attempts": effect.retry.attempts,
        "backoff": float(effect.retry.backoff),
        "ceiling": float(effect.retry.ceiling),
        "timeout": float(effect.timeout),
        "status": effect.status.value,
        "attempt": effect.attempt,
        "owner": effect.owner,
        "failure": effect.failure,
        "run_at": micros(effect.run_at),
        "created_at": micros(effect.created_at),
        "finished_at": micros_or_none(effect.finished_at),
    }


def row_effect(row: Row) -> Effect:
    return Effect(
        key=row["key"],
        action=row["action"],
        run_at=moment(row["run_at"]),
        created_at=moment(row["created_at"]),
        order_id=row["order_id"],
        task=row["task"],
        entry=row["entry"],
        payload=decode_payload(row["payload"]),
        retry=Retry(row["attempts"], row["backoff"], row["ceiling"]),
        timeout=row["timeout"],
        status=EffectStatus(row["status"]),
        attempt=row["attempt"],
        owner=row["owner"],
        failure=row["failure"],
        finished_at=moment_or_none(row["finished_at"]),
    )


class EffectReads(Rows):
    async def effects_of(self, order_id: str) -> list[Effect]:
        return [row_effect(row) for row in await self._connection.fetch(OF_ORDER, order_id=order_id)]

    async def next_due(self) -> datetime | None:
        rows = await self._connection.fetch(NEXT_DUE)
        return moment_or_none(rows[0]["at"])


class EffectWrites(Rows):
    """`effects_due` turns true once this transaction made something due that nobody has claimed."""

    effects_due: bool

    async def owe(self, effects_: Sequence[Effect]) -> None:
        if effects_:
            await self._connection.write(None, {}, [NewRows(effects, [effect_row(one) for one in effects_], True)])
            self._note_due(effects_)

    async def claim_effects(self, owner: str, now: datetime, lease: timedelta, limit: int) -> list[Effect]:
        """Up to `limit` due effects, the oldest; each is `owner`'s until `lease` has passed."""
        rows = await self._connection.fetch(
            CLAIM, new_owner=owner, now=micros(now), lease_end=micros(now + lease), limit=limit
        )
        return sorted(map(row_effect, rows), key=lambda effect: (effect.created_at, effect.key))

    async def finish_effect(self, effect: Effect, status: EffectStatus, failure: str | None, at: datetime) -> bool:
        values = {"status": status.value, "failure": failure, "finished_at": micros(at)}
        return await self._connection.execute(FINISH, **values, **_claim_of(effect)) == 1

    async def postpone_effect(self, effect: Effect, run_at: datetime, failure: str | None) -> bool:
        values = {"run_at": micros(run_at), "failure": failure}
        done = await self._connection.execute(POSTPONE, **values, **_claim_of(effect)) == 1
        self.effects_due |= done and run_at <= self._clock.now()
        return done

    async def cancel_effects(self, order_id: str, entry: int, at: datetime) -> None:
        await self._connection.execute(CANCEL, of_order=order_id, of_entry=entry, finished_at=micros(at))

    def _note_due(self, new: Sequence[Effect]) -> None:
        if not self.effects_due and new:
            now = self._clock.now()
            self.effects_due = any(one.status is EffectStatus.PENDING and one.run_at <= now for one in new)


def _claim_of(effect: Effect) -> dict[str, Any]:
    return {"held_key": effect.key, "held_owner": effect.owner, "held_attempt": effect.attempt}
