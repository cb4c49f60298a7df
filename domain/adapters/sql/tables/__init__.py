"""Every table. Instants are BIGINT microseconds since the epoch: the same in both databases, sortable, no time zones.

An order is one row: its snapshot as a document, and beside it, as columns, whatever a list shows, filters or sorts.
Nothing may index inside the document: a single such index makes every save rewrite all index entries of the row.
What `save` writes together with its order carries no foreign key; `replay` checks it, and checks more.
"""

from domain.adapters.sql.tables.catalog import customers, products, shop_versions, workflow_versions
from domain.adapters.sql.tables.columns import metadata
from domain.adapters.sql.tables.orders import idempotency_keys, journal, links, order_references, orders, personal
from domain.adapters.sql.tables.owed import OPEN_EFFECT, effects, inbox
from domain.adapters.sql.tables.signing_in import refresh_tokens, sessions, sign_in_links
from domain.adapters.sql.tables.stock import reservations, stock, stock_movements
from domain.adapters.sql.tables.telling import deliveries, inbox_ends, notifications

__all__ = [
    "OPEN_EFFECT",
    "customers",
    "deliveries",
    "effects",
    "idempotency_keys",
    "inbox",
    "inbox_ends",
    "journal",
    "links",
    "metadata",
    "notifications",
    "order_references",
    "orders",
    "personal",
    "products",
    "refresh_tokens",
    "reservations",
    "sessions",
    "shop_versions",
    "sign_in_links",
    "stock",
    "stock_movements",
    "workflow_versions",
]
