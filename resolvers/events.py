"""The timeline, oldest first, page by page from either end."""

from domain.model.events import Event
from domain.ports import Reader
from resolvers.given import given
from resolvers.paging import Places, page_info, page_size
from resolvers.request import Request
from schema.connections import Edge
from schema.errors import BadRequest
from schema.events import OrderEvent, OrderEventConnection
from schema.orders.seen import Seen

BATCH = 200


async def page_of_events(
    request: Request, seen: Seen, first: int | None, after: str | None, last: int | None, before: str | None
) -> OrderEventConnection:
    """From the beginning unless `last` is asked for. Who is not staff goes by public events only.

    Raises: BadRequest for both `first` and `last`, and for cursors of another list or viewer.
    """
    backward = given(last) is not None
    if backward and given(first) is not None:
        raise BadRequest("Ask for the first or for the last, not for both.")
    size = page_size(last if backward else first)
    places = Places(request.cursors, f"events/{seen.order.id}", request.cursor_viewer)
    start, end = _sequence(places, after) or 0, _sequence(places, before)
    public_only = not seen.staff
    order_id = seen.order.id

    async def read(reader: Reader) -> list[Event]:
        if backward:
            found = await reader.last_events(order_id, end, size + 1, public_only)
            return sorted((one for one in found if one.sequence > start), key=lambda one: one.sequence)
        return await _forward(reader, order_id, start, end, size + 1, public_only)

    found = await request.ports.store.read(read)
    more = len(found) > size
    shown = found[-size:] if backward else found[:size]
    edges = [Edge(cursor=places.cursor(event.sequence), node=OrderEvent(model=event, seen=seen)) for event in shown]
    info = page_info(edges, further=end is not None if backward else more, earlier=more if backward else start > 0)

    async def count() -> int:
        """Sequences have no gaps, so the version counts all; the public ones have to be looked at."""
        if not public_only:
            return seen.order.version
        return len(await request.ports.store.read(lambda reader: _forward(reader, order_id, 0, None, None, True)))

    return OrderEventConnection(edges=edges, page_info=info, count=count)


def _sequence(places: Places, cursor: str | None) -> int | None:
    match places.key(cursor):
        case None:
            return None
        case (int() as sequence,):
            return sequence
        case _:
            raise BadRequest("This cursor is not one of this list.")


async def _forward(
    reader: Reader, order_id: str, after: int, before: int | None, wanted: int | None, public_only: bool
) -> list[Event]:
    """The next so many events that may be shown; all of them where no number is given."""
    found: list[Event] = []
    limit = BATCH if wanted is None or public_only else wanted
    while True:
        batch = await reader.events(order_id, after, limit)
        found += [
            event
            for event in batch
            if (event.public or not public_only) and (before is None or event.sequence < before)
        ]
        if len(batch) < limit or (wanted is not None and len(found) >= wanted):
            return found[:wanted]
        after = batch[-1].sequence
        if before is not None and after >= before:
            return found[:wanted]
