"""Words about people: sealed into immutable rows, and made into look-up words that do not give them away."""

import hashlib
import hmac
import unicodedata

import msgspec

from domain.model.changes import PersonalRow
from domain.model.orders import Buyer, PersonalRef
from domain.ports import Ids

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Buyer)


class SealedPersonals:
    """A row's digest is over a random salt and its body: events that name it tell nothing once it is erased."""

    def __init__(self, secret: bytes, ids: Ids) -> None:
        self._key = hmac.digest(secret, b"waymark/personals/1", "sha256")
        self._ids = ids

    def seal(self, words: Buyer) -> PersonalRow:
        salt, body = self._ids.token_bytes(16), _encoder.encode(words)
        return PersonalRow(PersonalRef(self._ids.unique(), row_digest(salt, body)), salt, body)

    def open(self, body: bytes) -> Buyer:
        return open_body(body)

    def lookup(self, kind: str, value: str) -> str:
        """The same for spellings that differ in case, width or blanks only; other kinds give other words."""
        plain = " ".join(unicodedata.normalize("NFKC", value).casefold().split())
        message = f"{kind}\0{plain}".encode(errors="surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()


def row_digest(salt: bytes, body: bytes) -> str:
    return hashlib.sha256(salt + body).hexdigest()


def open_body(body: bytes) -> Buyer:
    """The words of a row, as they were sealed."""
    return _decoder.decode(body)
