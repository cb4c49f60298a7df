"""Building the demo: fast, the same every time, at whatever hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from gateway.demo import StoryBroken, build, is_empty, is_half_built
from gateway.demo.agenda import agenda
from gateway.demo.catalogue import people, product_entries
from gateway.demo.table import LIVE, STORIES
from tests.gateway.demo.shops import NOW, SHOP, Built, build_in
from tests.world import a_world


def test_building_takes_seconds(built: Built) -> None:
    print(f"\nthe demo shop: {built.took:.1f} s on a SQLite file, {built.worked:.1f} s of them at work")
    assert built.worked < 30


async def test_the_same_seed_and_moment_give_the_same_orders(built: Built) -> None:
    again = await build_in("sqlite://")
    assert again.summary == built.summary
    assert again.orders == built.orders
    assert again.events == built.events
    assert again.stock == built.stock


async def test_stories_are_in_order_at_whatever_hour_they_are_told() -> None:
    async with a_world(shop=SHOP) as world:
        for hour in range(24):
            now = NOW + timedelta(hours=hour)
            told = agenda(world.ports, {}, now)
            assert max(happening.at for happening in told) < now
            for number, story in enumerate(STORIES):
                mine = [happening.do for happening in told if happening.told == number]
                assert getattr(mine[0], "__name__", "") == "begin", (story.name, hour)
                steps = [do.args[:2] for do in mine if isinstance(do, partial)]
                for parcel in (1, 2):
                    counts = [count for count, step in steps if getattr(step.act, "parcel", parcel) == parcel]
                    assert counts == sorted(counts), (story.name, hour)


async def test_a_demo_can_be_built_just_after_midnight_in_another_winter() -> None:
    assert (await build_in("sqlite://", datetime(2027, 1, 1, 0, 2, tzinfo=UTC))).summary.orders == 40


async def test_a_story_that_the_shop_does_not_play_along_with_says_which_and_leaves_half_a_demo() -> None:
    async with a_world(shop=replace(SHOP, currencies=("EUR", "USD"), shipping=SHOP.shipping[:1])) as world:
        assert not await is_half_built(world.ports)
        with pytest.raises(StoryBroken, match="paid in dollars"):
            await build(world.ports, world.clock.set, NOW)
        assert await is_half_built(world.ports)
        assert not await is_empty(world.ports)


def test_the_catalogue_has_sixty_products_with_a_price_in_each_currency() -> None:
    euros, dollars = product_entries("EUR"), product_entries("USD")
    assert len({entry.sku for entry in euros}) == len(euros) == 60
    assert all(0 < one.price < other.price < one.price * 2 for one, other in zip(euros, dollars, strict=True))
    assert all(entry.description and entry.weight_grams for entry in euros)
    taxed = {rate.category for rate in SHOP.taxes if rate.category}
    assert taxed <= {entry.category for entry in euros}


def test_nobody_in_the_demo_could_be_reached() -> None:
    assert sum(person.customer for person in people().values()) == 5
    for person in people().values():
        assert person.email.endswith("@example.com")


def test_summary_names_the_order_to_watch_and_some_of_each_situation(built: Built) -> None:
    live = built.orders[LIVE]
    assert built.summary.live.order_id == live.id
    assert built.summary.live.number == live.number
    assert live.customer_id is None
    assert len(built.summary.customers) == 5
    for name, number in built.summary.numbers.items():
        assert built.orders[name].number == number
    assert len(set(built.summary.numbers.values())) == len(built.summary.numbers) >= 10
