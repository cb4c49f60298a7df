"""The query gate: who may come in how often. What a document may cost joins it here.

Every operation counts against its caller's address, in this process. A few fields count by themselves, once for each
time they stand in the document; those counts are shared through Redis when there is one, and kept locally while it
does not answer: a limit never fails open, and never stops the shop either.
"""

import math
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.strategies import MovingWindowRateLimiter

from domain.ports import Clock
from gateway.clients import is_loopback, network
from gateway.config import Settings
from gateway.logs import log
from gateway.windows import LocalWindows
from schema.errors import Planned

if TYPE_CHECKING:
    from gateway.shared_windows import SharedWindows

PAUSE: Final = 5.0  # seconds in which Redis is not asked again after it did not


class RateLimited(Planned):
    code = "RATE_LIMITED"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("Too many requests: try again later.")
        self.extensions = {"code": self.code, "retryAfterSeconds": retry_after_seconds}


class Gate:
    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._clock = clock
        self._limits_loopback = settings.limits_loopback
        self._local = MovingWindowRateLimiter(LocalWindows(lambda: clock.now().timestamp()))
        self._shared = _shared(settings.redis_url, settings.redis_prefix) if settings.redis_url else None
        self._paused_until = 0.0
        self._operations = RateLimitItemPerMinute(settings.operations_per_minute_per_ip)
        self._per_email = RateLimitItemPerHour(settings.place_order_per_hour_per_email)
        quotes = RateLimitItemPerMinute(settings.quote_per_minute_per_ip)
        sending = RateLimitItemPerHour(settings.sending_per_hour_per_ip)
        signing_in = RateLimitItemPerMinute(settings.sign_in_per_minute_per_ip)
        self._fields: dict[str, tuple[RateLimitItem, str]] = {
            "placeOrder": (RateLimitItemPerMinute(settings.place_order_per_minute_per_ip), "placeOrder"),
            "quote": (quotes, "quote"),
            "cancelQuote": (quotes, "cancelQuote"),
            "orderByNumber": (RateLimitItemPerMinute(settings.lookup_per_minute_per_ip), "orderByNumber"),
            "requestSignIn": (sending, "sending"),
            "requestTrackingLink": (sending, "sending"),
            "requestReturn": (RateLimitItemPerHour(settings.request_return_per_hour_per_ip), "requestReturn"),
            "signIn": (signing_in, "signing in"),
            "refreshSignIn": (signing_in, "signing in"),
        }
        self._words = {
            "recipient": RateLimitItemPerHour(settings.sending_per_hour_per_recipient),
            "lost order": RateLimitItemPerHour(settings.tracking_link_per_hour_per_order),
        }

    async def aclose(self) -> None:
        if self._shared is not None:
            await self._shared.aclose()

    async def admit(
        self, fields: Iterable[str], ip: str, emails: Iterable[str] = (), words: Iterable[tuple[str, str]] = ()
    ) -> None:
        """One operation with these root fields comes in, from there.

        `emails` are look-up words, never the addresses. So are `words`, of whoever would be sent something
        ("recipient") and of the orders that are said to be the caller's ("lost order"). Raises: RateLimited.
        """
        if not self._limits_loopback and is_loopback(ip):
            return
        where = network(ip)
        await self._count(self._local, self._operations, 1, "operation", where)
        for field, times in Counter(fields).items():
            if found := self._fields.get(field):
                limit, together = found
                await self._count_shared(limit, times, together, where)
        for email in emails:
            await self._count_shared(self._per_email, 1, "email", email)
        for kind, word in words:
            await self._count_shared(self._words[kind], 1, kind, word)

    async def _count_shared(self, limit: RateLimitItem, times: int, *key: str) -> None:
        if self._shared is not None and self._clock.monotonic() >= self._paused_until:
            try:
                return await self._count(self._shared, limit, times, *key)
            except OSError:
                self._paused_until = self._clock.monotonic() + PAUSE
                log.warning("limits are counted in this process while Redis does not answer")
        await self._count(self._local, limit, times, *key)

    async def _count(self, limiter: MovingWindowRateLimiter, limit: RateLimitItem, times: int, *key: str) -> None:
        if not await limiter.hit(limit, *key, cost=times):
            reset = (await limiter.get_window_stats(limit, *key)).reset_time
            raise RateLimited(max(1, math.ceil(reset - self._clock.now().timestamp())))


def _shared(url: str, prefix: str) -> "SharedWindows":
    from gateway.shared_windows import SharedWindows  # noqa: PLC0415 - its driver is loaded where there is a Redis

    return SharedWindows(url, prefix)
