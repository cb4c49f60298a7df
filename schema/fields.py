"""Published fields that are worked out when asked for."""

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry.types.field import StrawberryField


def field(resolver: Callable[..., Any]) -> StrawberryField:
    """The docstring is what the published schema says of the field; it says nothing where there is none."""
    published: StrawberryField = strawberry.field(description=" ".join((resolver.__doc__ or "").split()) or None)(
        resolver
    )
    return published


def stream(resolver: Callable[..., Any]) -> StrawberryField:
    """As `field`, for a subscription: the resolver yields its answers one after another."""
    published: StrawberryField = strawberry.subscription(description=_said(resolver))(resolver)
    return published


def _said(resolver: Callable[..., Any]) -> str | None:
    return " ".join((resolver.__doc__ or "").split()) or None
