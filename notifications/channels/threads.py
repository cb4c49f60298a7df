"""The SDKs wait in threads of their own: a provider that hangs holds up its own messages and nothing else."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

HANDS = 8
DEADLINE = 10.0
"""Seconds for a provider to connect, and again for each stretch of silence; the SDKs themselves would wait for ever."""
SLACK = 5.0


class NotBegun(TimeoutError):
    """No thread was free in time; the call was never made, and will not be."""


class Hands:
    """Eight threads, named after whom they wait for."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(HANDS, thread_name_prefix=name)

    async def run(self, call: Callable[[], T]) -> T:
        """Raises: whatever `call` raises; NotBegun; TimeoutError when it dribbles on, and its thread is left to it."""
        calling = self._pool.submit(call)
        try:
            async with asyncio.timeout(DEADLINE + SLACK):
                return await asyncio.wrap_future(calling)
        except TimeoutError:
            if calling.cancel():
                raise NotBegun from None
            raise

    def close(self) -> None:
        """What has not begun will not; what is under way is waited for only by the end of the process."""
        self._pool.shutdown(wait=False, cancel_futures=True)
