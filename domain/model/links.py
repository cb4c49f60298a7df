"""A link token opens one order to whoever holds it, as far as its scopes go. Only the token's hash is stored."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.actors import AccessScope


class Purpose(StrEnum):
    """What a token may be shown for; one that was made for something else is none."""

    TRACK = "track"
    SIGN_IN = "sign-in"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Link:
    id: str
    order_id: str
    token_hash: bytes
    scopes: frozenset[AccessScope]
    created_at: datetime
    expires_at: datetime
    name: str | None = None
    revoked_at: datetime | None = None
