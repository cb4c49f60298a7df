"""What decides between transitions: an expression over declared facts. The language is an adapter's business."""

from collections.abc import Mapping
from typing import Protocol

Fact = int | float | str | bool


class ConditionFailed(Exception):
    """The expression does not compile, or gave an error or something that is not true or false."""


class Condition(Protocol):
    text: str

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        """Raises: ConditionFailed."""
        ...


class Conditions(Protocol):
    def compile(self, text: str, variables: Mapping[str, type], currency: str) -> Condition:
        """`variables` are the dotted paths a rule may name, each with its type; `currency` is what money() counts in.

        Compiled once a text. Raises: ConditionFailed, naming the misspelled path.
        """
        ...
