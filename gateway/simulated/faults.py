"""Faults of the simulated programs: which exist, how likely each is, and which is due next."""

from collections.abc import Mapping
from typing import Any

from gateway.simulated.clock import Fractions

# What the network does to a request, in the order in which the dice are thrown.
TRANSPORT = {
    "error": "500 before anything is done",
    "timeout": "nothing is done and the connection is held without an answer",
    "timeout_after": "the work is done, then the connection is held without an answer",
    "drop": "the work is done, then the connection is reset without an answer",
    "slow": "half a second to three seconds late",
}
# What happens to a callback.
CALLBACK = {
    "duplicate": "sent twice",
    "reorder": "held back until a later one has overtaken it",
}


class UnknownFault(ValueError):
    """A fault that this program does not have, or a probability that is none."""


class Faults:
    """Probabilities by name, and a queue of one-shot faults that come first, in order."""

    def __init__(self, names: Mapping[str, str], usual: Mapping[str, float], source: Fractions) -> None:
        self.names = dict(names)
        self._source = source
        self._usual: dict[str, float] = dict.fromkeys(names, 0.0)
        self._rates = dict(self._usual)
        self._next: list[str] = []
        self.switch(usual)
        self._usual = dict(self._rates)

    def switch(self, wanted: Mapping[str, Any]) -> None:
        """Rates named in `wanted` are set, others stay; `next` replaces the queue. All or nothing."""
        rates = dict(wanted)
        queue = rates.pop("next", self._next)
        if not isinstance(queue, list):
            raise UnknownFault("`next` is a list of names of faults")
        for name in [*rates, *queue]:
            if not isinstance(name, str) or name not in self.names:
                raise UnknownFault(f"there is no fault {name!r} here; there are: {', '.join(sorted(self.names))}")
        for name, rate in rates.items():
            if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
                raise UnknownFault(f"{name} is a probability between 0 and 1")
        self._rates |= {name: float(rate) for name, rate in rates.items()}
        self._next = list(queue)

    def clear(self) -> None:
        """As the program was started; nothing queued."""
        self._rates = dict(self._usual)
        self._next = []

    def shown(self) -> dict[str, Any]:
        return {**self._rates, "next": list(self._next)}

    def delay(self) -> float:
        """Seconds by which a slow answer is late."""
        return 0.5 + 2.5 * self._source.random()

    def turn(self) -> "Turn":
        return Turn(self)

    def _queued(self, names: tuple[str, ...]) -> str | None:
        return self._next.pop(0) if self._next and self._next[0] in names else None

    def _rolled(self, names: tuple[str, ...]) -> str | None:
        return next((name for name in names if self._rates[name] and self._source.random() < self._rates[name]), None)


class Turn:
    """One request or one callback: it uses up at most one of the queued faults."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._spent = False

    def strikes(self, *names: str) -> str | None:
        """The one fault of `names` that strikes here, if any."""
        names = tuple(name for name in names if name in self._faults.names)
        queued = None if self._spent else self._faults._queued(names)
        self._spent = self._spent or queued is not None
        return queued or self._faults._rolled(names)
