"""What tokens of every kind have in common."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Final

LEEWAY: Final = timedelta(seconds=30)


class Unauthenticated(Exception):
    """A token was shown, and it is none of ours, or no more. The message is for people and quotes nothing."""


def moment(value: object) -> datetime:
    """Raises: ValueError."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("a moment is whole seconds since the epoch")
    return datetime.fromtimestamp(value, UTC)


def own_session(token: str) -> str:
    """The id of the session of a token that names none: it is a session by itself, and signing out ends it.

    Of what was signed alone, as one signature can be spelled in several ways.
    """
    return digest(token.rpartition(".")[0])


def digest(text: str) -> str:
    """32 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
