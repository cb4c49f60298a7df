"""When to try again, and what staff read about the last try."""

from datetime import timedelta

from domain.model.effects import Effect
from domain.ports import Ports, Unavailable


def describe(failure: Exception) -> str:
    """Why, for staff: the kind of failure, and the partner's word where it is one of ours. Never an input's text."""
    return f"{type(failure).__name__}: {failure}" if isinstance(failure, Unavailable) else type(failure).__name__


def pause(effect: Effect, ports: Ports) -> timedelta:
    """Before the next try: doubled each time up to the ceiling, and between half and all of that by chance."""
    longest = min(effect.retry.backoff * 2 ** (effect.attempt - 1), effect.retry.ceiling)
    return timedelta(seconds=longest * (0.5 + ports.ids.random() / 2))
