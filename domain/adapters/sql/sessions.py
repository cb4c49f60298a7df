"""Signing in: links that are good once, sessions, and the refresh tokens of a session."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.adapters.sql.codec import micros, micros_or_none, moment, moment_or_none
from domain.adapters.sql.orders import Rows
from domain.adapters.sql.statements import Dialect, Statement
from domain.adapters.sql.tables import order_references, orders, refresh_tokens, sessions, sign_in_links
from domain.model.actors import ActorKind
from domain.model.sessions import RefreshToken, Session, SignInLink


def _find(table: sa.Table) -> Statement:
    return Statement(lambda dialect: sa.select(*table.c).where(table.c.id == sa.bindparam("this_id")))


def _add(table: sa.Table) -> Statement:
    return Statement(
        lambda dialect: dialect.insert(table).values(
            {column.name: sa.bindparam(column.name) for column in table.columns}
        )
    )


def _use(table: sa.Table) -> Statement:
    """On Postgres the second of two waits here for the first to commit, and then finds it used."""
    return Statement(
        lambda dialect: (
            sa.update(table)
            .where(table.c.id == sa.bindparam("this_id"), table.c.used_at.is_(None))
            .values(used_at=sa.bindparam("used_at"))
        )
    )


def _forget(table: sa.Table) -> Statement:
    return Statement(lambda dialect: sa.delete(table).where(table.c.expires_at < sa.bindparam("before")))


def _begin(dialect: Dialect) -> sa.Executable:
    """Two requests may show the first token of another issuer's session at once."""
    values: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in sessions.columns}
    return dialect.insert(sessions).values(values).on_conflict_do_nothing()


def _end(dialect: Dialect) -> sa.Executable:
    insert = dialect.insert(sessions).values({column.name: sa.bindparam(column.name) for column in sessions.columns})
    return insert.on_conflict_do_update(
        index_elements=list(sessions.primary_key),
        set_={"ended_at": insert.excluded.ended_at},
        where=sessions.c.ended_at.is_(None),
    )


def _guest_orders(dialect: Dialect) -> sa.Executable:
    return (
        sa.select(order_references.c.order_id)
        .join(orders, orders.c.id == order_references.c.order_id)
        .where(
            order_references.c.value == sa.bindparam("email_word"),
            order_references.c.kind == sa.literal_column("'email'"),
            order_references.c.order_id > sa.bindparam("after"),
            orders.c.customer_id.is_(None),
        )
        .order_by(order_references.c.order_id)
        .limit(sa.bindparam("limit", type_=sa.BigInteger))
    )


FIND_LINK, ADD_LINK, USE_LINK = _find(sign_in_links), _add(sign_in_links), _use(sign_in_links)
FIND_SESSION, ADD_SESSION, END_SESSION = _find(sessions), Statement(_begin), Statement(_end)
FIND_TOKEN, ADD_TOKEN, USE_TOKEN = _find(refresh_tokens), _add(refresh_tokens), _use(refresh_tokens)
FORGET = [_forget(table) for table in (sign_in_links, refresh_tokens, sessions)]
GUEST_ORDERS = Statement(_guest_orders)


class SessionReads(Rows):
    async def session(self, session_id: str) -> Session | None:
        rows = await self._connection.fetch(FIND_SESSION, this_id=session_id)
        if not rows:
            return None
        row = rows[0]
        return Session(
            id=row["id"],
            kind=ActorKind(row["kind"]),
            subject=row["subject"],
            started_at=moment(row["started_at"]),
            expires_at=moment(row["expires_at"]),
            ended_at=moment_or_none(row["ended_at"]),
        )

    async def sign_in_link(self, link_id: str) -> SignInLink | None:
        rows = await self._connection.fetch(FIND_LINK, this_id=link_id)
        if not rows:
            return None
        row = rows[0]
        return SignInLink(
            id=row["id"],
            email=row["email"],
            token_hash=row["token_hash"],
            created_at=moment(row["created_at"]),
            expires_at=moment(row["expires_at"]),
            used_at=moment_or_none(row["used_at"]),
        )

    async def refresh_token(self, token_id: str) -> RefreshToken | None:
        rows = await self._connection.fetch(FIND_TOKEN, this_id=token_id)
        if not rows:
            return None
        row = rows[0]
        return RefreshToken(
            id=row["id"],
            session_id=row["session_id"],
            token_hash=row["token_hash"],
            created_at=moment(row["created_at"]),
            expires_at=moment(row["expires_at"]),
            used_at=moment_or_none(row["used_at"]),
        )

    async def guest_orders(self, email_word: str, after: str, limit: int) -> list[str]:
        rows = await self._connection.fetch(GUEST_ORDERS, email_word=email_word, after=after, limit=limit)
        return [row["order_id"] for row in rows]


class SessionWrites(SessionReads):
    async def add_sign_in_link(self, link: SignInLink) -> None:
        await self._connection.execute(
            ADD_LINK,
            id=link.id,
            email=link.email,
            token_hash=link.token_hash,
            created_at=micros(link.created_at),
            expires_at=micros(link.expires_at),
            used_at=micros_or_none(link.used_at),
        )

    async def use_sign_in_link(self, link_id: str, at: datetime) -> bool:
        return await self._connection.execute(USE_LINK, this_id=link_id, used_at=micros(at)) == 1

    async def add_session(self, session: Session) -> None:
        await self._write_session(ADD_SESSION, session, session.ended_at)

    async def end_session(self, session: Session, at: datetime) -> None:
        await self._write_session(END_SESSION, session, at)

    async def _write_session(self, statement: Statement, session: Session, ended_at: datetime | None) -> None:
        await self._connection.execute(
            statement,
            id=session.id,
            kind=session.kind.value,
            subject=session.subject,
            started_at=micros(session.started_at),
            expires_at=micros(session.expires_at),
            ended_at=micros_or_none(ended_at),
        )

    async def add_refresh_token(self, token: RefreshToken) -> None:
        await self._connection.execute(
            ADD_TOKEN,
            id=token.id,
            session_id=token.session_id,
            token_hash=token.token_hash,
            created_at=micros(token.created_at),
            expires_at=micros(token.expires_at),
            used_at=micros_or_none(token.used_at),
        )

    async def use_refresh_token(self, token_id: str, at: datetime) -> bool:
        return await self._connection.execute(USE_TOKEN, this_id=token_id, used_at=micros(at)) == 1

    async def forget_sign_ins(self, before: datetime) -> None:
        for statement in FORGET:
            await self._connection.execute(statement, before=micros(before))
