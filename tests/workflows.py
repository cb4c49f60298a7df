"""Workflow definitions for tests: the shipped one, the same with every state renamed, and small ones of their own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from domain.adapters.documents.workflows import read_definition, read_library
from domain.model.orders import OrderStatus
from domain.workflow.definition import Definition, State

Names = Mapping[str, str]
"""What the shipped definition calls a state, and what this one does."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A definition as a document, under the names it was shipped with or under others."""

    document: bytes
    names: Names

    def read(self) -> Definition:
        return read_definition(self.document, "order", 1)


def as_shipped() -> Shipped:
    """Word for word."""
    document = read_library()["order"]
    return Shipped(document, {name: name for name in json.loads(document)["states"]})


def renamed(seed: int, name: str = "order") -> Shipped:
    """Nothing is left of the names of its states, in whatever order they stood."""
    words = json.loads(read_library()[name])
    chance = Random(seed)
    old = list(words["states"])
    names = dict(
        zip(old, chance.sample([f"{word}{number}" for word in _WORDS for number in range(9)], len(old)), strict=True)
    )
    chance.shuffle(old)
    words["states"] = {names[name]: _pointing(words["states"][name], names) for name in old}
    words["start"] = names[words["start"]]
    return Shipped(json.dumps(words).encode(), names)


_WORDS = ("größe", "état", "x", "Zustand", "the state of ", "done-", "states.")


def _pointing(state: dict[str, Any], names: Names) -> dict[str, Any]:
    """The state with every transition leading to where it led before."""

    def there(way: Any) -> Any:
        return [there(one) for one in way] if isinstance(way, list) else {**way, "to": names[way["to"]]}

    return {
        **state,
        "on": {trigger: there(way) for trigger, way in state.get("on", {}).items()},
        "after": {after: there(way) for after, way in state.get("after", {}).items()},
    }


def a_definition(start: str = "a", milestones: Any = (), **states: State) -> Definition:
    """A definition of these states, and of an end that all of them may name."""
    ends = {"end": State(OrderStatus.COMPLETED, final=True)}
    return Definition("ORDER", start, states | ends, milestones, "order", 1)
