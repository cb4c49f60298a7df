"""The documents that clients start from (tests/data/operations.graphql), without what is not built yet."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    print_ast,
    visit,
)

from tests.house.contract import SCHEMA, lines

SOURCE = Path(__file__).parent / "data" / "operations.graphql"


@cache
def operations() -> dict[str, str]:
    """By name, each with the fragments that it needs; an operation of which nothing is left is not there."""
    contract = build_schema((SCHEMA / "contract.graphql").read_text())
    not_built = lines((SCHEMA / "not_built.txt").read_text())
    document = pruned(parse(SOURCE.read_text()), contract, frozenset(not_built))
    fragments = {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
    found = {}
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode) and one.name is not None:
            needed = sorted(_spread(one, fragments))
            found[one.name.value] = "\n\n".join(print_ast(part) for part in (one, *(fragments[n] for n in needed)))
    return found


def pruned(whole: DocumentNode, contract: GraphQLSchema, not_built: frozenset[str]) -> DocumentNode:
    """The document without those coordinates, and without whatever is empty or unused once they are gone."""
    types = TypeInfo(contract)
    document: DocumentNode = visit(whole, TypeInfoVisitor(types, _Unbuilt(types, not_built)))
    while True:
        names = {one.name.value for one in document.definitions if isinstance(one, FragmentDefinitionNode)}
        smaller = visit(document, _Hollow(names))
        if print_ast(smaller) == print_ast(document):
            return visit(document, _Unasked())  # type: ignore[no-any-return]
        document = smaller


class _Unbuilt(Visitor):
    def __init__(self, types: TypeInfo, not_built: frozenset[str]) -> None:
        super().__init__()
        self._types = types
        self._not_built = not_built

    def enter_field(self, node: FieldNode, *_: Any) -> Any:
        parent = self._types.get_parent_type()
        coordinate = f"{parent.name}.{node.name.value}" if parent is not None else None
        if coordinate is None or coordinate in self._not_built:
            return REMOVE
        given = tuple(node.arguments or ())
        kept = tuple(one for one in given if f"{coordinate}({one.name.value}:)" not in self._not_built)
        return replace(node, arguments=kept) if kept != given else None

    def enter_fragment_definition(self, node: FragmentDefinitionNode, *_: Any) -> Any:
        return REMOVE if node.type_condition.name.value in self._not_built else None

    def enter_inline_fragment(self, node: InlineFragmentNode, *_: Any) -> Any:
        condition = node.type_condition
        return REMOVE if condition is not None and condition.name.value in self._not_built else None

    def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> Any:
        type_ = self._types.get_input_type()
        return REMOVE if type_ is not None and get_named_type(type_).name in self._not_built else None


class _Hollow(Visitor):
    """Takes out what has nothing left inside, and what spreads a fragment that is gone."""

    def __init__(self, fragments: set[str]) -> None:
        super().__init__()
        self._fragments = fragments

    def leave_field(self, node: FieldNode, *_: Any) -> Any:
        return REMOVE if _is_hollow(node.selection_set) else None

    leave_fragment_definition = leave_inline_fragment = leave_operation_definition = leave_field

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> Any:
        return None if node.name.value in self._fragments else REMOVE


class _Unasked(Visitor):
    """Takes out the variables that nothing uses any more."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> Any:
        used = set[str]()

        class Uses(Visitor):
            def enter_variable_definition(self, node: VariableDefinitionNode, *_: Any) -> Any:
                return False

            def enter_variable(self, node: VariableNode, *_: Any) -> None:
                used.add(node.name.value)

        visit(node, Uses())
        kept = (one for one in node.variable_definitions or () if one.variable.name.value in used)
        return replace(node, variable_definitions=tuple(kept))


def _is_hollow(selections: SelectionSetNode | None) -> bool:
    return selections is not None and not selections.selections


def _spread(node: Node, fragments: dict[str, FragmentDefinitionNode]) -> set[str]:
    """The fragments that a node uses, directly or through others."""
    found = set[str]()

    class Spreads(Visitor):
        def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Any) -> None:
            found.add(node.name.value)

    visit(node, Spreads())
    return found | {deeper for name in found for deeper in _spread(fragments[name], fragments)}
