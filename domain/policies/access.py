"""Who may see and do what. Not yours = not found: callers turn a False into the answer for a missing order."""

from domain.model.actors import ALL_SCOPES, AccessScope, Actor, ActorKind, Role
from domain.model.errors import AccessDenied
from domain.model.orders import Order

EVERY_ROLE = frozenset(Role)

ROLES_BY_VERB: dict[str, frozenset[Role]] = {
    "viewOrders": EVERY_ROLE,
    "viewStock": EVERY_ROLE,
    "placeOrderFor": frozenset({Role.SUPPORT, Role.OPERATIONS, Role.ADMIN}),
    "cancelOrder": frozenset({Role.SUPPORT, Role.OPERATIONS, Role.ADMIN}),
    "fireTrigger": frozenset({Role.SUPPORT, Role.OPERATIONS, Role.ADMIN}),
    "requestReturn": frozenset({Role.SUPPORT, Role.OPERATIONS, Role.ADMIN}),
    "cancelReturn": frozenset({Role.SUPPORT, Role.OPERATIONS, Role.ADMIN}),
    "decideReturn": frozenset({Role.SUPPORT, Role.OPERATIONS, Role.ADMIN}),
    "receiveReturn": frozenset({Role.WAREHOUSE, Role.OPERATIONS, Role.ADMIN}),
    "refundOrder": frozenset({Role.FINANCE, Role.OPERATIONS, Role.ADMIN}),
    "addShipment": frozenset({Role.WAREHOUSE, Role.OPERATIONS, Role.ADMIN}),
    "recordTrackingEvent": frozenset({Role.WAREHOUSE, Role.SUPPORT, Role.OPERATIONS, Role.ADMIN}),
    "adjustStock": frozenset({Role.WAREHOUSE, Role.OPERATIONS, Role.ADMIN}),
    "upsertProducts": frozenset({Role.OPERATIONS, Role.ADMIN}),
    "upsertCustomers": frozenset({Role.SUPPORT, Role.OPERATIONS, Role.ADMIN}),
}
"""The one table of what staff roles are trusted with; README shows it."""


def require_role(actor: Actor, verb: str) -> None:
    """Raises: AccessDenied unless the actor is staff with a role that the table names for `verb`."""
    if not actor.is_staff or not actor.roles & ROLES_BY_VERB[verb]:
        raise AccessDenied(verb)


def scopes(actor: Actor, order: Order) -> frozenset[AccessScope]:
    """What this actor's session or link opens on this order; empty means that it does not exist for them."""
    match actor.kind:
        case ActorKind.STAFF:
            return ALL_SCOPES if actor.roles & ROLES_BY_VERB["viewOrders"] else frozenset()
        case ActorKind.SYSTEM | ActorKind.WORKFLOW:
            return ALL_SCOPES
        case ActorKind.CUSTOMER:
            return ALL_SCOPES if order.customer_id is not None and order.customer_id == actor.id else frozenset()
        case ActorKind.GUEST:
            return actor.scopes if actor.order_id == order.id else frozenset()
        case _:
            return frozenset()


def can_see(actor: Actor, order: Order) -> bool:
    """Whether the order exists for this actor."""
    return AccessScope.VIEW in scopes(actor, order)
