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


class Hands:
    """Eight threads, named after whom they wait for."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(HANDS, thread_name_prefix=name)

    async def run(self, call: Callable[[], T]) -> T:
        """Raises: whatever `call` raises; TimeoutError when it dribbles on, and its thread is left to it."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(DEADLINE + SLACK):
            return await loop.run_in_executor(self._pool, call)

    def close(self) -> None:
        """What has not begun will not; what is under way is waited for only by the end of the process."""
        self._pool.shutdown(wait=False, cancel_futures=True)
