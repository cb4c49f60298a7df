"""The timeline of an order, as its journal has it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, cast

import strawberry
from strawberry.scalars import JSON

from domain.model import actors
from domain.model import events as core
from domain.policies.headlines import event_message, event_title
from schema.connections import Connection
from schema.fields import field
from schema.nodes import Node
from schema.orders.seen import Seen

strawberry.enum(actors.ActorKind)

SECRETS = frozenset({"token", "client_secret"})
"""Words of the journal that open something at a provider: of no use to read, so not even staff are shown them."""


@strawberry.type
class Actor:
    kind: actors.ActorKind
    name: str | None


@strawberry.type
class OrderEvent(Node):
    model: strawberry.Private[core.Event]
    seen: strawberry.Private[Seen]

    @field
    def id(self) -> strawberry.ID:
        return self.seen.id("OrderEvent", self.model.sequence)

    @field
    def sequence(self) -> int:
        """1, 2, 3 … within the order; a viewer who sees public events only sees gaps."""
        return self.model.sequence

    @field
    def type(self) -> str:
        """Dotted and stable: order.placed, payment.authorized, shipment.scanned, return.requested …"""
        return self.model.type

    @field
    def title(self) -> str:
        return event_title(self.model, self.seen.viewing.locale)

    @field
    def message(self) -> str | None:
        # Why a payment was declined is for those who see payments.
        if isinstance(self.model.data, core.PaymentDeclined) and not self.seen.prices:
            return None
        return event_message(self.model, self.seen.viewing.locale)

    @field
    def actor(self) -> Actor:
        # Which member of staff it was is for staff.
        who = self.model.actor
        hidden = who.kind is actors.ActorKind.STAFF and not self.seen.staff
        return Actor(kind=who.kind, name=None if hidden else who.name)

    @field
    def occurred_at(self) -> datetime:
        return self.model.occurred_at

    @field
    def recorded_at(self) -> datetime:
        return self.model.recorded_at

    @field
    def public(self) -> bool:
        return self.model.public

    @field
    def hash(self) -> str:
        return self.model.hash

    @field
    def data(self) -> JSON | None:
        """Staff only."""
        return cast(JSON, as_json(self.model.data)) if self.seen.staff else None


@strawberry.type(
    description="`totalCount` is counted only when asked for, and null where counting would cost too much."
)
class OrderEventConnection(Connection[OrderEvent]): ...


def as_json(value: Any) -> Any:
    """The journal's own words and shape, without its secrets."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_dataclass(value):
        return {one.name: as_json(getattr(value, one.name)) for one in fields(value) if one.name not in SECRETS}
    if isinstance(value, Mapping):
        return {key: as_json(one) for key, one in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(as_json(one) for one in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_json(one) for one in value]
    return value
