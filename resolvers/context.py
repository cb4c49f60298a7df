"""What the schema's types may ask while they are resolved: schema.context.Context, given."""

from typing import TypeAlias

import strawberry

from domain.model.effects import Effect
from domain.model.products import Availability, Customer, Product
from domain.policies.eligibility import availability
from domain.ports import OrderFilter as Where
from domain.ports import SortOrders
from resolvers.events import page_of_events
from resolvers.order_filters import narrowed, own_orders
from resolvers.order_lists import page_of_orders
from resolvers.request import Request
from resolvers.selection import selected_of_nodes
from schema import context
from schema.events import OrderEventConnection
from schema.orders.filters import OrderFilter
from schema.orders.lists import OrderConnection
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


Info: TypeAlias = strawberry.Info[RequestContext, None]
