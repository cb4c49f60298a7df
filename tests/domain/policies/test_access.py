import pytest

from domain.model.actors import ALL_SCOPES, ANONYMOUS, SYSTEM, WORKFLOW, AccessScope, Actor, ActorKind, Role
from domain.model.errors import AccessDenied
from domain.policies.access import ROLES_BY_VERB, can_see, require_role, scopes
from tests.factories import an_order

ORDER = an_order("a" * 32, customer_id="c1")
OF_NOBODY = an_order("b" * 32)
VIEW = frozenset({AccessScope.VIEW})


def guest(order_id: str, held: frozenset[AccessScope] = ALL_SCOPES) -> Actor:
    return Actor(ActorKind.GUEST, "link", order_id=order_id, scopes=held)


@pytest.mark.parametrize(
    ("actor", "held"),
    [
        (Actor(ActorKind.CUSTOMER, "c1"), ALL_SCOPES),
        (Actor(ActorKind.CUSTOMER, "c2"), frozenset()),
        (Actor(ActorKind.CUSTOMER), frozenset()),
        (guest(ORDER.id), ALL_SCOPES),
        (guest(ORDER.id, VIEW), VIEW),
        (guest(ORDER.id, frozenset()), frozenset()),
        (guest(OF_NOBODY.id), frozenset()),
        (ANONYMOUS, frozenset()),
        (Actor(ActorKind.STAFF, "olga", frozenset({Role.SUPPORT})), ALL_SCOPES),
        (Actor(ActorKind.STAFF, "nobody in particular"), frozenset()),
        (SYSTEM, ALL_SCOPES),
        (WORKFLOW, ALL_SCOPES),
        (Actor(ActorKind.CARRIER), frozenset()),
        (Actor(ActorKind.PAYMENT_PROVIDER), frozenset()),
        (Actor(ActorKind.WAREHOUSE), frozenset()),
        (Actor(ActorKind.AGENT, "c1"), frozenset()),
    ],
)
def test_an_order_opens_as_far_as_it_is_ones_own(actor: Actor, held: frozenset[AccessScope]) -> None:
    assert scopes(actor, ORDER) == held
    assert can_see(actor, ORDER) is (AccessScope.VIEW in held)


@pytest.mark.parametrize("actor", [Actor(ActorKind.CUSTOMER), Actor(ActorKind.CUSTOMER, "c1"), ANONYMOUS, guest("")])
def test_an_order_without_a_customer_is_not_everybodys(actor: Actor) -> None:
    assert not can_see(actor, OF_NOBODY)


@pytest.mark.parametrize("verb", sorted(ROLES_BY_VERB))
@pytest.mark.parametrize("role", Role)
def test_staff_may_what_the_table_says_and_nothing_else(verb: str, role: Role) -> None:
    actor = Actor(ActorKind.STAFF, "olga", frozenset({role}))
    if role in ROLES_BY_VERB[verb]:
        require_role(actor, verb)
    else:
        with pytest.raises(AccessDenied):
            require_role(actor, verb)


@pytest.mark.parametrize("verb", sorted(ROLES_BY_VERB))
@pytest.mark.parametrize("kind", [kind for kind in ActorKind if kind is not ActorKind.STAFF])
def test_nobody_else_has_a_role_whatever_they_say_of_themselves(verb: str, kind: ActorKind) -> None:
    with pytest.raises(AccessDenied):
        require_role(Actor(kind, "olga", frozenset(Role)), verb)


def test_staff_without_a_role_may_nothing() -> None:
    for verb in ROLES_BY_VERB:
        with pytest.raises(AccessDenied):
            require_role(Actor(ActorKind.STAFF, "olga"), verb)


def test_an_administrator_may_everything_in_the_table() -> None:
    assert all(Role.ADMIN in roles for roles in ROLES_BY_VERB.values())
