"""What somebody finds when they look, and sees as it comes: their messages, in the order in which they were told."""

from collections.abc import AsyncIterator, Sequence

from domain.model.actors import AccessScope, Actor, ActorKind
from domain.model.errors import NotFound
from domain.model.notifications import Inbox, Notification
from domain.ports import Ports, Reader, UnitOfWork
from domain.services.standing import stands

BATCH = 100
READS = frozenset({AccessScope.VIEW_PERSONAL, AccessScope.VIEW_PRICES})
"""Without these a link shows an order to somebody else, and messages were not meant for them."""

Place = tuple[str, int]
"""An event: its order and its sequence."""


def inbox_of(actor: Actor) -> Inbox | None:
    """A customer's own, a link's one order; None for who has none."""
    if actor.kind is ActorKind.CUSTOMER and actor.id is not None:
        return Inbox(customer_id=actor.id)
    if actor.kind is ActorKind.GUEST and actor.order_id is not None and actor.scopes >= READS:
        return Inbox(order_id=actor.order_id)
    return None


async def mark_read(places: Sequence[Place], actor: Actor, ports: Ports) -> None:
    """All of them are read, or none. Raises: NotFound on ids, for what is not in the actor's inbox."""
    inbox = inbox_of(actor)

    async def work(uow: UnitOfWork) -> None:
        for index, (order_id, sequence) in enumerate(places):
            if inbox is None or not await uow.mark_read(inbox, order_id, sequence, ports.clock.now()):
                raise NotFound("ids", str(index))

    await ports.store.write(work)


async def follow(after: Place | None, actor: Actor, ports: Ports) -> AsyncIterator[Notification]:
    """Each message as it comes, or since that one; each once, in order. Ends when the actor may no longer look.

    Raises: NotFound for who has no inbox, and for a place that is not in it.
    """
    inbox = inbox_of(actor)
    if inbox is None:
        raise NotFound("after")
    async with ports.feed.listen(inbox.topic) as listening:
        position = await _begin(after, inbox, ports)
        while await stands(actor, ports):
            fresh = await _since(inbox, position, ports)
            for number, notification in enumerate(fresh):
                if number and not await stands(actor, ports):
                    return
                yield notification
                position = notification.position(inbox)
            if len(fresh) < BATCH:
                await listening.changed(ports.limits.feed_poll)


async def _begin(after: Place | None, inbox: Inbox, ports: Ports) -> int:
    async def work(reader: Reader) -> int:
        if after is None:
            return await reader.inbox_end(inbox)
        last = await reader.notification(*after)
        owner = last.customer_id if last is not None and inbox.customer_id is not None else after[0]
        if last is None or owner != (inbox.customer_id or inbox.order_id):
            raise NotFound("after")
        return last.position(inbox)

    return await ports.store.read(work)


async def _since(inbox: Inbox, position: int, ports: Ports) -> list[Notification]:
    return await ports.store.read(lambda reader: reader.inbox_since(inbox, position, BATCH))
