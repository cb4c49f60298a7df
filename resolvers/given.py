"""What a caller said, and what they left out."""

from collections.abc import Iterable
from typing import TypeVar

from strawberry.types.unset import UnsetType

T = TypeVar("T")


def given(value: T | None) -> T | None:
    """Left out, or given as null: it is the same to the core."""
    return None if isinstance(value, UnsetType) else value


def listed(values: Iterable[T] | None) -> tuple[T, ...]:
    return tuple(given(values) or ())
