"""What is to be done, and what partners have told."""

import sqlalchemy as sa

from domain.adapters.sql.tables.columns import bytes_column, float_column, int_column, metadata, text_column

OPEN_EFFECT = "status IN ('PENDING', 'RUNNING')"
"""Spelled the same in the partial index and in the statements that are to use it."""

effects = sa.Table(
    "effects",
    metadata,
    text_column("key", key=True),
    text_column("action"),
    text_column("order_id", null=True),
    text_column("task", null=True),
    int_column("entry", null=True),
    bytes_column("payload"),
    int_column("attempts"),
    float_column("backoff"),
    float_column("ceiling"),
    float_column("timeout"),
    text_column("status"),
    int_column("attempt"),
    text_column("owner", null=True),
    text_column("failure", null=True),
    int_column("run_at"),  # first try, retry, timer, or the end of a lease
    int_column("created_at"),
    int_column("finished_at", null=True),
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
    text_column("provider", key=True),
    text_column("event_id", key=True),
    bytes_column("body"),
    text_column("status"),
    text_column("parked_under", null=True),
    int_column("received_at"),
)
sa.Index(
    "ix_inbox_parked_under",
    inbox.c.parked_under,
    sqlite_where=sa.text("parked_under IS NOT NULL"),
    postgresql_where=sa.text("parked_under IS NOT NULL"),
)
