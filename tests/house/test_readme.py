"""What README says of the code is so."""

import pytest

from domain.model.actors import Role
from domain.policies.access import ROLES_BY_VERB
from gateway.config import Settings, table
from tests.house.readme import README, roles, with_tables

ROOT = README.parent


def test_the_tables_are_those_of_the_code() -> None:
    text = README.read_text()
    assert text == with_tables(text), "`make schema` writes README's tables anew"


def test_a_table_without_its_place_is_noticed() -> None:
    with pytest.raises(ValueError, match="0 places for the table of roles"):
        with_tables("nothing")


def test_every_verb_and_every_setting_has_a_row() -> None:
    assert [row.split("`")[1] for row in roles().splitlines()[2:]] == list(ROLES_BY_VERB)
    assert table().count("| `WAYMARK_") == len(Settings.model_fields)


def test_admin_may_everything_and_every_role_something() -> None:
    assert all(Role.ADMIN in trusted for trusted in ROLES_BY_VERB.values())
    assert set(Role) == set.union(*(set(trusted) for trusted in ROLES_BY_VERB.values()))


def test_every_verb_of_the_table_is_asked_for_somewhere() -> None:
    text = "".join(file.read_text() for room in ("domain", "resolvers") for file in (ROOT / room).rglob("*.py"))
    assert [verb for verb in ROLES_BY_VERB if text.count(f'"{verb}"') < 2] == []
