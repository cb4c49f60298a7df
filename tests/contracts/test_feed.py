import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from redis.asyncio import Redis

from domain.adapters.clock import SystemClock
from domain.adapters.feeds import redis as feeds
from domain.adapters.feeds.local import LocalFeed
from domain.adapters.feeds.redis import RedisFeed
from domain.ports import Feed, Listening
from tests.servers.redis import RestartableRedis

SOON = 5.0  # seconds: long enough for a busy machine


@dataclass(frozen=True)
class Ends:
    """A feed on which something is said, and one on which it is heard."""

    says: Feed
    hears: Feed


async def until(met: Callable[[], bool], patience: float = SOON) -> None:
    async with asyncio.timeout(patience):
        while not met():
            await asyncio.sleep(0.01)


async def connected(stack: AsyncExitStack, url: str, prefix: str, name: str) -> RedisFeed:
    feed = await stack.enter_async_context(RedisFeed(url, prefix, SystemClock(), name))
    await until(lambda: feed.connected)
    return feed


@pytest.fixture(params=["in the process", "redis, one process", "redis, two processes"])
async def ends(request: pytest.FixtureRequest, redis_url: str, redis_prefix: str) -> AsyncIterator[Ends]:
    async with AsyncExitStack() as stack:
        if request.param == "in the process":
            local = LocalFeed()
            yield Ends(local, local)
            return
        one = await connected(stack, redis_url, redis_prefix, "one")
        other = one if "one" in request.param else await connected(stack, redis_url, redis_prefix, "other")
        yield Ends(one, other)


# ---------------------------------------------------------------- every feed


async def test_a_listener_is_woken_by_its_topic(ends: Ends) -> None:
    async with ends.hears.listen("order-1") as listening:
        await ends.says.publish(["order-1"])
        assert await listening.changed(SOON)


async def test_a_listener_is_not_woken_by_other_topics(ends: Ends) -> None:
    async with ends.hears.listen("order-1") as one, ends.hears.listen("order-2") as two:
        await ends.says.publish(["order-2", "order-3"])
        assert await two.changed(SOON)
        assert not await one.changed(0.05)


async def test_nothing_published_is_told_after_the_timeout(ends: Ends) -> None:
    async with ends.hears.listen("order-1") as listening:
        start = time.monotonic()
        assert not await listening.changed(0.1)
        assert 0.09 < time.monotonic() - start < 5


async def test_many_publications_are_one_wake_up(ends: Ends) -> None:
    async with ends.hears.listen("order-1") as listening, ends.hears.listen("last") as last:
        for _ in range(100):
            await ends.says.publish(["order-1"])
        await ends.says.publish(["last"])
        assert await last.changed(SOON)
        assert await listening.changed(SOON)
        assert not await listening.changed(0.05)


async def test_what_is_published_after_entering_is_never_missed(ends: Ends) -> None:
    """Listen first, read second: what is committed after the reading wakes the listener."""
    for round_ in range(50):
        async with ends.hears.listen(f"order-{round_}") as listening:
            await ends.says.publish([f"order-{round_}"])
            assert await listening.changed(SOON)


async def test_a_wake_up_waits_for_a_listener_that_is_busy(ends: Ends) -> None:
    async with ends.hears.listen("order-1") as listening:
        await ends.says.publish(["order-1"])
        await asyncio.sleep(0.2)
        assert await listening.changed(0)
        await ends.says.publish(["order-1"])
        assert await listening.changed(SOON)


async def test_every_listener_of_a_topic_is_woken(ends: Ends) -> None:
    async with AsyncExitStack() as stack:
        listeners = [await stack.enter_async_context(ends.hears.listen("order-1")) for _ in range(500)]
        await ends.says.publish(["order-1"])
        assert all(await asyncio.gather(*(listening.changed(SOON) for listening in listeners)))


async def test_who_has_left_is_forgotten_and_who_stays_is_not(ends: Ends) -> None:
    async with ends.hears.listen("order-1") as stays:
        async with ends.hears.listen("order-1"):
            pass
        await ends.says.publish(["order-1"])
        assert await stays.changed(SOON)


async def test_publishing_to_nobody_is_fine(ends: Ends) -> None:
    await ends.says.publish(["nobody"])
    await ends.says.publish([])


async def test_a_listener_that_is_called_off_leaves_cleanly(ends: Ends) -> None:
    entered = asyncio.Event()

    async def listen() -> None:
        async with ends.hears.listen("order-1") as listening:
            entered.set()
            await listening.changed(3600)

    task = asyncio.create_task(listen())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await ends.says.publish(["order-1"])


# ---------------------------------------------------------------- redis comes and goes


def done_at_once(publication: Coroutine[Any, Any, None]) -> bool:
    """Whether it came to its end without waiting for anything at all."""
    try:
        publication.send(None)
    except StopIteration:
        return True
    publication.close()
    return False


async def hear_all(listeners: list[Listening]) -> bool:
    return all(await asyncio.gather(*(listening.changed(3 * SOON) for listening in listeners)))


async def test_fifty_listeners_outlive_a_redis_that_is_killed_and_restarted(redis_server: RestartableRedis) -> None:
    async with AsyncExitStack() as stack:
        here = await connected(stack, redis_server.url, "test:", "here")
        there = await connected(stack, redis_server.url, "test:", "there")
        listeners = [await stack.enter_async_context(here.listen(f"order-{n}")) for n in range(50)]
        for _ in range(2):
            redis_server.kill()
            assert all(done_at_once(there.publish([f"order-{n}"])) for n in range(50))
            await until(lambda: not here.connected)
            await until(lambda: not there.connected)
            redis_server.start()
            assert await hear_all(listeners), "a reconnection wakes everybody"
            await until(lambda: here.connected and there.connected)
            await asyncio.sleep(0.2)
            for listening in listeners:
                await listening.changed(0)
            await there.publish([f"order-{n}" for n in range(50)])
            assert await hear_all(listeners), "the feed works as before"


async def test_what_was_published_while_only_the_publisher_was_cut_off_still_arrives(
    redis_server: RestartableRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "LONGEST_PAUSE", 0.1)
    async with AsyncExitStack() as stack:
        here = await connected(stack, redis_server.url, "test:", "here")
        there = await stack.enter_async_context(RedisFeed("redis://127.0.0.1:1", "test:", SystemClock(), "there"))
        listening = await stack.enter_async_context(here.listen("order-1"))
        await there.publish(["order-1"])
        await until(lambda: there._missed)
        async with Redis.from_url(redis_server.url) as way_back:
            there._redis, cut_off = way_back, there._redis
            await cut_off.aclose()
            assert await listening.changed(SOON)
            await until(lambda: there.connected)
            there._redis = cut_off


async def test_a_redis_that_is_not_there_yet_is_found_when_it_comes(redis_server: RestartableRedis) -> None:
    redis_server.kill()
    async with RedisFeed(redis_server.url, "test:", SystemClock(), "here") as feed, feed.listen("order-1") as listening:
        assert not feed.connected
        assert done_at_once(feed.publish(["order-1"]))
        assert await listening.changed(SOON), "this process hears itself without Redis"
        redis_server.start()
        await until(lambda: feed.connected)
        assert await listening.changed(SOON)


async def test_a_redis_that_hangs_costs_no_request_anything(redis_server: RestartableRedis) -> None:
    async with AsyncExitStack() as stack:
        here = await connected(stack, redis_server.url, "test:", "here")
        there = await connected(stack, redis_server.url, "test:", "there")
        listening = await stack.enter_async_context(here.listen("order-1"))
        process = redis_server._process
        assert process is not None
        os.kill(process.pid, signal.SIGSTOP)
        try:
            for _ in range(200):
                assert done_at_once(there.publish(["order-1"]))
                await asyncio.sleep(0)
            await until(lambda: not there.connected)
        finally:
            os.kill(process.pid, signal.SIGCONT)
        assert await listening.changed(SOON)
        await until(lambda: here.connected and there.connected)


async def test_a_connection_that_says_nothing_any_more_is_given_up(
    redis_server: RestartableRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "QUIET", 0.2)
    async with AsyncExitStack() as stack:
        here = await connected(stack, redis_server.url, "test:", "here")
        await asyncio.sleep(1)
        assert here.connected, "silence alone is no loss: Redis answers when asked"
        process = redis_server._process
        assert process is not None
        os.kill(process.pid, signal.SIGSTOP)
        try:
            await until(lambda: not here.connected)
        finally:
            os.kill(process.pid, signal.SIGCONT)
        await until(lambda: here.connected)


async def test_noise_on_the_channel_wakes_everybody_and_harms_nobody(redis_url: str, redis_prefix: str) -> None:
    async with AsyncExitStack() as stack:
        here = await connected(stack, redis_url, redis_prefix, "here")
        stranger = await stack.enter_async_context(Redis.from_url(redis_url))
        listening = await stack.enter_async_context(here.listen("order-1"))
        for noise in (b"", b"\xff\xfe", b"{}", b'["there"]', b'["there",[1]]', b"[" * 5_000):
            await listening.changed(0)
            await stranger.publish(f"{redis_prefix}changes", noise)
            assert await listening.changed(SOON)
        assert here.connected


async def test_a_process_does_not_wake_itself_twice(redis_url: str, redis_prefix: str) -> None:
    async with AsyncExitStack() as stack:
        here = await connected(stack, redis_url, redis_prefix, "here")
        there = await connected(stack, redis_url, redis_prefix, "there")
        own = await stack.enter_async_context(here.listen("order-1"))
        far = await stack.enter_async_context(there.listen("order-1"))
        for listening in (own, far):
            await listening.changed(0.1)
        await here.publish(["order-1"])
        assert await own.changed(0)
        assert await far.changed(SOON)
        assert not await own.changed(0.1)


async def test_more_than_can_be_kept_wakes_everybody_instead(
    redis_url: str, redis_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MOST_PENDING", 100)
    async with AsyncExitStack() as stack:
        here = await connected(stack, redis_url, redis_prefix, "here")
        there = await connected(stack, redis_url, redis_prefix, "there")
        listening = await stack.enter_async_context(there.listen("unnamed"))
        await listening.changed(0.1)
        await here.publish([f"order-{n}" for n in range(101)])
        assert await listening.changed(SOON)
        await until(lambda: here.connected)


async def test_the_last_words_of_a_process_are_heard(redis_url: str, redis_prefix: str) -> None:
    async with AsyncExitStack() as stack:
        here = await connected(stack, redis_url, redis_prefix, "here")
        listening = await stack.enter_async_context(here.listen("order-1"))
        await listening.changed(0.1)
        async with AsyncExitStack() as short:
            there = await connected(short, redis_url, redis_prefix, "there")
            await there.publish(["order-1"])
        assert await listening.changed(SOON)


async def test_a_wake_up_between_processes_takes_milliseconds(redis_url: str, redis_prefix: str) -> None:
    async with AsyncExitStack() as stack:
        here = await connected(stack, redis_url, redis_prefix, "here")
        there = await connected(stack, redis_url, redis_prefix, "there")
        listening = await stack.enter_async_context(here.listen("order-1"))
        await listening.changed(0.1)
        times = []
        for _ in range(100):
            start = time.perf_counter()
            await there.publish(["order-1"])
            assert await listening.changed(SOON)
            times.append(time.perf_counter() - start)
        assert sorted(times)[50] < 0.25
