"""One order, live."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import strawberry

from domain.services.tracking import Update
from domain.services.tracking import track_order as track
from resolvers.context import Info
from resolvers.given import given
from resolvers.refusals import refusals_end
from schema.errors import BadRequest, NothingThere
from schema.events import OrderEvent
from schema.orders.order import Order
from schema.orders.seen import Seen
from schema.orders.updates import OrderUpdate


@refusals_end
async def track_order(
    info: Info, order_id: strawberry.ID | None = strawberry.UNSET, after: int | None = strawberry.UNSET
) -> AsyncGenerator[OrderUpdate, None]:
    """
    One order, live; without an id, the one order of the caller's link. Starts with the order as it is (`event` null),
    or, given `after`, with every event since that sequence; then each event as it happens. No gap and no duplicate
    across reconnects.
    """
    context, text, since = info.context, given(order_id), given(after)
    if since is not None and since < 0:
        raise BadRequest("Sequences begin with 1.")
    inner = context.actor.order_id if text is None else context.named("Order", text)
    if inner is None:
        raise NothingThere
    # Whoever stops listening lets go of the feed at once, not when the garbage is collected.
    following = cast(AsyncGenerator[Update, None], track(inner, since, context.actor, context.ports))
    async with aclosing(following) as updates:
        async for update in updates:
            context.renew()
            seen = Seen.by(context.viewing, update.order)
            event = update.event
            yield OrderUpdate(
                sequence=update.sequence,
                event=OrderEvent(model=event, seen=seen) if event and (event.public or seen.staff) else None,
                order=Order.seen(seen),
            )
