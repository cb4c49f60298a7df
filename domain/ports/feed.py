"""The live feed: wakes whoever waits, here or in another process."""

from collections.abc import Collection
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Listening(Protocol):
    async def changed(self, timeout: float) -> bool:
        """True as soon as anything was published since the last call; False after `timeout` seconds."""
        ...


class Feed(Protocol):
    """Only wakes readers; the journal is the truth. Topics: an order's id, and EFFECTS."""

    def listen(self, topic: str) -> AbstractAsyncContextManager[Listening]: ...
    async def publish(self, topics: Collection[str]) -> None: ...


EFFECTS = "effects"
