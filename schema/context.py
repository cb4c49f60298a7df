"""What published types ask of the world they are shown in: Viewing in memory, Context for what must be loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

import strawberry

from domain.model import notifications as told
from domain.model.actors import AccessScope, Actor, ActorKind
from domain.model.addresses import Address
from domain.model.effects import Effect
from domain.model.orders import Order
from domain.model.personal import PersonalRef
from domain.model.products import Availability, Customer, Product
from domain.model.returns import Return
from domain.model.shop import Shop
from domain.policies.access import scopes
from domain.policies.actions import Moment, available_actions, return_actions
from domain.policies.cancellation import AvailableAction
from domain.workflow.definition import Definition
from domain.workflow.engine import triggers_open

if TYPE_CHECKING:
    from schema.events import OrderEvent, OrderEventConnection
    from schema.notifications import Notification, NotificationConnection, NotificationDelivery
    from schema.orders.filters import OrderFilter
    from schema.orders.lists import OrderConnection
    from schema.orders.order import Order as PublishedOrder
    from schema.orders.seen import Seen


class GlobalIds(Protocol):
    """Ids as the world sees them: opaque, typed, unforgeable. `decode` answers None for what was never encoded."""

    def encode(self, type_name: str, value: str) -> str: ...
    def decode(self, text: str) -> tuple[str, str] | None: ...


@dataclass(frozen=True, slots=True)
class Viewing:
    """Who looks, and when, in which language, at which shop: all in memory, the same for a whole answer.

    `day` prints a moment for people; `page` is the address at which a link, named by its id, shows its order.
    """

    actor: Actor
    locale: str
    now: datetime
    shop: Shop
    ids: GlobalIds
    formatted: Callable[[Address], tuple[str, ...]]
    day: Callable[[datetime], str]
    definition: Callable[[str, int], Definition]
    page: Callable[[str], str]

    @property
    def is_staff(self) -> bool:
        return self.actor.is_staff

    @property
    def is_anonymous(self) -> bool:
        """Nobody signed in and no link was shown."""
        return self.actor.kind is ActorKind.GUEST and self.actor.order_id is None

    def id(self, type_name: str, *parts: str | int) -> strawberry.ID:
        return strawberry.ID(self.ids.encode(type_name, "/".join(map(str, parts))))

    def scopes(self, order: Order) -> frozenset[AccessScope]:
        return scopes(self.actor, order)

    def triggers(self, order: Order) -> tuple[str, ...]:
        return triggers_open(self.definition(order.flow.workflow, order.flow.version), order.flow)

    def actions(self, order: Order) -> tuple[AvailableAction, ...]:
        return available_actions(self.actor, order, self._moment(order))

    def return_actions(self, order: Order, rma: Return) -> tuple[AvailableAction, ...]:
        return return_actions(self.actor, order, rma, self._moment(order))

    def _moment(self, order: Order) -> Moment:
        back = {
            rma.id: triggers_open(self.definition(rma.flow.workflow, rma.flow.version), rma.flow)
            for rma in order.returns
        }
        return Moment(self.triggers(order), back, self.shop, self.now)


class Context(Protocol):
    """What a field that must load may ask; each answer comes from a batch that reads once for all who asked."""

    @property
    def viewing(self) -> Viewing: ...

    async def customer(self, customer_id: str) -> Customer | None: ...
    async def product(self, sku: str) -> Product | None: ...
    async def availability(self, sku: str) -> Availability: ...
    async def available(self, sku: str) -> int: ...
    async def effects(self, order_id: str) -> list[Effect]: ...
    async def note(self, ref: PersonalRef | None) -> str | None: ...

    async def orders_of(
        self, info: "Info", customer_id: str, first: int | None, after: str | None, where: "OrderFilter | None"
    ) -> "OrderConnection": ...

    async def orders_of_viewer(
        self, info: "Info", first: int | None, after: str | None, where: "OrderFilter | None"
    ) -> "OrderConnection": ...

    async def events(
        self, seen: "Seen", first: int | None, after: str | None, last: int | None, before: str | None
    ) -> "OrderEventConnection": ...

    async def event(self, order_id: str, sequence: int) -> "OrderEvent | None": ...
    async def order_of(self, order_id: str) -> "PublishedOrder | None": ...
    async def deliveries(self, notification: told.Notification) -> "list[NotificationDelivery]": ...
    async def notifications_of(self, seen: "Seen") -> "list[Notification] | None": ...
    async def inbox(self, first: int | None, after: str | None) -> "NotificationConnection | None": ...
    async def unread(self) -> int | None: ...


Info: TypeAlias = strawberry.Info[Context, None]
