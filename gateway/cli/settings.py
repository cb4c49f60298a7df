"""settings: every variable with its default and meaning."""

from gateway.cli.starting import say
from gateway.config import table


def settings() -> None:
    """Print every setting as a table."""
    say(table().rstrip())
