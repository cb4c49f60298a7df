"""Units on shelves, and where the shelves are."""

import strawberry

from domain.model.commands import AdjustStock
from domain.model.shop import LocationKind
from domain.model.stock import StockLevel as Level
from domain.ports import Page, Reader
from domain.ports import StockFilter as Where
from domain.services import stock as service
from resolvers.context import Info
from resolvers.given import given, listed
from resolvers.paging import Places, page_info, page_size
from resolvers.refusals import refusals_in
from schema.locations import Location
from schema.stock import AdjustStockInput, StockFilter, StockLevel, StockLevelConnection, StockPayload


async def locations(
    info: Info,
    kind: list[LocationKind] | None = strawberry.UNSET,
    query: str | None = strawberry.UNSET,
) -> list[Location] | None:
    context, kinds, words = info.context, listed(kind), (given(query) or "").casefold().split()
    context.require("viewStock")
    return [
        Location(model=one, viewing=context.viewing)
        for one in context.viewing.shop.locations
        if (not kinds or one.kind in kinds) and all(word in f"{one.handle} {one.name}".casefold() for word in words)
    ]


async def stock_levels(
    info: Info,
    first: int | None = strawberry.UNSET,
    after: str | None = strawberry.UNSET,
    filter: StockFilter | None = strawberry.UNSET,
) -> StockLevelConnection | None:
    context, asked = info.context, given(filter)
    context.require("viewStock")
    size = page_size(first)
    places = Places(context.cursors, "stockLevels", context.cursor_viewer)
    position = places.position(after)
    place = given(asked.location_id) if asked is not None else None
    handle = context.named("Location", place) if place is not None else None
    # No reorder point is set anywhere, so nothing is below one.
    nothing = (place is not None and handle is None) or (asked is not None and given(asked.below_reorder_point))
    where = Where(skus=listed(asked.sku) if asked is not None else (), location_id=handle)

    async def read(reader: Reader) -> Page[Level]:
        return await reader.stock_page(where, position, size)

    page: Page[Level] = Page((), (), False) if nothing else await context.ports.store.read(read)
    edges = places.edges(page, [StockLevel(model=one, viewing=context.viewing) for one in page.items])
    info_of_page = page_info(edges, further=page.more, earlier=position is not None)
    return StockLevelConnection(edges=edges, page_info=info_of_page)


@refusals_in(StockPayload)
async def adjust_stock(info: Info, input: AdjustStockInput) -> StockPayload:
    context = info.context
    context.require("adjustStock")
    command = AdjustStock(
        key=input.idempotency_key,
        sku=input.sku,
        location_id=context.must_name("Location", input.location_id, "locationId"),
        delta=input.delta,
        reason=input.reason,
    )
    level = await service.adjust_stock(command, context.actor, context.ports)
    return StockPayload(level=StockLevel(model=level, viewing=context.viewing))
