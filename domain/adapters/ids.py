"""Chance: from the operating system, and its twin from a seed."""

import random
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_MICROSECOND: Final = timedelta(microseconds=1)


def _time_ordered(at: datetime, random_bits: int) -> str:
    """A UUID of version 7 as 32 hex digits, of two the later one sorts last.

    48 bits of milliseconds, 12 bits of the fraction of one (RFC 9562, method 3), 62 random bits.
    """
    milliseconds, rest = divmod(at - _EPOCH, _MILLISECOND)
    if not 0 <= milliseconds < 1 << 48:
        raise ValueError("a time that no id can carry")
    fraction = rest // _MICROSECOND * 4096 // 1000
    return f"{milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random_bits:032x}"


class RandomIds:
    """What nobody can guess."""

    def order_id(self, at: datetime) -> str:
        """32 hex digits that sort by `at`, to the microsecond."""
        return _time_ordered(at, secrets.randbits(62))

    def unique(self) -> str:
        """32 hex digits, 128 random bits."""
        return secrets.token_hex(16)

    def token_bytes(self, n: int) -> bytes:
        return secrets.token_bytes(n)

    def bits(self, n: int) -> int:
        """A whole number below 2 to the power of n."""
        return secrets.randbits(n)

    def random(self) -> float:
        """At least 0.0, less than 1.0."""
        return secrets.randbits(53) / (1 << 53)


class SeededIds:
    """The same chance every time: everything drawn follows from the seed. For tests, demos and simulations."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def order_id(self, at: datetime) -> str:
        return _time_ordered(at, self._chance.getrandbits(62))

    def unique(self) -> str:
        return f"{self._chance.getrandbits(128):032x}"

    def token_bytes(self, n: int) -> bytes:
        return self._chance.randbytes(n)

    def bits(self, n: int) -> int:
        return self._chance.getrandbits(n)

    def random(self) -> float:
        return self._chance.random()
