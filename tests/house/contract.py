"""What of the public contract our schema has, and what is not built yet.

`schema/contract.graphql` is the contract, `schema/schema.graphql` what the code serves, `schema/not_built.txt` the
difference: one schema coordinate a line (`Order.approvals`, `Query.tickets(filter:)`, `ErrorCode.EXPIRED`, `Ticket`; a
type or a field covers its members). A line is only for what is absent: something present with another type, nullability
or default is wrong, not unbuilt.

    python -m tests.house.contract --write      writes schema/not_built.txt anew
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graphql import (
    EnumTypeDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
)

SCHEMA = Path(__file__).resolve().parents[2] / "schema"
HEAD = "# What contract.graphql promises and schema.graphql lacks. `make schema` writes this, a test compares.\n"


@dataclass(frozen=True)
class Part:
    """A type, field, argument, value or relation, and what must be the same about it."""

    shape: str
    within: str = ""  # the type or field that it is part of
    other: str = ""  # of a relation: the type that it leads to
    input: bool = False  # an argument or an input field: one that must be given is a burden on every client


def parts(sdl: str) -> dict[str, Part]:
    """Every part of a schema by its coordinate, in the order of the text."""
    found: dict[str, Part] = {}
    for definition in parse(sdl).definitions:
        if isinstance(definition, TypeDefinitionNode):
            name = definition.name.value
            found[name] = Part(definition.kind.removesuffix("_definition").replace("_", " "))
            found.update(_members(name, definition))
    return found


def _members(name: str, definition: TypeDefinitionNode) -> Iterator[tuple[str, Part]]:
    match definition:
        case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
            for interface in definition.interfaces or ():
                other = interface.name.value
                yield f"{name} implements {other}", Part("", within=name, other=other)
            for field in definition.fields or ():
                coordinate = f"{name}.{field.name.value}"
                yield coordinate, Part(print_ast(field.type), within=name)
                for argument in field.arguments or ():
                    yield f"{coordinate}({argument.name.value}:)", Part(_given(argument), within=coordinate, input=True)
        case InputObjectTypeDefinitionNode():
            for entry in definition.fields or ():
                yield f"{name}.{entry.name.value}", Part(_given(entry), within=name, input=True)
        case EnumTypeDefinitionNode():
            for value in definition.values or ():
                yield f"{name}.{value.name.value}", Part("value", within=name)
        case UnionTypeDefinitionNode():
            for member in definition.types or ():
                other = member.name.value
                yield f"{name} may be {other}", Part("", within=name, other=other)


def _given(value: InputValueDefinitionNode) -> str:
    default = f" = {print_ast(value.default_value)}" if value.default_value else ""
    return print_ast(value.type) + default


def absent(promised: dict[str, Part], given: dict[str, Part]) -> list[str]:
    """The coordinates that are not built: the outermost of each, what lies within goes without saying."""
    return [
        coordinate
        for coordinate, part in promised.items()
        if coordinate not in given and not part.other and (not part.within or part.within in given)
    ]


def broken(promised: dict[str, Part], given: dict[str, Part]) -> list[str]:
    """What is there, and not as promised: a sentence for each."""
    faults: list[str] = []
    for coordinate, part in promised.items():
        if coordinate in given:
            if given[coordinate].shape != part.shape:
                faults.append(f"{coordinate} is {given[coordinate].shape}, promised as {part.shape}")
        elif part.other and part.within in given and part.other in given:
            faults.append(f"promised, and not so: {coordinate}")
    for coordinate, part in given.items():
        must_be_given = part.input and part.shape.endswith("!")
        if must_be_given and coordinate not in promised and part.within in promised:
            faults.append(f"{coordinate} must be given, and nobody was told")
    return faults


def complaints(contract: str, schema: str, not_built: str) -> list[str]:
    """Why the three files do not agree: a sentence for each fault, none when all is well."""
    promised, given = parts(contract), parts(schema)
    listed = lines(not_built)
    missing = absent(promised, given)
    faults = broken(promised, given)
    faults += [f"{coordinate} is neither built nor listed" for coordinate in missing if coordinate not in listed]
    for coordinate in listed:
        if coordinate not in promised:
            faults.append(f"{coordinate} is listed as not built, and the contract does not know it")
        elif coordinate in given:
            faults.append(f"{coordinate} is listed as not built, and is built")
        elif coordinate not in missing:
            faults.append(f"{coordinate} is listed, and its type or field is too: one line is enough")
    faults += [f"{coordinate} is listed twice" for coordinate in sorted(set(listed)) if listed.count(coordinate) > 1]
    return faults


def lines(not_built: str) -> list[str]:
    stripped = (line.strip() for line in not_built.splitlines())
    return [line for line in stripped if line and not line.startswith("#")]


def write() -> int:
    """schema/not_built.txt names what is absent, and nothing else; 1 when something present is wrong."""
    promised = parts((SCHEMA / "contract.graphql").read_text())
    given = parts((SCHEMA / "schema.graphql").read_text())
    (SCHEMA / "not_built.txt").write_text(HEAD + "".join(f"{coordinate}\n" for coordinate in absent(promised, given)))
    faults = broken(promised, given)
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    sys.exit(write())
