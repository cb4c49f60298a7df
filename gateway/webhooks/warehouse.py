"""Warehouse callbacks, signed as Standard Webhooks: id, timestamp and raw body under one signature."""

import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from gateway.webhooks.signatures import LONGEST_ID, Forged, document, in_time


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str], now: datetime) -> str:
    """The time is checked against our own clock, not the library's, so that it can be set in a rehearsal."""
    event_id, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = [word for word in headers.get("webhook-signature", "").split(" ") if word.isascii()]
    if not 0 < len(event_id) <= LONGEST_ID or not in_time(seconds, now):
        raise Forged
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Forged from None  # what is signed is text
    at = datetime.fromtimestamp(int(seconds), UTC)
    for secret in secrets:
        expected = Webhook(secret).sign(event_id, at, text)
        if any(hmac.compare_digest(expected, signature) for signature in given):
            document(body)
            return event_id
    raise Forged
