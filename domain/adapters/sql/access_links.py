"""Links that open one order to whoever holds their token."""

from datetime import datetime

import sqlalchemy as sa

from domain.adapters.sql.codec import micros, micros_or_none, moment, moment_or_none
from domain.adapters.sql.orders import Rows
from domain.adapters.sql.statements import Statement
from domain.adapters.sql.tables import links
from domain.model.actors import AccessScope
from domain.model.links import Link

FIND = Statement(lambda dialect: sa.select(*links.c).where(links.c.id == sa.bindparam("link_id")))
ADD = Statement(
    lambda dialect: dialect.insert(links).values({column.name: sa.bindparam(column.name) for column in links.columns})
)
REVOKE = Statement(
    lambda dialect: (
        sa.update(links)
        .where(links.c.id == sa.bindparam("link_id"), links.c.revoked_at.is_(None))
        .values(revoked_at=sa.bindparam("revoked_at"))
    )
)


class LinkReads(Rows):
    async def link(self, link_id: str) -> Link | None:
        rows = await self._connection.fetch(FIND, link_id=link_id)
        if not rows:
            return None
        row = rows[0]
        return Link(
            id=row["id"],
            order_id=row["order_id"],
            token_hash=row["token_hash"],
            scopes=frozenset(map(AccessScope, row["scopes"].split())),
            created_at=moment(row["created_at"]),
            expires_at=moment(row["expires_at"]),
            name=row["name"],
            revoked_at=moment_or_none(row["revoked_at"]),
        )


class LinkWrites(LinkReads):
    async def add_link(self, link: Link) -> None:
        await self._connection.execute(
            ADD,
            id=link.id,
            order_id=link.order_id,
            token_hash=link.token_hash,
            scopes=" ".join(sorted(link.scopes)),
            created_at=micros(link.created_at),
            expires_at=micros(link.expires_at),
            name=link.name,
            revoked_at=micros_or_none(link.revoked_at),
        )

    async def revoke_link(self, link_id: str, at: datetime) -> None:
        """The first revocation counts."""
        await self._connection.execute(REVOKE, link_id=link_id, revoked_at=micros(at))
