"""What makes two inputs the same: every value that was given, and nothing that was not."""

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


def _given(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() and abs(value.adjusted()) < 100 else str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return {name: _given(one) for name, one in value.items() if one is not None and one != [] and one != ()}
    if isinstance(value, list | tuple):
        return [_given(one) for one in value]
    return value


def digest(command: Any) -> bytes:
    """SHA-256 over the command without its key; an optional field that was not given does not count.

    Nor does it matter how an amount or a moment is written: 5.0 is 5, and noon in Berlin is eleven o'clock in UTC.
    """
    fields = asdict(command)
    fields.pop("key", None)
    return hashlib.sha256(json.dumps(_given(fields), sort_keys=True, default=str).encode()).digest()
