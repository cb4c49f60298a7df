"""What is on the shelves."""

import sqlalchemy as sa

from domain.adapters.sql.tables.columns import int_column, metadata, text_column

stock = sa.Table(
    "stock",
    metadata,
    text_column("sku", key=True),
    text_column("location_id", key=True),
    int_column("on_hand"),
    int_column("reserved"),
    sa.CheckConstraint("0 <= reserved AND reserved <= on_hand", name="reserved_within_on_hand"),
    postgresql_with={"fillfactor": "50"},  # few rows, changed all the time
)

reservations = sa.Table(
    "reservations",
    metadata,
    text_column("order_id", key=True),
    text_column("line_id", key=True),
    text_column("sku", key=True),
    text_column("location_id", key=True),
    int_column("quantity"),
    int_column("expires_at", null=True),
    sa.CheckConstraint("quantity > 0", name="quantity_positive"),
    sa.ForeignKeyConstraint(["sku", "location_id"], ["stock.sku", "stock.location_id"]),
    sa.Index(None, "sku", "location_id"),
)

stock_movements = sa.Table(
    "stock_movements",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True),
    text_column("sku"),
    text_column("location_id"),
    int_column("delta"),
    text_column("reason"),
    text_column("by", null=True),
    text_column("order_id", null=True),
    int_column("at"),
    sa.ForeignKeyConstraint(["sku", "location_id"], ["stock.sku", "stock.location_id"]),
    sa.Index(None, "sku", "location_id"),
)
