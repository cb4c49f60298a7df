"""schema: what the code serves, as text."""

import sys

from gateway.graphql import sdl


def schema() -> None:
    """Print the GraphQL schema."""
    sys.stdout.write(sdl())
