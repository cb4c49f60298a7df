"""Who is looking."""

from datetime import datetime

import strawberry

from domain.model.actors import ActorKind
from schema.context import Info, Viewing
from schema.customers import Customer
from schema.fields import field
from schema.notifications import NotificationConnection
from schema.orders.filters import OrderFilter
from schema.orders.lists import OrderConnection


@strawberry.type
class Viewer:
    viewing: strawberry.Private[Viewing]

    @field
    def kind(self) -> ActorKind:
        return self.viewing.actor.kind

    @field
    async def customer(self, info: Info) -> Customer | None:
        actor = self.viewing.actor
        if actor.kind is not ActorKind.CUSTOMER or actor.id is None:
            return None
        found = await info.context.customer(actor.id)
        return Customer(model=found, viewing=self.viewing) if found is not None else None

    @field
    def roles(self) -> list[str]:
        return sorted(self.viewing.actor.roles)

    @field
    def expires_at(self) -> datetime | None:
        """When the session or link runs out."""
        return self.viewing.actor.expires_at

    @field
    async def unread_notifications(self, info: Info) -> int | None:
        return await info.context.unread()

    @field
    async def notifications(
        self, info: Info, first: int | None = strawberry.UNSET, after: str | None = strawberry.UNSET
    ) -> NotificationConnection | None:
        return await info.context.inbox(first, after)

    @field
    async def orders(
        self,
        info: Info,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        filter: OrderFilter | None = strawberry.UNSET,
    ) -> OrderConnection | None:
        """Their own, newest first; a link's one order."""
        return await info.context.orders_of_viewer(info, first, after, filter)
