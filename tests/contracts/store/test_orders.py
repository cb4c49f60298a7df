import asyncio
from random import Random

import pytest

from domain.adapters.sql import OpenStore
from domain.model.changes import Changes
from domain.model.errors import NumberTaken, OrderTooLarge, StaleVersion
from domain.model.events import TaskSettled
from domain.model.orders import TaskStatus
from domain.ports import OrderFilter, UnitOfWork
from tests.contracts.store.steps import (
    journal,
    order_id,
    placed,
    saving,
    settled,
    stored,
)
from tests.factories import (
    NOW,
    SYSTEM,
    a_buyer,
    a_line,
    a_placement,
    a_product,
)
from tests.histories import a_history


async def test_a_saved_order_is_read_back_field_by_field(store: OpenStore) -> None:
    placement = await placed(store, buyer=a_buyer(note="Ring twice"))
    assert await store.read(lambda reader: reader.order(order_id(1))) == placement.order


async def test_any_history_is_read_back_save_by_save(store: OpenStore) -> None:
    for seed in range(5):
        history = a_history(Random(seed), saves=6)
        for changes in history:
            saved = await store.write(saving(changes))
            assert saved == changes.order
            assert await stored(store, saved.id) == saved
        events = await journal(store, saved.id)
        assert events == [event for changes in history for event in changes.events]


async def test_an_order_that_is_not_there_is_none(store: OpenStore) -> None:
    assert await store.read(lambda reader: reader.order(order_id(9))) is None
    assert await store.write(lambda uow: uow.order(order_id(9))) is None


async def test_several_orders_are_read_in_the_order_asked_for(store: OpenStore) -> None:
    for number in (1, 2, 3):
        await placed(store, number)
    wanted = [order_id(3), order_id(9), order_id(1)]
    found = await store.read(lambda reader: reader.orders(wanted))
    assert list(found) == [order_id(3), order_id(1)]
    assert found[order_id(3)].number == "N3"


async def test_events_know_their_hash_and_their_place(store: OpenStore) -> None:
    placement = await placed(store)
    events = await store.read(lambda reader: reader.events(order_id(1)))
    assert [event.sequence for event in events] == [1, 2]
    assert events == placement.events
    assert len({event.hash for event in events}) == 2
    assert all(len(event.hash) == 64 for event in events)


async def test_the_journal_is_read_from_any_place_in_either_direction(store: OpenStore) -> None:
    changes = await placed(store)
    for number in range(4):
        changes = settled(changes, f"task {number}")
        await store.write(saving(changes))
    after = await store.read(lambda reader: reader.events(order_id(1), after=3, limit=2))
    last = await store.read(lambda reader: reader.last_events(order_id(1), None, 2))
    before = await store.read(lambda reader: reader.last_events(order_id(1), 4, 2))
    public = await store.read(lambda reader: reader.last_events(order_id(1), None, 9, public_only=True))
    assert [event.sequence for event in after] == [4, 5]
    assert [event.sequence for event in last] == [5, 6]
    assert [event.sequence for event in before] == [2, 3]
    assert [event.type for event in public] == ["order.placed", "workflow.moved"]


async def test_the_second_of_two_who_read_the_same_version_is_refused(store: OpenStore) -> None:
    first = await placed(store)
    one, other = settled(first), settled(first)
    await store.write(saving(one))
    with pytest.raises(StaleVersion):
        await store.write(saving(other))
    assert await stored(store, order_id(1)) == one.order
    assert len(await store.read(lambda reader: reader.events(order_id(1)))) == 3


async def test_the_second_of_two_is_refused_though_it_has_seen_the_newer_version(store: OpenStore) -> None:
    first = await placed(store)
    await store.write(saving(settled(first)))

    async def late(uow: UnitOfWork) -> None:
        await uow.order(order_id(1))
        await uow.save(settled(first))

    with pytest.raises(StaleVersion):
        await store.write(late)


async def test_workers_that_lock_the_order_all_get_their_turn(store: OpenStore) -> None:
    await placed(store)

    async def one_more(uow: UnitOfWork) -> None:
        order = await uow.order(order_id(1))
        assert order is not None
        changes = Changes(order, SYSTEM, NOW)
        changes.add(TaskSettled("stock", TaskStatus.SUCCEEDED))
        await uow.save(changes)

    await asyncio.gather(*(store.write(one_more) for _ in range(30)))
    order = await stored(store, order_id(1))
    assert order is not None
    assert order.version == 32


async def test_two_saves_of_one_order_fit_into_one_work(store: OpenStore) -> None:
    first = a_placement(order_id(1))

    async def both(uow: UnitOfWork) -> None:
        await uow.save(first)
        await uow.save(settled(first))

    await store.write(both)
    events = await store.read(lambda reader: reader.events(order_id(1)))
    assert [event.sequence for event in events] == [1, 2, 3]


async def test_a_number_belongs_to_one_order(store: OpenStore) -> None:
    await placed(store, 1, number="TAKEN")
    with pytest.raises(NumberTaken):
        await placed(store, 2, number="TAKEN")
    await placed(store, 2, number="FREE")
    assert await store.read(lambda reader: reader.order_id("number", "FREE")) == order_id(2)


async def test_an_order_too_large_for_one_document_is_refused(store: OpenStore) -> None:
    lines = [a_line(number, title="x" * 200) for number in range(1, 500)]
    with pytest.raises(OrderTooLarge):
        await placed(store, lines=lines)
    assert await store.read(lambda reader: reader.count_orders(OrderFilter())) == 0


async def test_a_work_that_fails_leaves_nothing_behind(store: OpenStore) -> None:
    async def fails(uow: UnitOfWork) -> None:
        await uow.save(a_placement(order_id(1)))
        await uow.put_product(a_product())
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError, match="on purpose"):
        await store.write(fails)
    assert await store.read(lambda reader: reader.order(order_id(1))) is None
    assert await store.read(lambda reader: reader.product("TEE-M")) is None


async def test_an_order_whose_buyer_was_erased_has_none(store: OpenStore) -> None:
    placement = await placed(store, buyer=a_buyer())
    assert placement.order.personal is not None
    without = a_placement(order_id(2), number="N2", personal=placement.order.personal)
    without.personal.clear()
    order = await store.write(saving(without))
    assert order.buyer is None


async def test_references_lead_to_their_order_until_they_are_dropped(store: OpenStore) -> None:
    changes = settled(await placed(store))
    changes.refer("tracking", "TN1")
    changes.refer("tracking", "TN1")
    await store.write(saving(changes))
    assert await store.read(lambda reader: reader.order_id("tracking", "TN1")) == order_id(1)
    assert await store.read(lambda reader: reader.order_id("payment", "TN1")) is None
    more = settled(changes)
    more.drop("tracking", "TN1")
    await store.write(saving(more))
    assert await store.read(lambda reader: reader.order_id("tracking", "TN1")) is None


async def test_who_waits_for_a_sku_is_told_oldest_first(store: OpenStore) -> None:
    for number in (3, 1, 2):
        placement = a_placement(order_id(number), number=f"N{number}")
        placement.refer("backorder", "TEE-M")
        await store.write(saving(placement))
    assert await store.write(lambda uow: uow.waiting_for("TEE-M", 2)) == [order_id(1), order_id(2)]
