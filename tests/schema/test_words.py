"""The published schema explains itself in the contract's own words."""

from graphql import DefinitionNode, StringValueNode, parse

from tests.house.contract import SCHEMA


def said(description: StringValueNode | None) -> str:
    return " ".join(description.value.split()) if description is not None else ""


def descriptions(sdl: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for definition in parse(sdl).definitions:
        assert isinstance(definition, DefinitionNode)
        name = definition.name.value  # type: ignore[attr-defined]
        found[name] = said(definition.description)  # type: ignore[attr-defined]
        for member in getattr(definition, "fields", None) or ():
            found[f"{name}.{member.name.value}"] = said(member.description)
    return found


def test_what_the_contract_says_of_a_type_or_field_is_said_in_the_schema() -> None:
    promised = descriptions((SCHEMA / "contract.graphql").read_text())
    given = descriptions((SCHEMA / "schema.graphql").read_text())
    assert {name: text for name, text in promised.items() if name in given and given[name] != text} == {}


def test_what_is_not_in_the_contract_says_nothing_about_how_it_is_built() -> None:
    promised = descriptions((SCHEMA / "contract.graphql").read_text())
    given = descriptions((SCHEMA / "schema.graphql").read_text())
    assert {name for name, text in given.items() if text and name not in promised} == set()
