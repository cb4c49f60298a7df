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
