"""Payment events in Stripe's format: `Stripe-Signature: t=..,v1=..[,v1=..]`, HMAC-SHA256 over `t.body`."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.webhooks.signatures import Forged, id_of, in_time

HEADER = "stripe-signature"


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> str:
    """While a secret is rotated there are several of ours, and several signatures of theirs: any pair will do."""
    parts = [part.strip().partition("=") for part in headers.get(HEADER, "").split(",")]
    times = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1" and value.isascii()]
    if len(times) != 1 or not in_time(times[0], now):
        raise Forged
    signed = times[0].encode() + b"." + body
    for secret in secrets:
        expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        if any(hmac.compare_digest(expected, signature) for signature in given):
            return id_of(body)
    raise Forged
