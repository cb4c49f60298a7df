"""A stored snapshot against the order that its journal tells, field by field."""

from collections.abc import Iterator
from typing import Any

import msgspec

from domain.adapters.sql.codec import encode, encode_order
from domain.model.orders import Order

LONGEST = 40


def differences(doc: bytes, snapshot: Order, truth: Order) -> Iterator[tuple[str, str]]:
    """Paths such as `lines[0].quantity`, each with what is there and what should be.

    The bytes are compared too, not only what they decode to: a key that is misspelled is a field at its default.
    """
    stored, expected = msgspec.json.decode(doc), msgspec.json.decode(encode_order(truth))
    found = list(_different("", stored, expected))
    # A field that came later than this snapshot, and is still at its default, is in nobody's way.
    lacking = snapshot == truth
    found = [(path, problem) for path, problem in found if not (lacking and problem == "is missing")]
    if not found and encode(stored) != doc:
        found = [("doc", "is not as it was written")]
    yield from found


def _different(path: str, stored: Any, expected: Any) -> Iterator[tuple[str, str]]:
    if isinstance(stored, dict) and isinstance(expected, dict):
        for key in expected.keys() | stored.keys():
            below = f"{path}.{key}" if path else key
            if key not in stored:
                yield below, "is missing"
            elif key not in expected:
                yield below, "does not belong here"
            else:
                yield from _different(below, stored[key], expected[key])
    elif isinstance(stored, list) and isinstance(expected, list):
        if len(stored) != len(expected):
            yield path, f"holds {len(stored)}, the journal says {len(expected)}"
        for place, (one, other) in enumerate(zip(stored, expected, strict=False)):
            yield from _different(f"{path}[{place}]", one, other)
    elif type(stored) is not type(expected) or stored != expected:
        yield path, f"is {_short(stored)}, the journal says {_short(expected)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
