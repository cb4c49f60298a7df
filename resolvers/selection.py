"""What was asked of the items of a list."""

from collections.abc import Iterator, Sequence
from typing import Any

import strawberry
from strawberry.types.nodes import SelectedField, Selection


def selected_of_nodes(info: strawberry.Info[Any, Any]) -> frozenset[str]:
    """The fields asked of the nodes of the connection being resolved, by whichever way and through fragments."""
    connection = [part for field in _fields(info.selected_fields) for part in _fields(field.selections)]
    ends = [field for field in connection if field.name == "nodes"]
    ends += [end for field in connection if field.name == "edges" for end in _fields(field.selections)]
    return frozenset(field.name for end in ends if end.name in ("nodes", "node") for field in _fields(end.selections))


def _fields(selections: Sequence[Selection]) -> Iterator[SelectedField]:
    for one in selections:
        if isinstance(one, SelectedField):
            yield one
        else:
            yield from _fields(one.selections)
