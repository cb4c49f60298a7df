"""Orders, their journal, and who may look."""

import sqlalchemy as sa

from domain.adapters.sql.tables.columns import bytes_column, flag_column, int_column, metadata, text_column

orders = sa.Table(
    "orders",
    metadata,
    text_column("id", key=True),
    text_column("number"),
    int_column("version"),
    int_column("format"),
    bytes_column("doc"),
    bytes_column("head"),  # hash of the last event
    text_column("personal_id", null=True),
    text_column("status"),
    text_column("payment_status"),
    text_column("fulfillment_status"),
    text_column("return_status"),
    text_column("state"),
    text_column("workflow"),
    int_column("workflow_version"),
    text_column("channel"),
    text_column("customer_id", null=True),
    int_column("placed_at"),
    int_column("updated_at"),
    int_column("entered_at"),
    int_column("expected_at", null=True),
    flag_column("delayed"),
    text_column("currency"),
    int_column("total"),
    int_column("item_count"),
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
    text_column("order_id", key=True),
    int_column("sequence", key=True),
    text_column("type"),
    int_column("format"),
    text_column("actor_kind"),
    text_column("actor_name", null=True),
    int_column("occurred_at"),
    int_column("recorded_at"),
    flag_column("public"),
    bytes_column("data"),
    bytes_column("hash"),
    bytes_column("seals"),  # a short digest of each column, so that a changed one can be named
)

personal = sa.Table(
    "personal",
    metadata,
    text_column("id", key=True),
    text_column("order_id"),
    bytes_column("salt"),
    bytes_column("body"),
    bytes_column("seals"),
    sa.Index(None, "order_id"),
)

order_references = sa.Table(
    "order_references",
    metadata,
    text_column("value", key=True),  # first, so that a word can be looked for whatever its kind
    text_column("kind", key=True),
    text_column("order_id", key=True),
)

links = sa.Table(
    "links",
    metadata,
    text_column("id", key=True),
    sa.Column("order_id", sa.Text, sa.ForeignKey("orders.id"), nullable=False),
    bytes_column("token_hash"),
    text_column("scopes"),
    int_column("created_at"),
    int_column("expires_at"),
    text_column("name", null=True),
    int_column("revoked_at", null=True),
    sa.Index(None, "order_id"),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    text_column("viewer", key=True),
    text_column("operation", key=True),
    text_column("key", key=True),
    bytes_column("digest"),
    text_column("subject", null=True),
    bytes_column("answer", null=True),
    int_column("created_at"),
    sa.Index(None, "subject"),
)
