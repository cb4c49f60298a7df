"""Following an order live: the journal is the truth, the feed only wakes us. Listen first, read second."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from domain.model.actors import Actor
from domain.model.errors import NotFound
from domain.model.events import Event
from domain.model.orders import Order
from domain.ports import Ports, Reader
from domain.services.seeing import still_holds, visible
from domain.workflow.engine import is_closed

BATCH = 200
ENDLESS = 2**62
"""Later than any event."""


@dataclass(frozen=True, slots=True)
class Update:
    """`order` is as of `sequence` or newer; `event` is None in the first one, which shows the order as it is."""

    sequence: int
    event: Event | None
    order: Order


async def track_order(order_id: str, after: int | None, actor: Actor, ports: Ports) -> AsyncIterator[Update]:
    """The order as it is, or every event since `after`; then each as it happens, each once and in order.

    Whether the actor may look is asked again at every event. Ends when nothing can happen to the order any more,
    or when the actor may no longer see it. Raises: NotFound.
    """
    async with ports.feed.listen(order_id) as listening:
        _, order = await _since(order_id, ENDLESS, actor, ports)
        if order is None:
            raise NotFound("orderId")
        seen = order.version if after is None else max(after, 0)
        if after is None:
            yield Update(order.version, None, order)
        while True:
            fresh, order = await _since(order_id, seen, actor, ports)
            if order is None:
                return
            for number, event in enumerate(fresh):
                if number and not await _still_allowed(actor, ports):
                    return
                yield Update(event.sequence, event, order)
                seen = event.sequence
            if len(fresh) == BATCH:
                continue
            if is_closed(order) and seen >= order.version:
                return
            await listening.changed(ports.limits.feed_poll)


async def _since(order_id: str, seen: int, actor: Actor, ports: Ports) -> tuple[list[Event], Order | None]:
    """Events after `seen`, and the order at least as new as they are; None if the actor may not see it (any more)."""

    async def work(reader: Reader) -> tuple[list[Event], Order | None]:
        events = await reader.events(order_id, seen, BATCH)
        order = await visible(order_id, actor, reader, ports.clock.now())
        return (events if order is not None else []), order

    return await ports.store.read(work)


async def _still_allowed(actor: Actor, ports: Ports) -> bool:
    return await ports.store.read(lambda reader: still_holds(actor, reader, ports.clock.now()))
