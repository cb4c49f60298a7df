"""The one table of what staff are trusted with."""

from pathlib import Path

import pytest

from domain.model.actors import Actor, ActorKind, Role
from domain.model.errors import AccessDenied
from domain.policies.access import ROLES_BY_VERB, require_role

ROOT = Path(__file__).resolve().parents[3]


def may(actor: Actor, verb: str) -> bool:
    try:
        require_role(actor, verb)
    except AccessDenied:
        return False
    return True


@pytest.mark.parametrize("verb", ROLES_BY_VERB)
def test_exactly_the_roles_of_the_table_may(verb: str) -> None:
    allowed = {role for role in Role if may(Actor(ActorKind.STAFF, "olga", frozenset({role})), verb)}
    assert allowed == ROLES_BY_VERB[verb]
    others = [kind for kind in ActorKind if kind is not ActorKind.STAFF]
    assert [kind for kind in others if may(Actor(kind, "x", frozenset(Role)), verb)] == []
    assert not may(Actor(ActorKind.STAFF, "olga"), verb)


def test_admin_may_everything_and_every_role_something() -> None:
    assert all(Role.ADMIN in trusted for trusted in ROLES_BY_VERB.values())
    assert set(Role) == set.union(*(set(trusted) for trusted in ROLES_BY_VERB.values()))


def test_every_verb_of_the_table_is_asked_for_somewhere() -> None:
    text = "".join(file.read_text() for room in ("domain", "resolvers") for file in (ROOT / room).rglob("*.py"))
    assert [verb for verb in ROLES_BY_VERB if text.count(f'"{verb}"') < 2] == []
