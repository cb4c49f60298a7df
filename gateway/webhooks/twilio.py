"""What becomes of an SMS, in Twilio's format: `X-Twilio-Signature`, HMAC-SHA1 over the address and what was posted.

No door leads here before deliveries are followed beyond their hand-over; until then a message ends as SENT.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, parse_qsl, urlsplit

from gateway.webhooks.signatures import Forged

HEADER = "x-twilio-signature"
JSON_DIGEST = "bodySHA256"
DEFAULT_PORTS = {"https": 443, "http": 80}


def verify(url: str, headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> None:
    """`url` is how Twilio was told to reach us. It may sign its default port too, so both are tried. Raises: Forged."""
    given = headers.get(HEADER, "")
    digests = parse_qs(urlsplit(url).query).get(JSON_DIGEST)
    if digests is None:
        posted = _posted(body)
    elif hmac.compare_digest(digests[0].encode(), hashlib.sha256(body).hexdigest().encode()):
        posted = ""
    else:
        raise Forged
    for secret in secrets:
        for address in _addresses(url):
            mac = hmac.new(secret.encode(), (address + posted).encode(), hashlib.sha1)
            if hmac.compare_digest(base64.b64encode(mac.digest()), given.encode()):
                return
    raise Forged


def _posted(body: bytes) -> str:
    """Names in order, each with its values in order, what is repeated once. Raises: Forged."""
    try:
        pairs = set(parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(body), errors="strict"))
    except ValueError:
        raise Forged from None
    return "".join(name + value for name, value in sorted(pairs))


def _addresses(url: str) -> list[str]:
    parts = urlsplit(url)
    if parts.port is not None and parts.port != DEFAULT_PORTS.get(parts.scheme):
        return [url]
    bare = parts.netloc.removesuffix(f":{parts.port}")
    ported = f"{bare}:{DEFAULT_PORTS[parts.scheme]}"
    return [parts._replace(netloc=netloc).geturl() for netloc in (bare, ported)]
