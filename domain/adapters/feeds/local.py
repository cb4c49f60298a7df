"""The feed of one process on its own."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from domain.adapters.feeds.listeners import Listeners
from domain.ports import Listening


class LocalFeed:
    """For one process on its own."""

    connected = True

    def __init__(self) -> None:
        self._listeners = Listeners()

    @asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[Listening]:
        with self._listeners.registered(topic) as listener:
            yield listener

    async def publish(self, topics: Collection[str]) -> None:
        self._listeners.wake(topics)
