"""What the shop sells."""

import strawberry

from domain.model.commands import ProductEntry
from domain.model.products import Product as Model
from domain.ports import Page, Reader
from domain.services import products as service
from resolvers.context import Info
from resolvers.given import given
from resolvers.paging import Places, page_info, page_size
from resolvers.refusals import refusals_in
from resolvers.unwrap import attributes
from schema.products import Product, ProductConnection, ProductInput, ProductsPayload, UpsertProductsInput


async def product(info: Info, sku: str) -> Product | None:
    found = await info.context.product(sku)
    return Product(model=found, viewing=info.context.viewing) if found is not None else None


async def products(
    info: Info,
    first: int | None = strawberry.UNSET,
    after: str | None = strawberry.UNSET,
    query: str | None = strawberry.UNSET,
    category: str | None = strawberry.UNSET,
) -> ProductConnection | None:
    context, size = info.context, page_size(first)
    places = Places(context.cursors, "products", context.cursor_viewer)
    position = places.position(after)

    async def read(reader: Reader) -> Page[Model]:
        return await reader.product_page(given(query), given(category), position, size)

    page = await context.ports.store.read(read)
    edges = places.edges(page, [Product(model=one, viewing=context.viewing) for one in page.items])
    info_of_page = page_info(edges, further=page.more, earlier=position is not None)
    return ProductConnection(edges=edges, page_info=info_of_page)


@refusals_in(ProductsPayload)
async def upsert_products(info: Info, input: UpsertProductsInput) -> ProductsPayload:
    context = info.context
    context.require("upsertProducts")
    entries = tuple(_entry(one) for one in input.products)
    stored = await service.upsert_products(entries, context.actor, context.ports)
    return ProductsPayload(products=[Product(model=one, viewing=context.viewing) for one in stored])


def _entry(entry: ProductInput) -> ProductEntry:
    return ProductEntry(
        sku=entry.sku,
        title=entry.title,
        price=entry.price,
        currency=entry.currency,
        group=given(entry.group),
        options=attributes(entry.options),
        category=given(entry.category),
        description=given(entry.description),
        image_url=given(entry.image_url),
        weight_grams=given(entry.weight_grams),
        returnable=given(entry.returnable),
    )
