"""What people are told, and how it went."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.model import notifications as core
from domain.model.orders import NotificationChannel
from schema.connections import Listed
from schema.context import Info, Viewing
from schema.events import OrderEvent
from schema.fields import field
from schema.nodes import Node
from schema.orders.seen import Seen

if TYPE_CHECKING:
    from schema.orders.order import Order

strawberry.enum(
    NotificationChannel, description="WEBSOCKET is the `notifications` subscription and the inbox behind it."
)
strawberry.enum(core.NotificationStatus, description="UNKNOWN: handed over, and the answer was lost. FAILED: given up.")


@strawberry.type(description="One attempt chain on one channel; `reason` says why it was suppressed or failed.")
class NotificationDelivery:
    model: strawberry.Private[core.Delivery]
    address: strawberry.Private[str | None]

    @field
    def channel(self) -> NotificationChannel:
        return self.model.channel

    @field
    def status(self) -> core.NotificationStatus:
        return self.model.status

    @field
    def to(self) -> str | None:
        # Null for the inbox, and once the address was erased or is another one.
        return self.address

    @field
    def attempts(self) -> int:
        return self.model.attempts

    @field
    def provider_id(self) -> str | None:
        return self.model.provider_id

    @field
    def reason(self) -> str | None:
        return self.model.reason

    @field
    def sent_at(self) -> datetime | None:
        return self.model.sent_at


@strawberry.type
class Notification(Node):
    """Whoever may read messages may see their order."""

    model: strawberry.Private[core.Notification]
    viewing: strawberry.Private[Viewing]

    @field
    def id(self) -> strawberry.ID:
        return self.viewing.id("Notification", self.model.id)

    @field
    def type(self) -> str:
        return self.model.kind

    @field
    def title(self) -> str:
        return self.model.title

    @field
    def body(self) -> str:
        return self.model.body

    @field
    async def order(self, info: Info) -> Annotated["Order", strawberry.lazy("schema.orders.order")] | None:
        return await info.context.order_of(self.model.order_id)

    @field
    async def event(self, info: Info) -> OrderEvent | None:
        return await info.context.event(self.model.order_id, self.model.sequence)

    @field
    def created_at(self) -> datetime:
        return self.model.created_at

    @field
    def read_at(self) -> datetime | None:
        return self.model.read_at

    @field
    async def deliveries(self, info: Info) -> list[NotificationDelivery]:
        return await info.context.deliveries(self.model)


@strawberry.type
class NotificationConnection(Listed[Notification]): ...


@strawberry.input
class MarkNotificationsReadInput:
    ids: list[strawberry.ID]


def reads_messages(seen: Seen) -> bool:
    """Staff do, and the buyer; a gift does not: messages name prices."""
    return seen.personal and seen.prices
