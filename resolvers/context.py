"""What the schema's types may ask while they are resolved: schema.context.Context, given."""

from typing import TypeAlias

import strawberry

from domain.model import notifications as told
from domain.model.effects import Effect
from domain.model.orders import Order as Model
from domain.model.personal import PersonalRef
from domain.model.products import Availability, Customer, Product
from domain.policies.eligibility import availability
from domain.ports import OrderFilter as Where
from domain.ports import SortOrders
from notifications.inbox import inbox_of
from notifications.looking import recipient
from notifications.preferences import address_of
from resolvers.events import page_of_events
from resolvers.inboxes import page_of_notifications
from resolvers.order_filters import narrowed, own_orders
from resolvers.order_lists import page_of_orders
from resolvers.request import Request
from resolvers.selection import selected_of_nodes
from schema import context
from schema.events import OrderEvent, OrderEventConnection
from schema.notifications import Notification, NotificationConnection, NotificationDelivery, reads_messages
from schema.orders.filters import OrderFilter
from schema.orders.lists import OrderConnection
from schema.orders.order import Order
from schema.orders.seen import Seen


class RequestContext(Request):
    """Built by the gateway, one an operation."""

    async def customer(self, customer_id: str) -> Customer | None:
        return await self.loaders.customers.load(customer_id)

    async def product(self, sku: str) -> Product | None:
        return await self.loaders.products.load(sku)

    async def availability(self, sku: str) -> Availability:
        return availability(await self.available(sku), self.viewing.shop)

    async def available(self, sku: str) -> int:
        return await self.loaders.free_units.load(sku)

    async def effects(self, order_id: str) -> list[Effect]:
        return await self.loaders.effects.load(order_id)

    async def note(self, ref: PersonalRef | None) -> str | None:
        words = await self.loaders.words.load(ref.id) if ref is not None else None
        return words.note if words is not None else None

    async def orders_of(
        self, info: context.Info, customer_id: str, first: int | None, after: str | None, where: OrderFilter | None
    ) -> OrderConnection:
        return await self._orders(info, f"customer/{customer_id}", Where(customer_id=customer_id), first, after, where)

    async def orders_of_viewer(
        self, info: context.Info, first: int | None, after: str | None, where: OrderFilter | None
    ) -> OrderConnection:
        return await self._orders(info, "viewer", own_orders(self), first, after, where)

    async def _orders(
        self,
        info: context.Info,
        name: str,
        whole: Where | None,
        first: int | None,
        after: str | None,
        where: OrderFilter | None,
    ) -> OrderConnection:
        found = narrowed(whole, where, self)
        return await page_of_orders(self, name, found, SortOrders.NEWEST, first, after, selected_of_nodes(info))

    async def events(
        self, seen: Seen, first: int | None, after: str | None, last: int | None, before: str | None
    ) -> OrderEventConnection:
        return await page_of_events(self, seen, first, after, last, before)

    async def event(self, order_id: str, sequence: int) -> OrderEvent | None:
        order = await self.visible(order_id)
        event = await self.loaders.events.load((order_id, sequence)) if order is not None else None
        if order is None or event is None:
            return None
        seen = Seen.by(self.viewing, order)
        return OrderEvent(model=event, seen=seen) if event.public or seen.staff else None

    async def order_of(self, order_id: str) -> Order | None:
        order = await self.visible(order_id)
        return Order.by(self.viewing, order) if order is not None else None

    async def notifications_of(self, seen: Seen) -> list[Notification] | None:
        if not reads_messages(seen):
            return None
        found = await self.loaders.notifications.load(seen.order.id)
        return [Notification(model=one, viewing=self.viewing) for one in found]

    async def deliveries(self, notification: told.Notification) -> list[NotificationDelivery]:
        order = await self.visible(notification.order_id)
        found = await self.loaders.deliveries.load(notification.order_id)
        return [
            NotificationDelivery(model=one, address=self._address(one, order))
            for one in found
            if one.sequence == notification.sequence
        ]

    def _address(self, delivery: told.Delivery, order: Model | None) -> str | None:
        """Where it went, as long as the order still knows that address; a delivery itself keeps no word of it."""
        address = address_of(order, delivery.channel) if order is not None else None
        known = recipient(delivery.channel, address, self.ports.personals)
        return address if known and known == delivery.recipient else None

    async def inbox(self, first: int | None, after: str | None) -> NotificationConnection | None:
        return await page_of_notifications(self, first, after)

    async def unread(self) -> int | None:
        inbox = inbox_of(self.actor)
        return await self.ports.store.read(lambda reader: reader.count_unread(inbox)) if inbox is not None else None


Info: TypeAlias = strawberry.Info[RequestContext, None]
