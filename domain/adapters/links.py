"""Tokens of links: the link's id and a MAC over it, so that the same link always has the same token."""

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

PREFIX = "wml_"
_MAC_BYTES = 16
_LENGTH = 43  # characters of 32 bytes


class SecretLinks:
    """Only the digest of a token is stored; without the secret nobody makes a token from a link's id."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"waymark/links/1", "sha256")

    def token(self, link_id: str) -> str:
        """`link_id` is 32 hex digits. `wml_` and 43 characters of the base64url alphabet."""
        plain = bytes.fromhex(link_id)
        if len(plain) != 16:
            raise ValueError("a link's id is 32 hex digits")
        return PREFIX + urlsafe_b64encode(plain + self._mac(plain)).decode().rstrip("=")

    def digest(self, token: str) -> bytes:
        return hashlib.sha256(token.encode(errors="surrogatepass")).digest()

    def link_id(self, token: str) -> str | None:
        """The id of the link that this token was made for; None for anything else, to the last bit."""
        text = token.removeprefix(PREFIX)
        if len(text) != _LENGTH or not token.startswith(PREFIX) or not token.isascii():
            return None
        try:
            raw = urlsafe_b64decode(text + "=")
        except (ValueError, binascii.Error):
            return None
        link_id = raw[:16].hex()
        # Compared as text: base64 has spare bits, and only one spelling of them is ours.
        return link_id if len(raw) == 32 and hmac.compare_digest(self.token(link_id), token) else None

    def _mac(self, plain: bytes) -> bytes:
        return hmac.digest(self._key, plain, "sha256")[:_MAC_BYTES]
