"""Signing in: a link that is good once, the session that it begins, and the tokens that keep the session going.

Of every token only the hash is stored; whoever has the id and the master secret can make it again.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.model.actors import ActorKind


@dataclass(frozen=True, slots=True)
class SignInLink:
    """Was sent to `email`. `used_at`: somebody signed in with it, and nobody will again."""

    id: str
    email: str
    token_hash: bytes
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Of a customer (`subject` is their id) or of staff (their name). Once it has ended, no token of it is good."""

    id: str
    kind: ActorKind
    subject: str
    started_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """Good once. The one that takes its place belongs to the same session; shown again, it ends that session."""

    id: str
    session_id: str
    token_hash: bytes
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
