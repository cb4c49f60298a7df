"""Who acts. An Actor is the living one behind a request; what the journal keeps of it is its ActorRef."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ActorKind(StrEnum):
    CUSTOMER = "CUSTOMER"
    GUEST = "GUEST"
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"
    WORKFLOW = "WORKFLOW"
    CARRIER = "CARRIER"
    PAYMENT_PROVIDER = "PAYMENT_PROVIDER"
    WAREHOUSE = "WAREHOUSE"
    AGENT = "AGENT"


class AccessScope(StrEnum):
    VIEW = "VIEW"
    VIEW_PRICES = "VIEW_PRICES"
    VIEW_PERSONAL = "VIEW_PERSONAL"
    SELF_SERVICE = "SELF_SERVICE"


ALL_SCOPES = frozenset(AccessScope)


class Role(StrEnum):
    """What a member of staff is trusted with; `policies/access.py` has the table."""

    SUPPORT = "support"
    WAREHOUSE = "warehouse"
    FINANCE = "finance"
    OPERATIONS = "operations"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ActorRef:
    """What the journal says of an actor: a kind and an opaque or professional name, never personal words."""

    kind: ActorKind
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is the customer's id, the staff member's name or the link's id; `order_id` binds a link to its order.

    `session_id` names what signing out ends.
    """

    kind: ActorKind
    id: str | None = None
    roles: frozenset[Role] = frozenset()
    order_id: str | None = None
    scopes: frozenset[AccessScope] = frozenset()
    expires_at: datetime | None = None
    session_id: str | None = None

    @property
    def ref(self) -> ActorRef:
        return ActorRef(self.kind, self.id if self.kind is ActorKind.STAFF else None)

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    @property
    def viewer(self) -> str:
        """Names this viewer for cursors and idempotency keys: stable over sessions of the same person."""
        return f"{self.kind}:{self.id or ''}"


SYSTEM = Actor(ActorKind.SYSTEM)
WORKFLOW = Actor(ActorKind.WORKFLOW)
ANONYMOUS = Actor(ActorKind.GUEST)
