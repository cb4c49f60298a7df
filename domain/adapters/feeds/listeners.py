"""Who waits for what in this process."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager


class Listener:
    def __init__(self) -> None:
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def changed(self, timeout: float) -> bool:  # noqa: ASYNC109 - the port says so: False, not an error
        try:
            async with asyncio.timeout(timeout):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True


class Listeners:
    def __init__(self) -> None:
        self._by_topic: dict[str, set[Listener]] = {}

    @contextmanager
    def registered(self, topic: str) -> Iterator[Listener]:
        listener = Listener()
        self._by_topic.setdefault(topic, set()).add(listener)
        try:
            yield listener
        finally:
            others = self._by_topic[topic]
            others.discard(listener)
            if not others:
                del self._by_topic[topic]

    def wake(self, topics: Collection[str]) -> None:
        for topic in topics:
            for listener in self._by_topic.get(topic, ()):
                listener.wake()

    def wake_all(self) -> None:
        self.wake(tuple(self._by_topic))
