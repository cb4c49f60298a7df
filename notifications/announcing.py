"""From an event to what is to be told: one notification, a delivery for every way, a send for each way that is taken.

A way that is not taken is a delivery too: SUPPRESSED, with the reason. However often an event is announced, there is
one delivery for each event, channel, recipient and template.
"""

from collections.abc import Collection
from dataclasses import replace

from domain.model.effects import Effect, EffectStatus
from domain.model.events import OrderClaimed
from domain.model.notifications import Delivery, Inbox, Notification, NotificationStatus
from domain.model.orders import NotificationChannel
from domain.ports import Ports
from domain.services.changing import Writing, write
from notifications.looking import Told, look, recipient
from notifications.occasions import OCCASIONS, holds
from notifications.preferences import Way, ways
from notifications.rules import RULES
from notifications.sending import send_effect

SUPERSEDED = "SUPERSEDED"
"""Something newer has made it old news before it was told."""
NO_CHANNEL = "NO_CHANNEL"
"""No provider is set up for it."""
CLAIMED = OrderClaimed.type


async def announce(effect: Effect, channels: Collection[NotificationChannel], ports: Ports) -> None:
    """The event is told by those channels that are open; most events are nothing to tell."""
    order_id, sequence, type_ = effect.payload["order"], int(effect.payload["sequence"]), effect.payload["type"]
    told = await look(order_id, sequence, ports) if type_ in OCCASIONS else None

    async def work(writing: Writing) -> str | None:
        # As it is now: who has taken the order over since it was looked at has the message in their inbox too.
        order = await writing.uow.order(order_id) if told is not None or type_ == CLAIMED else None
        owner = order.customer_id if order is not None else None
        if told is not None:
            await _store(told, owner, channels, writing)
        if type_ == CLAIMED and owner is not None:
            await writing.uow.join_inbox(order_id, owner)
        await writing.uow.finish_effect(effect, EffectStatus.SUCCEEDED, None, ports.clock.now())
        return owner

    ports.fault("before_announced")
    owner = await write(ports, work)
    ports.fault("after_announced")
    if told is not None:
        inboxes = {Inbox(order_id=order_id), Inbox(customer_id=owner, order_id=order_id)}
        await ports.feed.publish({inbox.topic for inbox in inboxes})


async def _store(told: Told, owner: str | None, channels: Collection[NotificationChannel], writing: Writing) -> None:
    ports, order, event = writing.ports, told.order, told.event
    now, words, current = ports.clock.now(), told.words(ports), holds(told.occasion, told.order)
    chosen = [_open(way, channels, current) for way in ways(RULES[told.occasion.kind], order, told.customer)]
    notification = Notification(
        order_id=order.id,
        sequence=event.sequence,
        kind=told.occasion.kind.value,
        title=words.title,
        body=words.body,
        created_at=now,
        customer_id=owner,
        in_inbox=any(way.channel is NotificationChannel.WEBSOCKET and way.refusal is None for way in chosen),
    )
    await writing.uow.add_notification(notification)
    owed: list[Effect] = []
    for way in chosen:
        delivery = Delivery(
            id=ports.ids.unique(),
            order_id=order.id,
            sequence=event.sequence,
            channel=way.channel,
            recipient=recipient(way.channel, way.address, ports.personals),
            template=told.occasion.kind.value,
            created_at=now,
        )
        if way.refusal is not None:
            delivery = replace(delivery, status=NotificationStatus.SUPPRESSED, reason=way.refusal)
        elif way.channel is NotificationChannel.WEBSOCKET:
            delivery = replace(delivery, status=NotificationStatus.SENT, attempts=1, attempted_at=now, sent_at=now)
        if await writing.uow.add_delivery(delivery) and delivery.status is NotificationStatus.QUEUED:
            owed.append(send_effect(delivery, now))
    if owed:
        await writing.owe(owed)


def _open(way: Way, channels: Collection[NotificationChannel], current: bool) -> Way:
    """The way, if it can be gone now; the inbox is always open."""
    if way.refusal is not None:
        return way
    if not current:
        return replace(way, refusal=SUPERSEDED)
    if way.channel is not NotificationChannel.WEBSOCKET and way.channel not in channels:
        return replace(way, refusal=NO_CHANNEL)
    return way
