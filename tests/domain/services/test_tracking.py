"""Following an order live: every event once and in order, for whoever may look, for as long as they may."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar, cast

import pytest

from domain.model.actors import ANONYMOUS, Actor, ActorKind
from domain.model.errors import NotFound
from domain.model.orders import Order
from domain.model.reports import TrackerReport
from domain.model.shipments import TrackingStatus
from domain.ports import Listening, Reader
from domain.services.inbox import apply_report
from domain.services.tracking import BATCH, Update, track_order
from tests.trade import Trade, number_of

T = TypeVar("T")


@asynccontextmanager
async def following(
    trade: Trade, order: Order, after: int | None = None, actor: Actor | None = None
) -> AsyncIterator[AsyncIterator[Update]]:
    updates = cast(Any, track_order(order.id, after, actor or trade.holder(order), trade.world.ports))
    async with aclosing(updates):
        yield updates


async def some(updates: AsyncIterator[Update], count: int) -> list[Update]:
    async with asyncio.timeout(5):
        return [await anext(updates) for _ in range(count)]


async def rest(updates: AsyncIterator[Update]) -> list[int]:
    """The sequences of all that come until it ends."""
    async with asyncio.timeout(5):
        return [update.sequence async for update in updates]


async def scanned(trade: Trade, order: Order, *keys: str) -> None:
    """One event each."""
    for key in keys:
        scan = trade.scan(key, TrackingStatus.IN_TRANSIT)
        await apply_report(TrackerReport(number_of(order), (scan,)), trade.world.ports)


@pytest.fixture
async def sent(trade: Trade) -> Order:
    """An order on its way."""
    return await trade.handed_over(await trade.placed())


# ------------------------------------------------------------------ what comes


async def test_it_starts_with_the_order_as_it_is(trade: Trade, sent: Order) -> None:
    async with following(trade, sent) as updates:
        (first,) = await some(updates, 1)
    assert (first.sequence, first.event, first.order) == (sent.version, None, sent)


async def test_then_each_event_comes_as_it_happens(trade: Trade, sent: Order) -> None:
    async with following(trade, sent) as updates:
        await some(updates, 1)
        for number, key in enumerate("abc", 1):
            await scanned(trade, sent, key)
            (update,) = await some(updates, 1)
            assert update.sequence == sent.version + number
            assert update.event is not None
            assert update.event.sequence == update.sequence
            assert update.order.version >= update.sequence


async def test_whoever_was_away_gets_all_they_missed_and_no_snapshot(trade: Trade, sent: Order) -> None:
    async with following(trade, sent, after=0) as updates:
        backlog = await some(updates, sent.version)
        assert [update.sequence for update in backlog] == list(range(1, sent.version + 1))
        assert all(update.event is not None for update in backlog)
        await scanned(trade, sent, "a")
        assert [update.sequence for update in await some(updates, 1)] == [sent.version + 1]


@pytest.mark.parametrize("missed", [0, 1, 3])
async def test_it_goes_on_where_it_was_cut_off(trade: Trade, sent: Order, missed: int) -> None:
    after = sent.version - missed
    async with following(trade, sent, after=after) as updates:
        await scanned(trade, sent, "a")
        told = await some(updates, missed + 1)
    assert [update.sequence for update in told] == list(range(after + 1, sent.version + 2))


async def test_a_long_history_comes_whole(trade: Trade, sent: Order) -> None:
    await scanned(trade, sent, *(f"scan {number}" for number in range(BATCH)))
    order = await trade.delivered(sent)
    await trade.world.wait(timedelta(days=14))
    order = await trade.now(order)
    assert order.version > BATCH
    async with following(trade, order, after=0) as updates:
        assert await rest(updates) == list(range(1, order.version + 1))


# ------------------------------------------------------------------ nothing between


class Interrupted:
    """A store in which something happens after every look, before whoever looked can do anything about it."""

    def __init__(self, trade: Trade, order: Order, times: int) -> None:
        self._trade = trade
        self._store = trade.world.store
        self._order = order
        self.keys = [f"between {number}" for number in range(times)]

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        found = await self._store.read(work)
        if self.keys:
            await scanned(self._trade, self._order, self.keys.pop())
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.mark.parametrize("after", [None, 0, 5])
async def test_what_happens_while_somebody_subscribes_comes_once(trade: Trade, sent: Order, after: int | None) -> None:
    ports = replace(trade.world.ports, store=cast(Any, Interrupted(trade, sent, 4)))
    updates = cast(Any, track_order(sent.id, after, trade.holder(sent), ports))
    async with aclosing(updates):
        first = sent.version if after is None else after
        wanted = list(range(first + (after is not None), sent.version + 5))
        told = await some(updates, len(wanted))
    assert [update.sequence for update in told] == wanted


class Deaf:
    """A feed that has lost every wake-up."""

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[Listening]:
        yield self

    async def publish(self, topics: Collection[str]) -> None:
        pass

    async def changed(self, timeout: float) -> bool:  # noqa: ASYNC109 - as the port says
        await asyncio.sleep(min(timeout, 0.01))
        return False


async def test_a_lost_wake_up_costs_a_little_time_and_nothing_else(trade: Trade, sent: Order) -> None:
    trade.world.change(feed=Deaf())
    async with following(trade, sent) as updates:
        await some(updates, 1)
        await scanned(trade, sent, "a", "b")
        assert [update.sequence for update in await some(updates, 2)] == [sent.version + 1, sent.version + 2]


async def test_twenty_follow_one_order_and_miss_nothing(trade: Trade, sent: Order) -> None:
    async def follow() -> list[int]:
        async with following(trade, sent, after=0) as updates:
            return await rest(updates)

    followers = [asyncio.create_task(follow()) for _ in range(20)]
    await asyncio.sleep(0)
    await scanned(trade, sent, *"abcdef")
    await trade.delivered(sent)
    await trade.world.wait(timedelta(days=14))
    order = await trade.now(sent)
    for told in await asyncio.gather(*followers):
        assert told == list(range(1, order.version + 1))


# ------------------------------------------------------------------ the end


async def test_it_ends_when_nothing_can_happen_any_more(trade: Trade, sent: Order) -> None:
    async with following(trade, sent) as updates:
        await some(updates, 1)
        await trade.delivered(sent)
        await trade.world.wait(timedelta(days=14))
        order = await trade.now(sent)
        assert await rest(updates) == list(range(sent.version + 1, order.version + 1))


async def test_a_canceled_order_is_followed_until_its_money_is_free(trade: Trade) -> None:
    order = await trade.placed()
    trade.world.payments.down = 1
    async with following(trade, order) as updates:
        await some(updates, 1)
        await trade.patiently(trade.cancel(order))
        await trade.world.wait(timedelta(minutes=1))
        sequences = await rest(updates)
    order = await trade.now(order)
    assert sequences[-1] == order.version
    assert (await trade.types(order))[-2:].count("task.settled") == 1


@pytest.mark.parametrize("after", [None, 10_000])
async def test_an_order_that_is_over_is_shown_and_that_is_all(trade: Trade, after: int | None) -> None:
    order = await trade.cancel(await trade.placed())
    order = await trade.now(order)
    async with following(trade, order, after) as updates:
        assert await rest(updates) == ([order.version] if after is None else [])


async def test_letting_go_lets_go_of_the_feed(trade: Trade, sent: Order) -> None:
    async with following(trade, sent) as updates:
        await some(updates, 1)
    listeners = cast(Any, trade.world.ports.feed)._listeners
    assert listeners._by_topic == {}


# ------------------------------------------------------------------ who may look


@pytest.mark.parametrize("actor", [ANONYMOUS, Actor(ActorKind.CUSTOMER, "c2")])
async def test_who_may_not_see_the_order_sees_nothing(trade: Trade, sent: Order, actor: Actor) -> None:
    async with following(trade, sent, actor=actor) as updates:
        with pytest.raises(NotFound):
            await anext(updates)


async def test_a_link_that_is_revoked_ends_it_at_the_next_event(trade: Trade, sent: Order) -> None:
    holder = await trade.link(sent)
    async with following(trade, sent, actor=holder) as updates:
        await some(updates, 1)
        await scanned(trade, sent, "a")
        await some(updates, 1)
        await trade.world.store.write(lambda uow: uow.revoke_link("f" * 32, trade.world.clock.now()))
        await scanned(trade, sent, "b")
        assert await rest(updates) == []


async def test_a_link_that_is_revoked_ends_it_in_the_middle_of_a_backlog(trade: Trade, sent: Order) -> None:
    holder = await trade.link(sent)
    async with following(trade, sent, after=0, actor=holder) as updates:
        await some(updates, 3)
        await trade.world.store.write(lambda uow: uow.revoke_link("f" * 32, trade.world.clock.now()))
        assert await rest(updates) == []


async def test_a_session_that_runs_out_ends_it(trade: Trade, sent: Order) -> None:
    until = trade.world.clock.now() + timedelta(minutes=5)
    holder = replace(trade.holder(sent), expires_at=until)
    async with following(trade, sent, actor=holder) as updates:
        await some(updates, 1)
        trade.world.clock.set(until - timedelta(seconds=1))
        await scanned(trade, sent, "a")
        await some(updates, 1)
        trade.world.clock.set(until)
        await scanned(trade, sent, "b")
        assert await rest(updates) == []
