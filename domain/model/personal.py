"""Words about a person are named, never held, by what is kept for good."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonalRef:
    """Names a personal row: its id and SHA-256(salt, body) in hex."""

    id: str
    digest: str
