"""Tracker events in EasyPost's format: `X-Hmac-Signature: hmac-sha256-hex=..` over the raw body.

The secret is normalised (NFKD) before it becomes a key. There is no timestamp: the inbox makes a repeat harmless.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.webhooks.signatures import Forged, id_of

HEADER = "x-hmac-signature"
PREFIX = "hmac-sha256-hex="


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> str:
    given = headers.get(HEADER, "")
    if not given.startswith(PREFIX) or not given.isascii():
        raise Forged
    for secret in secrets:
        key = unicodedata.normalize("NFKD", secret).encode()
        expected = PREFIX + hmac.new(key, body, hashlib.sha256).hexdigest()
        if hmac.compare_digest(expected, given):
            return id_of(body)
    raise Forged
