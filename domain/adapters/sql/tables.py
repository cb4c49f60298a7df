"""Every table. Instants are BIGINT microseconds since the epoch: the same in both databases, sortable, no time zones.

An order is one row: its snapshot as a document, and beside it, as columns, whatever a list shows, filters or sorts.
Nothing may index inside the document: a single such index makes every save rewrite all index entries of the row.
What `save` writes together with its order carries no foreign key; `replay` checks it, and checks more.
"""

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

OPEN_EFFECT = "status IN ('PENDING', 'RUNNING')"
"""Spelled the same in the partial index and in the statements that are to use it."""


def _text(name: str, *, null: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null, primary_key=key)


def _int(name: str, *, null: bool = False, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=null, primary_key=key, autoincrement=False)


def _bytes(name: str, *, null: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=null)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(create_constraint=False), nullable=False)


def _float(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False)


orders = sa.Table(
    "orders",
    metadata,
    _text("id", key=True),
    _text("number"),
    _int("version"),
    _int("format"),
    _bytes("doc"),
    _bytes("head"),  # hash of the last event
    _text("personal_id", null=True),
    _text("status"),
    _text("payment_status"),
    _text("fulfillment_status"),
    _text("return_status"),
    _text("state"),
    _text("workflow"),
    _int("workflow_version"),
    _text("channel"),
    _text("customer_id", null=True),
    _int("placed_at"),
    _int("updated_at"),
    _int("entered_at"),
    _int("expected_at", null=True),
    _flag("delayed"),
    _text("currency"),
    _int("total"),
    _int("item_count"),
    sa.UniqueConstraint("number"),
    sa.Index(None, "placed_at", "id"),
    sa.Index(None, "updated_at", "id"),
    sa.Index(None, "entered_at", "id"),
    sa.Index(None, "customer_id", "placed_at", "id"),
    # Room on the page for the next versions of a row; dead documents lie in the TOAST table, which only vacuum frees.
    postgresql_with={"fillfactor": "85", "toast.autovacuum_vacuum_scale_factor": "0.03"},
)

journal = sa.Table(
    "journal",
    metadata,
    _text("order_id", key=True),
    _int("sequence", key=True),
    _text("type"),
    _int("format"),
    _text("actor_kind"),
    _text("actor_name", null=True),
    _int("occurred_at"),
    _int("recorded_at"),
    _flag("public"),
    _bytes("data"),
    _bytes("hash"),
    _bytes("seals"),  # a short digest of each column, so that a changed one can be named
)

personal = sa.Table(
    "personal",
    metadata,
    _text("id", key=True),
    _text("order_id"),
    _bytes("salt"),
    _bytes("body"),
    _bytes("seals"),
    sa.Index(None, "order_id"),
)

order_references = sa.Table(
    "order_references",
    metadata,
    _text("value", key=True),  # first, so that a word can be looked for whatever its kind
    _text("kind", key=True),
    _text("order_id", key=True),
)

links = sa.Table(
    "links",
    metadata,
    _text("id", key=True),
    sa.Column("order_id", sa.Text, sa.ForeignKey("orders.id"), nullable=False),
    _bytes("token_hash"),
    _text("scopes"),
    _int("created_at"),
    _int("expires_at"),
    _text("name", null=True),
    _int("revoked_at", null=True),
    sa.Index(None, "order_id"),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    _text("viewer", key=True),
    _text("operation", key=True),
    _text("key", key=True),
    _bytes("digest"),
    _text("subject", null=True),
    _bytes("answer", null=True),
    _int("created_at"),
    sa.Index(None, "subject"),
)

stock = sa.Table(
    "stock",
    metadata,
    _text("sku", key=True),
    _text("location_id", key=True),
    _int("on_hand"),
    _int("reserved"),
    sa.CheckConstraint("0 <= reserved AND reserved <= on_hand", name="reserved_within_on_hand"),
    postgresql_with={"fillfactor": "50"},  # few rows, changed all the time
)

reservations = sa.Table(
    "reservations",
    metadata,
    _text("order_id", key=True),
    _text("line_id", key=True),
    _text("sku", key=True),
    _text("location_id", key=True),
    _int("quantity"),
    _int("expires_at", null=True),
    sa.CheckConstraint("quantity > 0", name="quantity_positive"),
    sa.ForeignKeyConstraint(["sku", "location_id"], ["stock.sku", "stock.location_id"]),
    sa.Index(None, "sku", "location_id"),
)

stock_movements = sa.Table(
    "stock_movements",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True),
    _text("sku"),
    _text("location_id"),
    _int("delta"),
    _text("reason"),
    _text("by", null=True),
    _text("order_id", null=True),
    _int("at"),
    sa.ForeignKeyConstraint(["sku", "location_id"], ["stock.sku", "stock.location_id"]),
    sa.Index(None, "sku", "location_id"),
)

effects = sa.Table(
    "effects",
    metadata,
    _text("key", key=True),
    _text("action"),
    _text("order_id", null=True),
    _text("task", null=True),
    _int("entry", null=True),
    _bytes("payload"),
    _int("attempts"),
    _float("backoff"),
    _float("ceiling"),
    _float("timeout"),
    _text("status"),
    _int("attempt"),
    _text("owner", null=True),
    _text("failure", null=True),
    _int("run_at"),  # first try, retry, timer, or the end of a lease
    _int("created_at"),
    _int("finished_at", null=True),
    sa.Index(None, "order_id"),
)
sa.Index(
    "ix_effects_due",
    effects.c.run_at,
    effects.c.key,
    sqlite_where=sa.text(OPEN_EFFECT),
    postgresql_where=sa.text(OPEN_EFFECT),
)

inbox = sa.Table(
    "inbox",
    metadata,
    _text("provider", key=True),
    _text("event_id", key=True),
    _bytes("body"),
    _text("status"),
    _text("parked_under", null=True),
    _int("received_at"),
)
sa.Index(
    "ix_inbox_parked_under",
    inbox.c.parked_under,
    sqlite_where=sa.text("parked_under IS NOT NULL"),
    postgresql_where=sa.text("parked_under IS NOT NULL"),
)

notifications = sa.Table(
    "notifications",
    metadata,
    _text("order_id", key=True),
    _int("sequence", key=True),
    _text("customer_id", null=True),
    _text("kind"),
    _text("title"),
    _text("body"),
    _flag("in_inbox"),
    _int("order_position"),
    _int("customer_position", null=True),
    _int("created_at"),
    _int("read_at", null=True),
    sa.UniqueConstraint("order_id", "order_position"),
    sa.UniqueConstraint("customer_id", "customer_position"),
)

inbox_ends = sa.Table(
    "inbox_ends",  # the last position of each inbox: its row is held until the message is committed, so none is skipped
    metadata,
    _text("inbox", key=True),
    _int("position"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    _text("id", key=True),
    _text("order_id"),
    _int("sequence"),
    _text("channel"),
    _text("recipient"),
    _text("template"),
    _text("status"),
    _int("attempts"),
    _int("repeats"),
    _text("provider_id", null=True),
    _text("reason", null=True),
    _int("created_at"),
    _int("attempted_at", null=True),
    _int("sent_at", null=True),
    sa.UniqueConstraint("order_id", "sequence", "channel", "recipient", "template"),
)

products = sa.Table(
    "products",
    metadata,
    _text("sku", key=True),
    _text("title"),
    _text("category", null=True),
    _text("group_name", null=True),
    _text("words"),  # what a query looks through, case folded
    _bytes("doc"),  # all of it, prices too
    sa.Index(None, "title", "sku"),
    sa.Index(None, "group_name"),
)

customers = sa.Table(
    "customers",
    metadata,
    _text("id", key=True),
    _text("email"),
    _bytes("doc"),
    sa.UniqueConstraint("email"),
)

shop_versions = sa.Table(
    "shop_versions",
    metadata,
    _int("version", key=True),
    _bytes("document"),
    _text("by"),
    _int("at"),
)

workflow_versions = sa.Table(
    "workflow_versions",
    metadata,
    _text("name", key=True),
    _int("version", key=True),
    _bytes("definition"),
    _int("at"),
)

sign_in_links = sa.Table(
    "sign_in_links",
    metadata,
    _text("id", key=True),
    _text("email"),
    _bytes("token_hash"),
    _int("created_at"),
    _int("expires_at"),
    _int("used_at", null=True),
    sa.Index(None, "expires_at"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    _text("id", key=True),
    _text("kind"),
    _text("subject"),
    _int("started_at"),
    _int("expires_at"),
    _int("ended_at", null=True),
    sa.Index(None, "expires_at"),
)

refresh_tokens = sa.Table(
    "refresh_tokens",
    metadata,
    _text("id", key=True),
    _text("session_id"),
    _bytes("token_hash"),
    _int("created_at"),
    _int("expires_at"),
    _int("used_at", null=True),
    sa.Index(None, "expires_at"),
)
