"""What people were told."""

import sqlalchemy as sa

from domain.adapters.sql.tables.columns import flag_column, int_column, metadata, text_column

notifications = sa.Table(
    "notifications",
    metadata,
    text_column("order_id", key=True),
    int_column("sequence", key=True),
    text_column("customer_id", null=True),
    text_column("kind"),
    text_column("title"),
    text_column("body"),
    flag_column("in_inbox"),
    int_column("order_position"),
    int_column("customer_position", null=True),
    int_column("created_at"),
    int_column("read_at", null=True),
    sa.UniqueConstraint("order_id", "order_position"),
    sa.UniqueConstraint("customer_id", "customer_position"),
)

inbox_ends = sa.Table(
    "inbox_ends",  # the last position of each inbox: its row is held until the message is committed, so none is skipped
    metadata,
    text_column("inbox", key=True),
    int_column("position"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    text_column("id", key=True),
    text_column("order_id"),
    int_column("sequence"),
    text_column("channel"),
    text_column("recipient"),
    text_column("template"),
    text_column("status"),
    int_column("attempts"),
    int_column("repeats"),
    text_column("provider_id", null=True),
    text_column("reason", null=True),
    int_column("created_at"),
    int_column("attempted_at", null=True),
    int_column("sent_at", null=True),
    sa.UniqueConstraint("order_id", "sequence", "channel", "recipient", "template"),
)
