"""Ids and cursors as the outside sees them: opaque, and only those that we gave out.

Both are base64url without padding of a payload and the first 8 bytes of its HMAC-SHA256. What comes in is taken apart,
written anew and compared as a whole, so that one wrong character is noticed wherever it stands: in the payload, in the
MAC, in the bits that base64 leaves over.
"""

import binascii
import hashlib
import hmac
import json
from typing import Final

Key = str | int | None

# Append only: the position is in ids that people have stored.
TYPE_NAMES: Final = (
    "Order", "OrderLine", "Payment", "PaymentTransaction", "Refund", "Shipment", "TrackingEvent", "OrderEvent",
    "Customer", "Product", "Location", "Notification", "Return", "ReturnLine", "TrackingLink", "Effect", "Workflow",
    "WorkflowVersion", "Ticket", "Approval",
)  # fmt: skip
_CODES: Final = {name: code for code, name in enumerate(TYPE_NAMES, start=1)}
_PACKED: Final = 0x80  # marks a value that begins with an order's id, 32 hex digits in 16 bytes

_MAC_SIZE: Final = 8
_LONGEST: Final = 1024
_BLOCK: Final = 64  # of SHA-256
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = str.maketrans("-_", "+/")
_LIST: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


class _Seal:
    """Appends MACs that hold for one purpose under one secret."""

    def __init__(self, secret: bytes, purpose: bytes) -> None:
        if not secret:
            raise ValueError("no secret")
        # HMAC by hand, as copying its two halves costs half of what copying an hmac object does.
        key = (hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + purpose + b"\0")
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))

    def sealed(self, payload: bytes, bound: bytes = b"") -> str:
        """The payload with its MAC over it and what it is bound to, as text."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(bound + payload)
        outer.update(inner.digest())
        whole = payload + outer.digest()[:_MAC_SIZE]
        return binascii.b2a_base64(whole, newline=False).translate(_TO_URL).rstrip(b"=").decode()

    def opened(self, text: str, bound: bytes = b"") -> bytes | None:
        """The payload, if the text is letter for letter what `sealed` makes of it."""
        if len(text) > _LONGEST:
            return None
        try:
            payload = binascii.a2b_base64(text.translate(_FROM_URL) + "==")[:-_MAC_SIZE]
        except ValueError:
            return None
        return payload if hmac.compare_digest(self.sealed(payload, bound), text) else None


class GlobalIds:
    """Ids of nodes: a type's name and a value that is unique within the type. The same pair has one id for ever."""

    def __init__(self, secret: bytes) -> None:
        self._seal = _Seal(secret, b"id")

    def encode(self, type_name: str, value: str) -> str:
        """Raises: KeyError for a type that has no code yet."""
        code = _CODES[type_name]
        if packed := _packed(value):
            return self._seal.sealed(bytes((code | _PACKED,)) + packed + value[32:].encode())
        return self._seal.sealed(bytes((code,)) + value.encode())

    def decode(self, text: str) -> tuple[str, str] | None:
        """The type's name and the value; None for anything that `encode` did not make with this secret."""
        payload = self._seal.opened(text)
        if not payload:
            return None
        value = payload[1:].decode() if payload[0] < _PACKED else payload[1:17].hex() + payload[17:].decode()
        return TYPE_NAMES[(payload[0] & ~_PACKED) - 1], value


def _packed(value: str) -> bytes | None:
    """The order's id that a value begins with, in 16 bytes; None where it is not exactly that."""
    if len(value) < 32 or value[32:33] not in ("", "/"):
        return None
    try:
        packed = bytes.fromhex(value[:32])
    except ValueError:
        return None
    # Capitals and blanks are read too, but would come back as something else.
    return packed if packed.hex() == value[:32] else None


class Cursors:
    """Places in lists, good for one list as one viewer sees it. `viewer` is None for whoever has no token."""

    def __init__(self, secret: bytes) -> None:
        self._seal = _Seal(secret, b"cursor")

    def encode(self, list_name: str, viewer: str | None, *key: Key) -> str:
        return self._seal.sealed(_LIST.encode(key).encode(), _bound(list_name, viewer))

    def decode(self, list_name: str, viewer: str | None, text: str) -> tuple[Key, ...] | None:
        """The key; None for anything that `encode` did not make with this secret for this list and viewer."""
        payload = self._seal.opened(text, _bound(list_name, viewer))
        return None if payload is None else tuple(json.loads(payload.decode()))


def _bound(list_name: str, viewer: str | None) -> bytes:
    # Lengths in front: no list and viewer may run into each other, or into the key, and read like another pair.
    name = list_name.encode()
    if viewer is None:
        return b"%d:%b-" % (len(name), name)
    seen_by = viewer.encode()
    return b"%d:%b%d:%b" % (len(name), name, len(seen_by), seen_by)
