"""GraphQL documents by their text: parsed and validated once, then known.

One look-up by text does what two caches keyed by syntax trees did: hashing a tree costs more than it saves.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_operation_ast,
    value_from_ast_untyped,
)

MOST_CHARACTERS: Final = 500_000  # of text; the trees weigh a hundred times that


def digest(text: str) -> str:
    """Names a document in logs without quoting it."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


class Documents:
    """Valid documents only, the least recently used forgotten first."""

    def __init__(self, most_characters: int = MOST_CHARACTERS) -> None:
        self._known: OrderedDict[str, DocumentNode] = OrderedDict()
        self._room = most_characters

    def find(self, text: str) -> DocumentNode | None:
        document = self._known.get(text)
        if document is not None:
            self._known.move_to_end(text)
        return document

    def keep(self, text: str, document: DocumentNode) -> None:
        if text in self._known:
            return
        self._known[text] = document
        self._room -= len(text)
        while self._room < 0 and self._known:
            forgotten, _ = self._known.popitem(last=False)
            self._room += len(forgotten)


def several(document: DocumentNode) -> bool:
    """Whether the document has more than one operation."""
    return sum(isinstance(node, OperationDefinitionNode) for node in document.definitions) > 1


def root_fields(document: DocumentNode, operation_name: str | None) -> list[FieldNode]:
    """The fields that the operation asks of the root, each as often as it stands there, also through fragments."""
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        return []
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    return list(_fields(operation.selection_set, fragments, set()))


def with_defaults(document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The variables as the operation will have them: what it says of one that was not given counts."""
    operation = get_operation_ast(document, operation_name)
    said = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in (operation.variable_definitions or () if operation is not None else ())
        if definition.default_value is not None
    }
    return {**said, **variables}


def _fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], seen: set[str]
) -> Iterator[FieldNode]:
    for selection in selections.selections:
        if isinstance(selection, FieldNode):
            yield selection
        elif isinstance(selection, FragmentSpreadNode):
            name = selection.name.value
            if name not in seen and name in fragments:  # a fragment spread twice is executed once
                seen.add(name)
                yield from _fields(fragments[name].selection_set, fragments, seen)
        else:
            yield from _fields(selection.selection_set, fragments, seen)  # type: ignore[attr-defined]
