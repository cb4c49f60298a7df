"""Lists of orders: rows alone where rows are enough, else the documents of the page with them in one read."""

from domain.model.orders import Order as Model
from domain.ports import OrderFilter as Where
from domain.ports import OrderRow, Page, Reader, SortOrders
from resolvers.paging import Places, page_info, page_size
from resolvers.request import Request
from schema.orders.lists import COLUMNS, OrderConnection
from schema.orders.order import Order


async def page_of_orders(
    request: Request,
    list_name: str,
    where: Where | None,
    sort: SortOrders,
    first: int | None,
    after: str | None,
    fields: frozenset[str],
) -> OrderConnection:
    """The next `first` that match, `fields` being what is asked of them; `where` None matches none.

    Raises: BadRequest.
    """
    size = page_size(first)
    places = Places(request.cursors, f"{list_name}/{sort}", request.cursor_viewer)
    position = places.position(after)
    store, viewing = request.ports.store, request.viewing
    if where is None:
        return OrderConnection(
            edges=[], page_info=page_info([], further=False, earlier=position is not None), count=none
        )
    # What a link may show hangs on its scopes, order by order: rows do not know them.
    rows_do = fields <= COLUMNS and not request.is_guest

    async def read(reader: Reader) -> tuple[Page[OrderRow], dict[str, Model]]:
        page = await reader.order_rows(where, sort, position, size)
        return page, {} if rows_do else await reader.orders([row.id for row in page.items])

    page, documents = await store.read(read)
    nodes = [Order.row(viewing, row) if rows_do else Order.by(viewing, documents[row.id]) for row in page.items]
    edges = places.edges(page, nodes)

    async def count() -> int:
        return await store.read(lambda reader: reader.count_orders(where))

    info = page_info(edges, further=page.more, earlier=position is not None)
    return OrderConnection(edges=edges, page_info=info, count=count)


async def none() -> int:
    return 0
