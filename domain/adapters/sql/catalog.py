"""Products and customers, each one document beside the columns that it is found by; versions of shop and workflows."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.adapters.sql.codec import decode_customer, decode_product, encode, micros
from domain.adapters.sql.orders import Rows
from domain.adapters.sql.statements import Dialect, Statement
from domain.adapters.sql.tables import customers, products, shop_versions, workflow_versions
from domain.model.products import Customer, Product


def _put(table: sa.Table, dialect: Dialect) -> sa.Executable:
    insert = dialect.insert(table).values({column.name: sa.bindparam(column.name) for column in table.columns})
    return insert.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key},
    )


def _next(table: sa.Table, *same: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    latest = sa.func.coalesce(sa.func.max(table.c.version), sa.literal_column("0"))
    return sa.select(latest + sa.literal_column("1")).where(*same).scalar_subquery()


def _add_shop(dialect: Dialect) -> sa.Executable:
    values: dict[str, Any] = {name: sa.bindparam(name) for name in ("document", "by", "at")}
    return (
        dialect.insert(shop_versions).values(version=_next(shop_versions), **values).returning(shop_versions.c.version)
    )


def _add_workflow(dialect: Dialect) -> sa.Executable:
    versions = workflow_versions
    values: dict[str, Any] = {name: sa.bindparam(name) for name in ("name", "definition", "at")}
    version = _next(versions, versions.c.name == sa.bindparam("name"))
    return dialect.insert(versions).values(version=version, **values).returning(versions.c.version)


PRODUCTS = Statement(lambda dialect: sa.select(products.c.doc).where(dialect.among(products.c.sku, "skus")))
PRODUCT = Statement(lambda dialect: sa.select(products.c.doc).where(products.c.sku == sa.bindparam("sku")))
PRODUCT_GROUP = Statement(
    lambda dialect: (
        sa.select(products.c.doc).where(products.c.group_name == sa.bindparam("group")).order_by(products.c.sku)
    )
)
PUT_PRODUCT = Statement(lambda dialect: _put(products, dialect))
CUSTOMER = Statement(lambda dialect: sa.select(customers.c.doc).where(customers.c.id == sa.bindparam("customer_id")))
CUSTOMER_BY_EMAIL = Statement(
    lambda dialect: sa.select(customers.c.doc).where(customers.c.email == sa.bindparam("email"))
)
PUT_CUSTOMER = Statement(lambda dialect: _put(customers, dialect))
ADD_CUSTOMER = Statement(
    lambda dialect: (
        dialect.insert(customers)
        .values({column.name: sa.bindparam(column.name) for column in customers.columns})
        .on_conflict_do_nothing()
    )
)
SHOP = Statement(
    lambda dialect: (
        sa.select(shop_versions.c.version, shop_versions.c.document).order_by(shop_versions.c.version.desc()).limit(1)
    )
)
ADD_SHOP = Statement(_add_shop)
WORKFLOWS = Statement(
    lambda dialect: sa.select(*workflow_versions.c).order_by(workflow_versions.c.name, workflow_versions.c.version)
)
ADD_WORKFLOW = Statement(_add_workflow)


class CatalogReads(Rows):
    async def product(self, sku: str) -> Product | None:
        rows = await self._connection.fetch(PRODUCT, sku=sku)
        return decode_product(rows[0]["doc"]) if rows else None

    async def products(self, skus: Collection[str]) -> dict[str, Product]:
        """Those that exist, by SKU."""
        if not skus:
            return {}
        rows = await self._connection.fetch(PRODUCTS, skus=self._connection.dialect.many(skus))
        return {product.sku: product for product in (decode_product(row["doc"]) for row in rows)}

    async def product_group(self, group: str) -> list[Product]:
        rows = await self._connection.fetch(PRODUCT_GROUP, group=group)
        return [decode_product(row["doc"]) for row in rows]

    async def customer(self, customer_id: str) -> Customer | None:
        rows = await self._connection.fetch(CUSTOMER, customer_id=customer_id)
        return decode_customer(rows[0]["doc"]) if rows else None

    async def customer_by_email(self, email: str) -> Customer | None:
        rows = await self._connection.fetch(CUSTOMER_BY_EMAIL, email=email.casefold())
        return decode_customer(rows[0]["doc"]) if rows else None

    async def shop_version(self) -> tuple[int, bytes] | None:
        """The newest."""
        rows = await self._connection.fetch(SHOP)
        return (rows[0]["version"], rows[0]["document"]) if rows else None

    async def workflow_versions(self) -> list[tuple[str, int, bytes]]:
        rows = await self._connection.fetch(WORKFLOWS)
        return [(row["name"], row["version"], row["definition"]) for row in rows]


class CatalogWrites(CatalogReads):
    async def put_product(self, product: Product) -> None:
        words = "\n".join(word for word in (product.sku, product.title, product.category, product.group) if word)
        await self._connection.execute(
            PUT_PRODUCT,
            sku=product.sku,
            title=product.title,
            category=product.category,
            group_name=product.group,
            words=words.casefold(),
            doc=encode(product),
        )

    async def put_customer(self, customer: Customer) -> None:
        await self._connection.execute(
            PUT_CUSTOMER, id=customer.id, email=customer.email.casefold(), doc=encode(customer)
        )

    async def add_customer(self, customer: Customer) -> Customer:
        values = {"id": customer.id, "email": customer.email.casefold(), "doc": encode(customer)}
        if await self._connection.execute(ADD_CUSTOMER, **values):
            return customer
        return await self.customer_by_email(customer.email) or customer

    async def add_shop_version(self, document: bytes, by: str, at: datetime) -> int:
        rows = await self._connection.fetch(ADD_SHOP, document=document, by=by, at=micros(at))
        return int(rows[0]["version"])

    async def add_workflow_version(self, name: str, definition: bytes, at: datetime) -> int:
        rows = await self._connection.fetch(ADD_WORKFLOW, name=name, definition=definition, at=micros(at))
        return int(rows[0]["version"])
