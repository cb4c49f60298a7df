"""What the dialects share: how a door says no, and how an event is named."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import orjson

TOLERANCE: Final = timedelta(seconds=300)
LONGEST_ID: Final = 200


class Forged(Exception):
    """No signature of ours over these bytes, or one too old or too new."""


class Unreadable(Exception):
    """Signed as it should be, and not what was agreed on."""


Verify = Callable[[Mapping[str, str], bytes, Sequence[str], datetime], str]
"""(headers with lower-case names, raw body, secrets, now) -> the event's id. Raises: Forged, Unreadable."""


def in_time(seconds: str, now: datetime) -> bool:
    """Whether a timestamp, whole seconds since the epoch, lies within the tolerance, either way."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 12):
        return False
    return abs(now.timestamp() - int(seconds)) <= TOLERANCE.total_seconds()


def id_of(body: bytes) -> str:
    """The `id` of the event that the body is. Raises: Unreadable."""
    event = document(body)
    event_id = event.get("id")
    if not isinstance(event_id, str) or not 0 < len(event_id) <= LONGEST_ID:
        raise Unreadable
    return event_id


def document(body: bytes) -> dict[str, object]:
    """Raises: Unreadable."""
    try:
        event = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unreadable from None
    if not isinstance(event, dict):
        raise Unreadable
    return event
