"""Moving windows in this process: what `limits` counts in when there is no Redis, or while it does not answer.

The library's own memory storage hops into a thread for every key it ever saw, over and over; this one is a queue of
moments a key, tidied when looked at, and bounded.
"""

from collections import OrderedDict, deque
from collections.abc import Callable

from limits.aio.storage import MovingWindowSupport, Storage

MOST_KEYS = 50_000


class LocalWindows(Storage, MovingWindowSupport):
    """`now` gives seconds since the epoch."""

    STORAGE_SCHEME = None

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__()
        self._now = now
        self._moments: OrderedDict[str, deque[float]] = OrderedDict()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Whether `amount` more fit into the last `expiry` seconds; they are counted if so."""
        moments = self._within(key, expiry)
        if len(moments) + amount > limit:
            return False
        moments.extend([self._now()] * amount)
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """(the oldest moment that still counts, how many do)"""
        moments = self._within(key, expiry)
        return (moments[0] if moments else self._now(), len(moments))

    def _within(self, key: str, expiry: int) -> deque[float]:
        moments = self._moments.setdefault(key, deque())
        self._moments.move_to_end(key)
        oldest = self._now() - expiry
        while moments and moments[0] <= oldest:
            moments.popleft()
        while len(self._moments) > MOST_KEYS:
            self._moments.popitem(last=False)  # whoever was quiet longest
        return moments

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        moments = self._within(key, expiry)
        moments.extend([self._now()] * amount)
        return len(moments)

    async def get(self, key: str) -> int:
        return len(self._moments.get(key, ()))

    async def get_expiry(self, key: str) -> float:
        return self._now()

    async def check(self) -> bool:
        return True

    async def reset(self) -> int | None:
        count = len(self._moments)
        self._moments.clear()
        return count

    async def clear(self, key: str) -> None:
        self._moments.pop(key, None)
