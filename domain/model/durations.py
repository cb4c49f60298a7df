"""Spans of time as people write them in documents: ISO 8601, of a length that is always the same.

Months and years are refused, since nobody can say how many seconds they have.
"""

import re
from datetime import timedelta
from decimal import Decimal

_NUMBER = r"\d{1,9}(?:[.,]\d{1,9})?"
_DURATION = re.compile(
    rf"P(?=[\dT])(?:({_NUMBER})W)?(?:({_NUMBER})D)?"
    rf"(?:T(?=\d)(?:({_NUMBER})H)?(?:({_NUMBER})M)?(?:({_NUMBER})S)?)?",
    re.ASCII,
)
_SECONDS = (604_800, 86_400, 3_600, 60, 1)


class InvalidDuration(ValueError):
    """The text is no ISO 8601 duration of weeks, days, hours, minutes and seconds."""


def parse_duration(text: str) -> timedelta:
    """PT15M, P14D, P1W, P1DT12H, PT0.5S; only the smallest unit may have a fraction. Exact to the microsecond.

    Raises: InvalidDuration.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise InvalidDuration(f"{text[:40]!r} is no duration: write PT15M, PT2H, P14D or P2W")
    parts = [
        (Decimal(part.replace(",", ".")), unit) for part, unit in zip(found.groups(), _SECONDS, strict=True) if part
    ]
    if any(number % 1 for number, _ in parts[:-1]):
        raise InvalidDuration(f"{text[:40]!r}: only the smallest unit may have a fraction")
    micros = sum(number * unit * 1_000_000 for number, unit in parts)
    try:
        return timedelta(microseconds=round(micros))
    except OverflowError:
        raise InvalidDuration(f"{text[:40]!r} is too long") from None
