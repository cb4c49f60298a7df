"""Messages read, and messages as they come."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

import strawberry

from domain.model import notifications as core
from notifications.inbox import Place, follow, mark_read
from resolvers.context import Info
from resolvers.given import given
from resolvers.refusals import refusals_end, refusals_in
from schema.errors import BadRequest, NothingThere
from schema.notifications import MarkNotificationsReadInput, Notification
from schema.sign_in import AcceptedPayload

MOST = 100


@refusals_in(AcceptedPayload)
async def mark_notifications_read(info: Info, input: MarkNotificationsReadInput) -> AcceptedPayload:
    context = info.context
    if context.viewing.is_anonymous:
        raise context.denial()
    if len(input.ids) > MOST:
        raise BadRequest("At most 100 ids at once.")
    places = [_place(context.must_name("Notification", one, "ids", str(n))) for n, one in enumerate(input.ids)]
    await mark_read(places, context.actor, context.ports)
    return AcceptedPayload(accepted=True)


@refusals_end
async def notifications(
    info: Info, after: strawberry.ID | None = strawberry.UNSET
) -> AsyncGenerator[Notification, None]:
    """The signed-in customer's, or the guest link's, messages; `after` is the last notification's id."""
    context, text = info.context, given(after)
    value = context.named("Notification", text) if text is not None else None
    if text is not None and value is None:
        raise NothingThere
    place = _place(value) if value is not None else None
    following = cast(AsyncGenerator[core.Notification, None], follow(place, context.actor, context.ports))
    async with aclosing(following) as messages:
        async for message in messages:
            context.renew()
            yield Notification(model=message, viewing=context.viewing)


def _place(value: str) -> Place:
    order_id, _, sequence = value.partition("/")
    return order_id, int(sequence)
