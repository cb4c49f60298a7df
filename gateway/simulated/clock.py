"""Time, chance and fresh names of the simulated programs: no other module here asks the machine for any of them."""

import random
import secrets
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol


class Clock:
    """Seconds since the epoch, ahead of the machine's clock by `offset`; plans run `speed` times as fast."""

    def __init__(self, offset: float = 0.0, speed: float = 1.0) -> None:
        if not 0 < speed <= 10_000:
            raise ValueError("speed must lie between 0 and 10000")
        self.offset = offset
        self.speed = speed

    def now(self) -> float:
        return time.time() + self.offset

    def machine(self) -> int:
        """Whole seconds of the real clock: receivers check the age of a signature against theirs."""
        return int(time.time())

    def after(self, seconds: float) -> float:
        """The moment at which something that takes `seconds` at speed 1 is done."""
        return self.now() + seconds / self.speed


class Fractions(Protocol):
    """What the programs ask of a source of chance."""

    def random(self) -> float: ...


class Chance:
    """Draws that a seed repeats: the same words give the same source, whatever was drawn before."""

    def __init__(self, seed: str) -> None:
        self.seed = seed

    def of(self, *words: str) -> random.Random:
        return random.Random("/".join((self.seed, *words)))


def fresh_seed() -> str:
    return secrets.token_hex(8)


def fresh_id(prefix: str) -> str:
    """Never seeded: a ledger that was deleted must not give out names that the gateway has already seen."""
    return f"{prefix}_{secrets.token_hex(12)}"


def iso(seconds: float) -> str:
    """`2026-11-22T10:51:54.123Z`; milliseconds, because at high speed several things happen within a second."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> float:
    """Raises: ValueError unless `text` is a time with its zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return moment.timestamp()


def rising(moments: Iterable[float]) -> list[float]:
    """The same moments, each at least two milliseconds after the one before."""
    out: list[float] = []
    for moment in moments:
        out.append(max(moment, out[-1] + 0.002) if out else moment)
    return out
