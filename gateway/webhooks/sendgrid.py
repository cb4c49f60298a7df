"""What becomes of an e-mail, in SendGrid's format: ECDSA over timestamp and raw body, by a key pair of theirs.

No door leads here before deliveries are followed beyond their hand-over; until then a message ends as SENT.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence

from sendgrid.helpers.eventwebhook import EventWebhook

from gateway.webhooks.signatures import Forged

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


def verify(headers: Mapping[str, str], body: bytes, public_keys: Sequence[str]) -> None:
    """One of the keys made this signature, written in the one way that there is. Raises: Forged."""
    signature, timestamp = headers.get(SIGNATURE, ""), headers.get(TIMESTAMP, "")
    try:
        decoded, text = base64.b64decode(signature, validate=True), body.decode()
    except (binascii.Error, ValueError):
        raise Forged from None
    if base64.b64encode(decoded).decode() != signature:
        raise Forged
    for public_key in public_keys:
        webhook = EventWebhook(public_key)
        if webhook.verify_signature(text, signature, timestamp):
            return
    raise Forged
