"""A unit of work on either database: the parts put together."""

from domain.adapters.sql.access_links import LinkReads, LinkWrites
from domain.adapters.sql.catalog import CatalogReads, CatalogWrites
from domain.adapters.sql.effects import EffectReads
from domain.adapters.sql.inbox import InboxReads, InboxWrites
from domain.adapters.sql.keys import KeyReads, KeyWrites
from domain.adapters.sql.lists import ListReads
from domain.adapters.sql.notifications import NotificationReads, NotificationWrites
from domain.adapters.sql.orders import OrderReads
from domain.adapters.sql.saving import OrderWrites
from domain.adapters.sql.sessions import SessionReads, SessionWrites
from domain.adapters.sql.statements import Connection
from domain.adapters.sql.stock import StockReads, StockWrites
from domain.ports import Clock


class SqlReader(
    OrderReads,
    ListReads,
    LinkReads,
    SessionReads,
    CatalogReads,
    StockReads,
    EffectReads,
    KeyReads,
    InboxReads,
    NotificationReads,
):
    """Reads, each of its calls one statement."""


class SqlUnitOfWork(
    OrderWrites,
    LinkWrites,
    SessionWrites,
    CatalogWrites,
    StockWrites,
    KeyWrites,
    InboxWrites,
    NotificationWrites,
    SqlReader,
):
    """One transaction's reads and writes. `effects_due`: something unclaimed can be carried out once it commits."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        super().__init__(connection, clock)
        self._heads = {}
        self.effects_due = False
