"""Who has signed in."""

import sqlalchemy as sa

from domain.adapters.sql.tables.columns import bytes_column, int_column, metadata, text_column

sign_in_links = sa.Table(
    "sign_in_links",
    metadata,
    text_column("id", key=True),
    text_column("email"),
    bytes_column("token_hash"),
    int_column("created_at"),
    int_column("expires_at"),
    int_column("used_at", null=True),
    sa.Index(None, "expires_at"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    text_column("id", key=True),
    text_column("kind"),
    text_column("subject"),
    int_column("started_at"),
    int_column("expires_at"),
    int_column("ended_at", null=True),
    sa.Index(None, "expires_at"),
)

refresh_tokens = sa.Table(
    "refresh_tokens",
    metadata,
    text_column("id", key=True),
    text_column("session_id"),
    bytes_column("token_hash"),
    int_column("created_at"),
    int_column("expires_at"),
    int_column("used_at", null=True),
    sa.Index(None, "expires_at"),
)
