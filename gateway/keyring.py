"""The issuer's public keys, remembered: asked for now and then, never more often than once a minute, whoever knocks.

While the issuer does not answer, the keys that it last published are good for a day.
"""

import asyncio
import json
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from domain.ports import Clock, Unavailable
from gateway.logs import log

FRESH: Final = 300.0  # seconds after which the keys are asked for again
PAUSE: Final = 60.0  # seconds between two askings, however many unknown keys are named
STALE: Final = 24 * 3600.0  # seconds after which keys that could not be asked for again are no good
MOST_KEYS: Final = 100
SMALLEST_RSA: Final = 2048  # bits

Key = RSAKey | ECKey


class KeyRing:
    def __init__(self, publish: Callable[[], Awaitable[bytes]], clock: Clock) -> None:
        self._publish = publish
        self._clock = clock
        self._keys: dict[tuple[str, str], Key] = {}
        self._known_at: float | None = None
        self._asked_at: float | None = None
        self._asking: asyncio.Task[None] | None = None

    async def find(self, kid: str, algorithm: str) -> Key | None:
        """The key of that name for that algorithm. Waits for the issuer only where the key is not known yet."""
        name = (kid, algorithm)
        if self._older_than(FRESH) or name not in self._keys:
            self._ask()
            if self._asking is not None and (self._older_than(STALE) or name not in self._keys):
                await asyncio.shield(self._asking)
        return None if self._older_than(STALE) else self._keys.get(name)

    async def aclose(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    def _older_than(self, seconds: float) -> bool:
        return self._known_at is None or self._clock.monotonic() - self._known_at > seconds

    def _ask(self) -> None:
        now = self._clock.monotonic()
        if self._asking is None and (self._asked_at is None or now - self._asked_at >= PAUSE):
            self._asked_at = now
            self._asking = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        try:
            self._keys = keys_of(await self._publish())
            self._known_at = self._clock.monotonic()
        except (Unavailable, ValueError) as error:
            log.warning("the issuer's keys could not be had", error=type(error).__name__)
        finally:
            self._asking = None


def keys_of(published: bytes) -> dict[tuple[str, str], Key]:
    """The keys of a key set that can verify what we accept, by name and algorithm. Raises: ValueError."""
    document = json.loads(published)
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("this is no key set")
    found = {}
    for one in listed[:MOST_KEYS]:
        key = _key(one) if isinstance(one, dict) else None
        if key is not None and isinstance(one.get("kid"), str):
            found[one["kid"], "RS256" if isinstance(key, RSAKey) else "ES256"] = key
    return found


def _key(one: dict[str, Any]) -> Key | None:
    """None for a key that is for something else, too weak, secret, or none at all."""
    try:
        if one.get("use") not in (None, "sig") or "verify" not in one.get("key_ops", ("verify",)) or "d" in one:
            return None
        match one.get("kty"), one.get("alg"), one.get("crv"):
            case "RSA", None | "RS256", _:
                strong = len(urlsafe_b64decode(one["n"] + "==")) * 8 >= SMALLEST_RSA
                return RSAKey.import_key({name: one[name] for name in ("kty", "n", "e")}) if strong else None
            case "EC", None | "ES256", "P-256":
                return ECKey.import_key({name: one[name] for name in ("kty", "crv", "x", "y")})
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    return None
