"""Tokens of links: the link's id and a MAC over it, so that the same link always has the same token."""

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from domain.model.links import Purpose

PREFIXES = {Purpose.TRACK: "wml_", Purpose.SIGN_IN: "wms_", Purpose.REFRESH: "wmr_"}
_MAC_BYTES = 16
_LENGTH = 43  # characters of 32 bytes


class SecretLinks:
    """Only the digest of a token is stored; without the secret nobody makes a token from a link's id."""

    def __init__(self, secret: bytes) -> None:
        key = hmac.digest(secret, b"waymark/links/1", "sha256")
        self._keys = {one: key if one is Purpose.TRACK else hmac.digest(key, one.encode(), "sha256") for one in Purpose}

    def token(self, link_id: str, purpose: Purpose = Purpose.TRACK) -> str:
        """`link_id` is 32 hex digits. A prefix like `wml_` and 43 characters of the base64url alphabet."""
        plain = bytes.fromhex(link_id)
        if len(plain) != 16:
            raise ValueError("a link's id is 32 hex digits")
        mac = hmac.digest(self._keys[purpose], plain, "sha256")[:_MAC_BYTES]
        return PREFIXES[purpose] + urlsafe_b64encode(plain + mac).decode().rstrip("=")

    def digest(self, token: str) -> bytes:
        return hashlib.sha256(token.encode(errors="surrogatepass")).digest()

    def link_id(self, token: str, purpose: Purpose = Purpose.TRACK) -> str | None:
        """The id of the link that this token was made for; None for anything else, to the last bit."""
        text = token.removeprefix(PREFIXES[purpose])
        if len(text) != _LENGTH or not token.startswith(PREFIXES[purpose]) or not token.isascii():
            return None
        try:
            raw = urlsafe_b64decode(text + "=")
        except (ValueError, binascii.Error):
            return None
        link_id = raw[:16].hex()
        # Compared as text: base64 has spare bits, and only one spelling of them is ours.
        return link_id if len(raw) == 32 and hmac.compare_digest(self.token(link_id, purpose), token) else None
