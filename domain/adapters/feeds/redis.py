"""The feed of several processes: one channel of Redis, on which each says what changed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress
from typing import Any, Self

import msgspec
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from domain.adapters.feeds.listeners import Listeners
from domain.ports import Clock, Listening

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0  # seconds between attempts to connect
PATIENCE = 1.0  # seconds for Redis to answer anything
QUIET = 5.0  # seconds of silence after which Redis is asked whether it is still there
FAREWELL = 0.2  # seconds for the last wake-ups at the end
MOST_PENDING = 10_000  # topics; beyond it everybody is woken instead

log = logging.getLogger(__name__)


class RedisFeed:
    """Open it with `async with`.

    `publish` wakes this process at once and leaves the rest to a task that never stops trying, so nobody ever waits for
    Redis. All that is published while a message is on its way goes out as one.
    """

    def __init__(self, url: str, prefix: str, clock: Clock, sender: str) -> None:
        """`sender` names this process and no other: it does not wake itself twice."""
        self._redis: Redis = Redis.from_url(
            url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
        )
        self._channel = f"{prefix}changes"
        self._clock = clock
        self._sender = sender
        self._listeners = Listeners()
        self._decode = msgspec.json.Decoder(tuple[str, list[str]]).decode
        self._pending: set[str] = set()
        self._wanted = asyncio.Event()
        self._subscribed = False
        self._missed = False  # a wake-up of ours did not get through: everybody else is owed one
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    @property
    def connected(self) -> bool:
        """Whether wake-ups come in and go out."""
        return self._subscribed and not self._missed

    async def __aenter__(self) -> Self:
        self._tasks = (asyncio.create_task(self._hear()), asyncio.create_task(self._tell()))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.connected and self._pending:
            with suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(FAREWELL):
                    await self._send()
        # More than once if need be: before Python 3.12, wait_for (the driver sends with it) may swallow a cancellation.
        while running := [task for task in self._tasks if not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=0.1)
        await self._redis.aclose()

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[Listening]:
        with self._listeners.registered(topic) as listener:
            yield listener

    async def publish(self, topics: Collection[str]) -> None:
        self._listeners.wake(topics)
        self._pending.update(topics)
        if len(self._pending) > MOST_PENDING:
            self._pending.clear()
            self._missed = True
        self._wanted.set()

    # ------------------------------------------------------------------ what others say

    async def _hear(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                async for _ in self._messages():
                    pause = FIRST_PAUSE
            except (RedisError, OSError, TimeoutError) as error:
                if self._subscribed:
                    log.warning("the live feed is cut off", extra={"reason": type(error).__name__})
            except Exception:
                log.exception("the live feed stumbled")
            finally:
                self._subscribed = False
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _messages(self) -> AsyncIterator[None]:
        """Ends by an error only. Every confirmed subscription wakes everybody: what was said before it is lost."""
        async with self._redis.pubsub() as pubsub:
            await pubsub.subscribe(self._channel)
            silent = False
            while True:
                message = await pubsub.get_message(timeout=QUIET)
                if message is None:
                    if silent or not self._subscribed:
                        raise TimeoutError
                    silent = True
                    await pubsub.ping()
                    continue
                silent = False
                self._heard(message)
                yield

    def _heard(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            log.info("the live feed is connected")
            self._subscribed = True
            self._listeners.wake_all()
        elif message["type"] == "message":
            try:
                sender, topics = self._decode(message["data"])
            except msgspec.DecodeError:
                sender, topics = "", []
            if not topics:
                self._listeners.wake_all()
            elif sender != self._sender:
                self._listeners.wake(topics)

    # ------------------------------------------------------------------ what we say

    async def _tell(self) -> None:
        pause = FIRST_PAUSE
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._send()
                pause = FIRST_PAUSE
                continue
            except (RedisError, OSError, TimeoutError):
                pass  # the one who hears says so
            except Exception:
                log.exception("the live feed stumbled")
            self._missed = True
            self._wanted.set()
            await self._clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _send(self) -> None:
        """What is pending was heard by whoever listens. No topics at all mean: everything may have changed."""
        topics, everything = sorted(self._pending), self._missed
        self._pending.clear()
        self._missed = False
        if topics or everything:
            message = msgspec.json.encode((self._sender, [] if everything else topics))
            await self._redis.publish(self._channel, message)
