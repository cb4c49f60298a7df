"""Counts that all gateways share through Redis."""

from typing import Final

from limits import RateLimitItem, WindowStats
from limits.aio.storage import RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.aio.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

PATIENCE: Final = 0.05  # seconds for Redis to answer


class SharedWindows(MovingWindowRateLimiter):
    """Raises: OSError, by everything, while Redis does not answer."""

    def __init__(self, url: str, prefix: str) -> None:
        storage = RedisStorage(
            f"async+{url}",
            implementation="redispy",
            key_prefix=f"{prefix}limits",
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
        )
        super().__init__(storage)
        self._bridge = storage.bridge

    async def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        try:
            return await super().hit(item, *identifiers, cost=cost)
        except RedisError as error:
            raise ConnectionError from error

    async def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> WindowStats:
        try:
            return await super().get_window_stats(item, *identifiers)
        except RedisError as error:
            raise ConnectionError from error

    async def aclose(self) -> None:
        if isinstance(self._bridge, RedispyBridge):
            await self._bridge.storage.aclose()
