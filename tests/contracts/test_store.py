"""One suite for every store: SQLite in memory and in a file, Postgres."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from domain.adapters.clock import VirtualClock
from domain.adapters.ids import SeededIds
from domain.adapters.sql import OpenStore, open_store
from domain.adapters.sql.migrating import migrate
from domain.model.actors import AccessScope
from domain.model.changes import Changes
from domain.model.effects import Effect, EffectStatus
from domain.model.errors import NumberTaken, OrderTooLarge, StaleVersion
from domain.model.events import CancelRequested, Event, ShipmentPlanned, TaskSettled
from domain.model.links import Link
from domain.model.orders import Order, TaskStatus
from domain.model.products import Customer
from domain.model.shipments import Shipment
from domain.model.stock import Allocation, StockLevel
from domain.ports import OrderFilter, OrderRow, Page, Position, SortOrders, StockFilter, StoredKey, UnitOfWork
from tests.factories import (
    NOW,
    SYSTEM,
    a_buyer,
    a_history,
    a_line,
    a_placement,
    a_product,
    an_effect,
)
from tests.servers.postgres import PostgresServer, on_own_loop

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["in memory", "in a file", "on postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenStore]:
    clock, ids = VirtualClock(NOW), SeededIds(1)
    if request.param == "on postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        template = server.template("migrated", lambda url: on_own_loop(lambda: migrate(url)))
        url = server.create(template)
        opened = await open_store(url, clock, ids)
        yield opened
        await opened.close()
        server.drop(url)
        return
    url = "sqlite://" if request.param == "in memory" else f"sqlite:///{tmp_path}/waymark.db"
    await migrate(url)
    opened = await open_store(url, clock, ids)
    yield opened
    await opened.close()


def order_id(number: int) -> str:
    return f"{number:032x}"


def saving(changes: Changes) -> Callable[[UnitOfWork], Awaitable[Order]]:
    return lambda uow: uow.save(changes)


async def placed(store: OpenStore, which: int = 1, **changes: Any) -> Changes:
    placement = a_placement(order_id(which), **{"number": f"N{which}", **changes})
    await store.write(saving(placement))
    return placement


async def stored(store: OpenStore, order_id: str) -> Order | None:
    return await store.read(lambda reader: reader.order(order_id))


async def journal(store: OpenStore, order_id: str) -> list[Event]:
    return await store.read(lambda reader: reader.events(order_id))


async def counted(store: OpenStore, delta: int, sku: str = "TEE-M", place: str = "berlin") -> StockLevel | None:
    return await store.write(lambda uow: uow.adjust_stock(sku, place, delta, "counted", NOW, "olga"))


async def reserved(store: OpenStore, order: str, allocation: Allocation) -> bool:
    return await store.write(lambda uow: uow.reserve(order, allocation, NOW + DAY))


def settled(changes: Changes, word: str = "stock") -> Changes:
    """One more event on what those changes left."""
    more = Changes(changes.order, SYSTEM, changes.now + MINUTE)
    more.add(TaskSettled(word, TaskStatus.SUCCEEDED))
    return more


# ------------------------------------------------------------------ orders


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


# ------------------------------------------------------------------ lists


async def rows(store: OpenStore, sort: SortOrders, after: Position | None, first: int) -> Page[OrderRow]:
    return await store.read(lambda reader: reader.order_rows(OrderFilter(), sort, after, first))


async def test_a_list_is_paged_without_gap_or_repeat_in_every_sort(store: OpenStore) -> None:
    for number in range(7):
        await placed(store, number, now=NOW + (number % 3) * DAY)
    for sort in SortOrders:
        whole = (await rows(store, sort, None, 50)).items
        assert len(whole) == 7
        page = await rows(store, sort, None, 3)
        seen = page.items
        while page.more:
            page = await rows(store, sort, page.positions[-1], 3)
            seen += page.items
        assert seen == whole
    assert [row.placed_at for row in whole] == sorted(row.placed_at for row in whole)


async def test_a_list_shows_columns_and_narrows_by_them(store: OpenStore) -> None:
    first = await placed(store, 1, customer_id="c1", lines=[a_line(quantity=3)])
    await placed(store, 2, channel="shop", now=NOW + DAY)
    gone = Changes(first.order, SYSTEM, NOW + MINUTE)
    gone.add(CancelRequested("changed_mind"))
    await store.write(saving(gone))

    async def numbers(where: OrderFilter) -> list[str]:
        page = await store.read(lambda reader: reader.order_rows(where, SortOrders.OLDEST, None, 9))
        assert await store.read(lambda reader: reader.count_orders(where)) == len(page.items)
        return [row.number for row in page.items]

    assert await numbers(OrderFilter()) == ["N1", "N2"]
    assert await numbers(OrderFilter(status=("PENDING", "CONFIRMED"))) == ["N1", "N2"]
    assert await numbers(OrderFilter(status=("CANCELED",))) == []
    assert await numbers(OrderFilter(state=("received",), channel=("shop",))) == ["N2"]
    assert await numbers(OrderFilter(customer_id="c1")) == ["N1"]
    assert await numbers(OrderFilter(order_id=order_id(2))) == ["N2"]
    assert await numbers(OrderFilter(placed_after=NOW)) == ["N2"]
    assert await numbers(OrderFilter(placed_before=NOW + DAY)) == ["N1"]
    assert await numbers(OrderFilter(entered_before=NOW + DAY)) == ["N1"]
    assert await numbers(OrderFilter(expected_before=NOW + DAY)) == []
    assert await numbers(OrderFilter(delayed=False)) == ["N1", "N2"]
    assert await numbers(OrderFilter(delayed=True)) == []
    assert await numbers(OrderFilter(words=("N2", "nothing"))) == ["N2"]
    page = await store.read(lambda reader: reader.order_rows(OrderFilter(), SortOrders.OLDEST, None, 1))
    row = page.items[0]
    assert (row.version, row.item_count, row.total, row.currency) == (3, 3, 3 * 1999, "EUR")
    assert (row.placed_at, row.updated_at, row.state) == (NOW, NOW + MINUTE, "received")
    assert page.more


async def test_an_order_that_moves_keeps_its_columns_true(store: OpenStore) -> None:
    changes = settled(await placed(store))
    changes.add(ShipmentPlanned(Shipment("s1", (), NOW)))
    await store.write(saving(changes))
    page = await store.read(lambda r: r.order_rows(OrderFilter(), SortOrders.LAST_CHANGED, None, 9))
    assert [row.fulfillment_status for row in page.items] == ["SCHEDULED"]
    assert page.positions == (Position(int((changes.now.timestamp()) * 1_000_000), order_id(1)),)


# ------------------------------------------------------------------ links, products, customers, documents


async def test_a_link_is_kept_and_the_first_revocation_counts(store: OpenStore) -> None:
    await placed(store)
    link = Link("a" * 32, order_id(1), b"hash", frozenset(AccessScope), NOW, NOW + DAY, "for Ada")
    await store.write(lambda uow: uow.add_link(link))
    assert await store.read(lambda reader: reader.link(link.id)) == link
    await store.write(lambda uow: uow.revoke_link(link.id, NOW + MINUTE))
    await store.write(lambda uow: uow.revoke_link(link.id, NOW + DAY))
    revoked = await store.read(lambda reader: reader.link(link.id))
    assert revoked is not None
    assert revoked.revoked_at == NOW + MINUTE
    assert await store.read(lambda reader: reader.link("b" * 32)) is None


async def test_products_are_found_by_sku_group_and_words(store: OpenStore) -> None:
    products = [
        a_product("TEE-M", "Blue T-shirt", group="tee", category="shirts"),
        a_product("TEE-L", "Blue T-shirt", group="tee", category="shirts"),
        a_product("MUG", "Große Tasse 100%"),
    ]

    async def put(uow: UnitOfWork) -> None:
        for product in products:
            await uow.put_product(product)
        await uow.put_product(products[0])

    await store.write(put)

    async def skus(query: str | None, category: str | None = None, after: Position | None = None) -> list[str]:
        page = await store.read(lambda reader: reader.product_page(query, category, after, 9))
        return [product.sku for product in page.items]

    assert await store.read(lambda reader: reader.product("MUG")) == products[2]
    assert await store.read(lambda reader: reader.products(["MUG", "TEE-L", "?"])) == {
        "MUG": products[2],
        "TEE-L": products[1],
    }
    assert await store.read(lambda reader: reader.products([])) == {}
    assert [one.sku for one in await store.read(lambda reader: reader.product_group("tee"))] == ["TEE-L", "TEE-M"]
    assert await skus(None) == ["TEE-L", "TEE-M", "MUG"]
    assert await skus("BLUE tee") == ["TEE-L", "TEE-M"]
    assert await skus("grosse") == ["MUG"]
    assert await skus("100%") == ["MUG"]
    assert await skus("1%0") == []
    assert await skus(None, "shirts", Position("Blue T-shirt", "TEE-L")) == ["TEE-M"]


async def test_a_customer_is_found_by_email_in_any_case(store: OpenStore) -> None:
    customer = Customer("c1", "Ada@Example.com", "Ada", tier="gold")
    await store.write(lambda uow: uow.put_customer(customer))
    assert await store.read(lambda reader: reader.customer("c1")) == customer
    assert await store.read(lambda reader: reader.customer_by_email("ada@example.COM")) == customer
    assert await store.read(lambda reader: reader.customer_by_email("eve@example.com")) is None


async def test_versions_of_shop_and_workflows_count_up_and_stay(store: OpenStore) -> None:
    assert await store.read(lambda reader: reader.shop_version()) is None
    assert await store.write(lambda uow: uow.add_shop_version(b"{1}", "olga", NOW)) == 1
    assert await store.write(lambda uow: uow.add_shop_version(b"{2}", "olga", NOW)) == 2
    assert await store.read(lambda reader: reader.shop_version()) == (2, b"{2}")
    assert await store.write(lambda uow: uow.add_workflow_version("order", b"[1]", NOW)) == 1
    assert await store.write(lambda uow: uow.add_workflow_version("return", b"[r]", NOW)) == 1
    assert await store.write(lambda uow: uow.add_workflow_version("order", b"[2]", NOW)) == 2
    assert await store.read(lambda reader: reader.workflow_versions()) == [
        ("order", 1, b"[1]"),
        ("order", 2, b"[2]"),
        ("return", 1, b"[r]"),
    ]


# ------------------------------------------------------------------ stock


def units(quantity: int, line: int = 1, location: str = "berlin") -> Allocation:
    return Allocation(f"l{line}", "TEE-M", location, quantity)


async def level(store: OpenStore) -> StockLevel:
    (only,) = await store.read(lambda reader: reader.stock(["TEE-M"]))
    return only


async def test_stock_is_counted_up_and_never_below_what_is_reserved(store: OpenStore) -> None:
    assert await counted(store, -1) is None
    assert await counted(store, 5) == StockLevel("TEE-M", "berlin", 5, 0)
    assert await reserved(store, "o1", units(4))
    assert await counted(store, -2) is None
    assert await counted(store, -1) == StockLevel("TEE-M", "berlin", 4, 4)
    assert await counted(store, 0) == await level(store)


async def test_more_than_there_is_cannot_be_reserved(store: OpenStore) -> None:
    await counted(store, 3)
    assert not await reserved(store, "o1", units(4))
    assert not await reserved(store, "o1", units(1, location="rome"))
    assert await level(store) == StockLevel("TEE-M", "berlin", 3, 0)


async def test_freeing_and_shipping_count_once_however_often_they_are_asked(store: OpenStore) -> None:
    await counted(store, 10)
    for order in ("o1", "o2"):
        assert await reserved(store, order, units(3))
    for _ in range(3):
        await store.write(lambda uow: uow.release("o1", units(3)))
        await store.write(lambda uow: uow.ship("o2", units(3)))
        await store.write(lambda uow: uow.ship("o1", units(3)))
    assert await level(store) == StockLevel("TEE-M", "berlin", 7, 0)


async def test_two_reservations_of_one_line_are_freed_one_by_one(store: OpenStore) -> None:
    await counted(store, 10)
    await reserved(store, "o1", units(2))
    await reserved(store, "o1", units(5))
    await reserved(store, "o1", units(1, line=2))
    await store.write(lambda uow: uow.release("o1", units(2)))
    assert (await level(store)).reserved == 6
    await store.write(lambda uow: uow.ship("o1", units(5)))
    await store.write(lambda uow: uow.release("o1", units(2)))
    assert await level(store) == StockLevel("TEE-M", "berlin", 5, 1)


async def test_sixty_four_buyers_get_five_hundred_units_and_not_one_more(store: OpenStore) -> None:
    skus = [f"SKU-{number}" for number in range(5)]
    for sku in skus:
        await counted(store, 100, sku)

    async def buy(buyer: int) -> int:
        random, bought = Random(buyer), 0
        for number in range(10):
            wanted = [
                Allocation(f"l{line}", sku, "berlin", 1) for line, sku in enumerate(sorted(random.sample(skus, 2)))
            ]

            async def reserve(uow: UnitOfWork, wanted: list[Allocation] = wanted, number: int = number) -> int:
                taken = [await uow.reserve(f"o{buyer}-{number}", one, None) for one in wanted]
                return sum(taken)

            bought += await store.write(reserve)
        return bought

    assert sum(await asyncio.gather(*(buy(buyer) for buyer in range(64)))) == 500
    levels = await store.read(lambda reader: reader.stock(skus))
    assert {(one.on_hand, one.reserved) for one in levels} == {(100, 100)}


async def test_stock_is_listed_page_by_page(store: OpenStore) -> None:
    for sku in ("A", "B"):
        for place in ("berlin", "rome"):
            await counted(store, 1, sku, place)
    first = await store.read(lambda reader: reader.stock_page(StockFilter(), None, 3))
    rest = await store.read(lambda reader: reader.stock_page(StockFilter(), first.positions[-1], 3))
    assert [(one.sku, one.location_id) for one in first.items + rest.items] == [
        ("A", "berlin"),
        ("A", "rome"),
        ("B", "berlin"),
        ("B", "rome"),
    ]
    assert (first.more, rest.more) == (True, False)
    only = await store.read(lambda reader: reader.stock_page(StockFilter(("B",), "rome"), None, 3))
    assert only.items == (StockLevel("B", "rome", 1, 0),)


# ------------------------------------------------------------------ effects


async def owed(store: OpenStore, count: int = 1) -> list[Effect]:
    effects = [an_effect(f"e{number:03}", run_at=NOW + number * MINUTE) for number in range(count)]
    await store.write(lambda uow: uow.owe(effects))
    return effects


async def test_due_effects_are_claimed_oldest_first_and_become_the_claimers(store: OpenStore) -> None:
    await owed(store, 5)
    now = NOW + 3 * MINUTE
    claimed = await store.write(lambda uow: uow.claim_effects("me", now, MINUTE, 3))
    assert [one.key for one in claimed] == ["e000", "e001", "e002"]
    assert {(one.status, one.owner, one.attempt, one.run_at) for one in claimed} == {
        (EffectStatus.RUNNING, "me", 1, now + MINUTE)
    }
    assert [one.key for one in await store.write(lambda uow: uow.claim_effects("you", now, MINUTE, 3))] == ["e003"]
    assert await store.read(lambda reader: reader.next_due()) == NOW + 4 * MINUTE


async def test_an_effect_keeps_everything_that_its_runner_needs(store: OpenStore) -> None:
    effect = an_effect(order_id="o", task="payment", entry=2, payload={"payment": "p1"}, timeout=5.0)
    await store.write(lambda uow: uow.owe([effect, effect]))
    assert await store.read(lambda reader: reader.effects_of("o")) == [effect]


async def test_an_effect_that_is_owed_twice_is_kept_as_it_was(store: OpenStore) -> None:
    (effect,) = await owed(store)
    (claimed,) = await store.write(lambda uow: uow.claim_effects("me", NOW, MINUTE, 1))
    await store.write(lambda uow: uow.owe([effect]))
    assert await store.write(lambda uow: uow.finish_effect(claimed, EffectStatus.SUCCEEDED, None, NOW))


async def test_three_claimers_never_hold_the_same_effect(store: OpenStore) -> None:
    await owed(store, 90)
    late = NOW + DAY

    async def claim_all(owner: str) -> list[str]:
        keys: list[str] = []
        while mine := await store.write(lambda uow: uow.claim_effects(owner, late, MINUTE, 4)):
            keys += [one.key for one in mine]
        return keys

    by_owner = await asyncio.gather(*map(claim_all, ("a", "b", "c")))
    assert sorted(key for keys in by_owner for key in keys) == [f"e{number:03}" for number in range(90)]


async def test_a_lost_lease_can_finish_nothing(store: OpenStore) -> None:
    await owed(store)
    (mine,) = await store.write(lambda uow: uow.claim_effects("me", NOW, MINUTE, 1))
    (yours,) = await store.write(lambda uow: uow.claim_effects("you", NOW + MINUTE, MINUTE, 1))
    assert yours.attempt == 2
    assert not await store.write(lambda uow: uow.finish_effect(mine, EffectStatus.SUCCEEDED, None, NOW))
    assert not await store.write(lambda uow: uow.postpone_effect(mine, NOW + DAY, "late"))
    assert await store.write(lambda uow: uow.finish_effect(yours, EffectStatus.FAILED, "declined", NOW))
    assert not await store.write(lambda uow: uow.finish_effect(yours, EffectStatus.SUCCEEDED, None, NOW))
    assert await store.read(lambda reader: reader.next_due()) is None


async def test_the_same_owner_with_an_older_claim_can_finish_nothing(store: OpenStore) -> None:
    await owed(store)
    (old,) = await store.write(lambda uow: uow.claim_effects("me", NOW, MINUTE, 1))
    await store.write(lambda uow: uow.claim_effects("me", NOW + MINUTE, MINUTE, 1))
    assert not await store.write(lambda uow: uow.finish_effect(old, EffectStatus.SUCCEEDED, None, NOW))


async def test_a_postponed_effect_is_due_again_for_anybody(store: OpenStore) -> None:
    await owed(store)
    (mine,) = await store.write(lambda uow: uow.claim_effects("me", NOW, MINUTE, 1))
    assert await store.write(lambda uow: uow.postpone_effect(mine, NOW + DAY, "timed out"))
    assert await store.write(lambda uow: uow.claim_effects("you", NOW + MINUTE, MINUTE, 1)) == []
    (yours,) = await store.write(lambda uow: uow.claim_effects("you", NOW + DAY, MINUTE, 1))
    assert (yours.owner, yours.attempt, yours.failure) == ("you", 2, "timed out")


async def test_an_effect_that_is_born_claimed_is_its_makers_until_the_lease_ends(store: OpenStore) -> None:
    claimed = an_effect(status=EffectStatus.RUNNING, owner="me", attempt=1, run_at=NOW + MINUTE)
    placement = a_placement(order_id(1))
    placement.owe(claimed)
    await store.write(saving(placement))
    assert await store.write(lambda uow: uow.claim_effects("you", NOW, MINUTE, 9)) == []
    assert await store.write(lambda uow: uow.finish_effect(claimed, EffectStatus.SUCCEEDED, None, NOW))


async def test_what_a_left_state_had_not_begun_is_called_off(store: OpenStore) -> None:
    here = an_effect("timer", order_id="o", entry=2, run_at=NOW + DAY)
    begun = an_effect("begun", order_id="o", entry=2, status=EffectStatus.RUNNING, owner="me", attempt=1)
    later = an_effect("later", order_id="o", entry=5, run_at=NOW + DAY)
    await store.write(lambda uow: uow.owe([here, begun, later]))
    await store.write(lambda uow: uow.cancel_effects("o", 2, NOW))
    statuses = {one.key: one.status for one in await store.read(lambda reader: reader.effects_of("o"))}
    assert statuses == {
        "timer": EffectStatus.CANCELED,
        "begun": EffectStatus.RUNNING,
        "later": EffectStatus.PENDING,
    }


# ------------------------------------------------------------------ idempotency keys, inbox


async def test_one_of_fifty_callers_has_the_key_and_the_others_get_its_answer(store: OpenStore) -> None:
    async def call(number: int) -> StoredKey | None:
        async def work(uow: UnitOfWork) -> StoredKey | None:
            stored = await uow.claim_key("viewer", "placeOrder", "k", b"input", NOW, DAY)
            if stored is None:
                await uow.answer_key("viewer", "placeOrder", "k", "o1", f"answer of {number}".encode())
            return stored

        return await store.write(work)

    outcomes = await asyncio.gather(*map(call, range(50)))
    assert outcomes.count(None) == 1
    answers = {stored.answer for stored in outcomes if stored is not None}
    assert answers == {f"answer of {outcomes.index(None)}".encode()}


async def test_a_key_whose_caller_failed_is_free_again(store: OpenStore) -> None:
    async def fails(uow: UnitOfWork) -> None:
        assert await uow.claim_key("viewer", "placeOrder", "k", b"input", NOW, DAY) is None
        raise RuntimeError("refused")

    with pytest.raises(RuntimeError):
        await store.write(fails)
    assert await store.read(lambda reader: reader.stored_key("viewer", "placeOrder", "k")) is None


async def test_an_old_key_is_forgotten_a_fresh_one_is_not(store: OpenStore) -> None:
    async def claim(digest: bytes, after: timedelta) -> StoredKey | None:
        return await store.write(lambda uow: uow.claim_key("v", "o", "k", digest, NOW + after, DAY))

    assert await claim(b"first", timedelta()) is None
    await store.write(lambda uow: uow.answer_key("v", "o", "k", "o1", b"answer"))
    assert await claim(b"second", DAY) == StoredKey(b"first", "o1", b"answer", NOW)
    assert await claim(b"third", DAY + MINUTE) is None
    fresh = await store.read(lambda reader: reader.stored_key("v", "o", "k"))
    assert fresh == StoredKey(b"third", None, None, NOW + DAY + MINUTE)


async def test_the_answer_of_a_placement_is_given_once(store: OpenStore) -> None:
    async def place(uow: UnitOfWork) -> None:
        await uow.claim_key("v", "placeOrder", "k", b"input", NOW, DAY)
        await uow.answer_key("v", "placeOrder", "k", "o1", None)

    await store.write(place)
    assert await store.write(lambda uow: uow.answer_placement("o1", b"confirmed"))
    assert not await store.write(lambda uow: uow.answer_placement("o1", b"declined"))
    assert not await store.write(lambda uow: uow.answer_placement("o2", b"confirmed"))
    stored = await store.read(lambda reader: reader.stored_key("v", "placeOrder", "k"))
    assert stored is not None
    assert stored.answer == b"confirmed"


def parking(event: str) -> Callable[[UnitOfWork], Awaitable[None]]:
    return lambda uow: uow.park("easypost", event, "tracking:TN1")


async def test_what_comes_in_is_received_once_and_waits_for_what_it_speaks_of(store: OpenStore) -> None:
    assert await store.write(lambda uow: uow.receive("easypost", "evt_2", b"{}", NOW + MINUTE))
    assert await store.write(lambda uow: uow.receive("easypost", "evt_1", b"{1}", NOW))
    assert not await store.write(lambda uow: uow.receive("easypost", "evt_1", b"{other}", NOW))
    assert await store.write(lambda uow: uow.receive("stripe", "evt_1", b"{2}", NOW))
    assert await store.read(lambda reader: reader.received("easypost", "evt_1")) == b"{1}"
    for event in ("evt_2", "evt_1"):
        await store.write(parking(event))
    assert await store.write(lambda uow: uow.unpark("tracking:TN2")) == []
    assert await store.write(lambda uow: uow.unpark("tracking:TN1")) == [("easypost", "evt_1"), ("easypost", "evt_2")]
    assert await store.write(lambda uow: uow.unpark("tracking:TN1")) == []
