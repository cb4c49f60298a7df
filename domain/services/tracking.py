"""Following an order live: the journal is the truth, the feed only wakes us. Listen first, read second."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from domain.model.actors import Actor
from domain.model.errors import NotFound
from domain.model.events import Event
from domain.model.orders import Order
from domain.policies.access import can_see
from domain.ports import Ports, Reader
from domain.services.standing import stands
from domain.workflow.engine import is_closed

BATCH = 200


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
        order = await _visible(order_id, actor, ports)
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
                if number and not await stands(actor, ports):
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
        return events, await reader.order(order_id)

    events, order = await ports.store.read(work)
    if order is None or not can_see(actor, order) or not await stands(actor, ports):
        return [], None
    return events, order


async def _visible(order_id: str, actor: Actor, ports: Ports) -> Order | None:
    order = await ports.store.read(lambda reader: reader.order(order_id))
    if order is None or not can_see(actor, order) or not await stands(actor, ports):
        return None
    return order
