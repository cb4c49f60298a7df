"""Products, customers, and the documents that say how the shop works."""

import sqlalchemy as sa

from domain.adapters.sql.tables.columns import bytes_column, int_column, metadata, text_column

products = sa.Table(
    "products",
    metadata,
    text_column("sku", key=True),
    text_column("title"),
    text_column("category", null=True),
    text_column("group_name", null=True),
    text_column("words"),  # what a query looks through, case folded
    bytes_column("doc"),  # all of it, prices too
    sa.Index(None, "title", "sku"),
    sa.Index(None, "group_name"),
)

customers = sa.Table(
    "customers",
    metadata,
    text_column("id", key=True),
    text_column("email"),
    bytes_column("doc"),
    sa.UniqueConstraint("email"),
)

shop_versions = sa.Table(
    "shop_versions",
    metadata,
    int_column("version", key=True),
    bytes_column("document"),
    text_column("by"),
    int_column("at"),
)

workflow_versions = sa.Table(
    "workflow_versions",
    metadata,
    text_column("name", key=True),
    int_column("version", key=True),
    bytes_column("definition"),
    int_column("at"),
)
