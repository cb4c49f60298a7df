"""What only the holder of the secret can make or open."""

from typing import Protocol

from domain.model.changes import PersonalRow
from domain.model.links import Purpose
from domain.model.orders import Buyer


class Links(Protocol):
    """Tokens, derived from an id and the secret, so that what has the same id always has the same token."""

    def token(self, link_id: str, purpose: Purpose = Purpose.TRACK) -> str: ...
    def link_id(self, token: str, purpose: Purpose = Purpose.TRACK) -> str | None:
        """The id that this token was made for, None for anything else."""
        ...

    def digest(self, token: str) -> bytes: ...


class Personals(Protocol):
    """Seals words about a person into a row, and makes look-up words that do not reveal what they stand for."""

    def seal(self, words: Buyer) -> PersonalRow: ...
    def lookup(self, kind: str, value: str) -> str: ...
