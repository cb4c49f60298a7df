"""What people were told, in every store: SQLite in memory and in a file, Postgres."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from domain.adapters.sql import OpenStore
from domain.model.notifications import Delivery, Inbox, Notification, NotificationStatus
from domain.model.orders import NotificationChannel
from domain.ports import Position, UnitOfWork
from tests.factories import NOW

EMAIL, SMS = NotificationChannel.EMAIL, NotificationChannel.SMS
HERS, ITS = Inbox(customer_id="c1"), Inbox(order_id="o1")


def a_notification(order: str = "o1", sequence: int = 1, customer: str | None = None) -> Notification:
    return Notification(order, sequence, "order.confirmed", "Confirmed", "Thank you.", NOW, customer)


def a_delivery(delivery_id: str = "d1", channel: NotificationChannel = EMAIL) -> Delivery:
    return Delivery(delivery_id, "o1", 1, channel, "hash", "order.confirmed", NOW)


def adding(one: Notification) -> Callable[[UnitOfWork], Awaitable[bool]]:
    return lambda uow: uow.add_notification(one)


async def test_a_message_is_told_once_and_has_its_place_in_both_inboxes(store: OpenStore) -> None:
    assert await store.write(adding(a_notification(sequence=2, customer="c1")))
    assert not await store.write(adding(a_notification(sequence=2, customer="c1")))
    assert await store.write(adding(a_notification("o2", 5, "c1")))
    assert await store.write(adding(a_notification(sequence=9)))
    told = await store.read(lambda reader: reader.notifications_of("o1"))
    assert [(one.sequence, one.order_position, one.customer_position) for one in told] == [(2, 1, 1), (9, 2, None)]
    hers = await store.read(lambda reader: reader.inbox_since(HERS, 0, 10))
    assert [(one.id, one.position(HERS)) for one in hers] == [("o1/2", 1), ("o2/5", 2)]
    assert await store.read(lambda reader: reader.inbox_end(HERS)) == 2
    assert await store.read(lambda reader: reader.inbox_end(ITS)) == 2
    assert await store.read(lambda reader: reader.inbox_end(Inbox(order_id="nothing"))) == 0
    assert await store.read(lambda reader: reader.notification("o1", 9)) == told[1]


async def test_an_inbox_is_paged_newest_first_and_counted(store: OpenStore) -> None:
    for sequence in range(1, 6):
        await store.write(adding(a_notification(sequence=sequence)))
    await store.write(adding(replace(a_notification(sequence=6), in_inbox=False)))
    page = await store.read(lambda reader: reader.inbox_page(ITS, None, 2))
    assert ([one.sequence for one in page.items], page.more) == ([5, 4], True)
    rest = await store.read(lambda reader: reader.inbox_page(ITS, page.positions[-1], 5))
    assert ([one.sequence for one in rest.items], rest.more) == ([3, 2, 1], False)
    assert rest.positions[0] == Position(3, "o1/3")
    assert await store.write(lambda uow: uow.mark_read(ITS, "o1", 3, NOW))
    assert await store.write(lambda uow: uow.mark_read(ITS, "o1", 3, NOW + timedelta(hours=1)))
    assert not await store.write(lambda uow: uow.mark_read(HERS, "o1", 4, NOW))
    assert not await store.write(lambda uow: uow.mark_read(ITS, "o1", 6, NOW))
    assert await store.read(lambda reader: reader.count_unread(ITS)) == 4
    read = await store.read(lambda reader: reader.notification("o1", 3))
    assert read is not None
    assert read.read_at == NOW


async def test_positions_have_no_gap_and_no_double_whoever_writes_at_once(store: OpenStore) -> None:
    await asyncio.gather(*(store.write(adding(a_notification(f"o{n}", 1, "c1"))) for n in range(40)))
    told = await store.read(lambda reader: reader.inbox_since(HERS, 0, 100))
    assert [one.customer_position for one in told] == list(range(1, 41))


async def test_what_was_told_before_an_order_had_a_customer_joins_their_inbox(store: OpenStore) -> None:
    await store.write(adding(a_notification("o2", 1, "c1")))
    for sequence in (1, 2):
        await store.write(adding(a_notification(sequence=sequence)))
    for _ in range(2):
        await store.write(lambda uow: uow.join_inbox("o1", "c1"))
    told = await store.read(lambda reader: reader.inbox_since(HERS, 0, 100))
    assert [(one.id, one.customer_position) for one in told] == [("o2/1", 1), ("o1/1", 2), ("o1/2", 3)]


async def test_a_delivery_is_one_for_event_channel_recipient_and_template(store: OpenStore) -> None:
    assert await store.write(lambda uow: uow.add_delivery(a_delivery()))
    assert not await store.write(lambda uow: uow.add_delivery(a_delivery("d2")))
    assert await store.write(lambda uow: uow.add_delivery(a_delivery("d3", SMS)))
    assert await store.write(lambda uow: uow.add_delivery(replace(a_delivery("d4"), recipient="other")))
    assert await store.read(lambda reader: reader.delivery("d1")) == a_delivery()
    assert await store.read(lambda reader: reader.delivery("d2")) is None
    found = await store.read(lambda reader: reader.deliveries_of(["o1", "o2"]))
    assert {one.id for one in found} == {"d1", "d3", "d4"}


async def test_a_delivery_moves_for_whoever_saw_it_last(store: OpenStore) -> None:
    first = a_delivery()
    await store.write(lambda uow: uow.add_delivery(first))
    begun = replace(first, status=NotificationStatus.UNKNOWN, attempts=1, attempted_at=NOW)
    sent = replace(begun, status=NotificationStatus.SENT, provider_id="SM1", sent_at=NOW)
    assert await store.write(lambda uow: uow.move_delivery(first, begun))
    assert not await store.write(lambda uow: uow.move_delivery(first, begun))
    assert await store.write(lambda uow: uow.move_delivery(begun, sent))
    assert await store.read(lambda reader: reader.delivery("d1")) == sent


async def test_of_many_who_begin_at_once_one_does(store: OpenStore) -> None:
    first = a_delivery()
    await store.write(lambda uow: uow.add_delivery(first))
    begun = replace(first, status=NotificationStatus.UNKNOWN, attempts=1, attempted_at=NOW)
    won = await asyncio.gather(*(store.write(lambda uow: uow.move_delivery(first, begun)) for _ in range(20)))
    assert sorted(won) == [False] * 19 + [True]
