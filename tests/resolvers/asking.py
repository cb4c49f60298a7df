"""A shop with something to sell, and people who ask it through the schema."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeVar

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig

from domain.model.actors import ALL_SCOPES, ANONYMOUS, Actor, ActorKind
from domain.model.commands import AdjustStock, CustomerEntry, ProductEntry
from domain.model.products import Attribute
from domain.ports import Reader, Store, UnitOfWork
from domain.services.customers import upsert_customers
from domain.services.products import upsert_products
from domain.services.stock import adjust_stock
from gateway.ids import Cursors, GlobalIds
from resolvers.context import RequestContext
from resolvers.roots import TYPES, Mutation, Query, Subscription
from schema.scalars import SCALARS
from tests.world import STAFF, World, a_world

T = TypeVar("T")
Json = dict[str, Any]

SCHEMA = strawberry.Schema(Query, Mutation, Subscription, types=TYPES, config=StrawberryConfig(scalar_map=SCALARS))
IDS, CURSORS = GlobalIds(b"ids"), Cursors(b"cursors")
"""Every test sees the same ids: they are worked out from the same word."""


class CountingStore:
    """The store, and how often it was read and written."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reads = 0
        self.writes = 0
        self.opened = 0

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        self.reads += 1

        async def counted(reader: Reader) -> T:
            return await work(CountingReader(reader, self))

        return await self._store.read(counted)

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        self.writes += 1
        return await self._store.write(work)


class CountingReader:
    """Counts the orders whose documents were opened."""

    def __init__(self, reader: Reader, store: CountingStore) -> None:
        self._reader = reader
        self._store = store

    def __getattr__(self, name: str) -> Any:
        if name in ("order", "orders"):
            self._store.opened += 1
        return getattr(self._reader, name)


@dataclass
class Asked:
    """One caller's answers."""

    world: World
    actor: Actor
    locale: str = "en"

    def context(self) -> RequestContext:
        return RequestContext(
            ports=self.world.ports,
            ids=IDS,
            cursors=CURSORS,
            actor=self.actor,
            locale=self.locale,
            access_token=lambda session: (f"access to {session.id}", session.expires_at),
            client_ip="::1",
        )

    def by(self, actor: Actor) -> "Asked":
        return Asked(self.world, actor, self.locale)

    async def whole(self, document: str, **variables: Any) -> tuple[Json | None, list[GraphQLError]]:
        answer = await SCHEMA.execute(document, variable_values=variables, context_value=self.context())
        return answer.data, answer.errors or []

    async def __call__(self, document: str, **variables: Any) -> Json:
        data, errors = await self.whole(document, **variables)
        assert errors == [], errors
        assert data is not None
        return data

    async def codes(self, document: str, **variables: Any) -> list[Any]:
        """Of the top-level errors; beside them, nothing of the root field is told."""
        data, errors = await self.whole(document, **variables)
        assert data is None or set(data.values()) == {None}
        return [(error.extensions or {}).get("code") for error in errors]

    @asynccontextmanager
    async def follow(self, document: str, **variables: Any) -> AsyncIterator[AsyncGenerator[Any, None]]:
        """The results of a subscription, one by one."""
        results: Any = await SCHEMA.subscribe(document, variable_values=variables, context_value=self.context())
        try:
            yield results
        finally:
            await results.aclose()


@asynccontextmanager
async def a_shop_floor() -> AsyncIterator[Asked]:
    """Tees and mugs on the shelves of a warehouse, one customer, and nobody in particular asking."""
    async with a_world() as world:
        handle = world.ports.shops.current().locations[0].handle
        await upsert_products(tuple(_entry(*one) for one in PRODUCTS), STAFF, world.ports)
        for sku, *_ in PRODUCTS[:-1]:
            await adjust_stock(AdjustStock(f"first {sku}", sku, handle, 40, "delivery"), STAFF, world.ports)
        await upsert_customers((CustomerEntry("grace@example.org", "Grace Hopper", tier="gold"),), STAFF, world.ports)
        await world.settle()
        yield Asked(world, ANONYMOUS)


PRODUCTS = [
    ("TEE-M", "T-shirt", "19.99", "tee", "M"),
    ("TEE-L", "T-shirt", "19.99", "tee", "L"),
    ("MUG", "Mug", "9.00", None, None),
    ("TEE-S", "T-shirt", "19.99", "tee", "S"),
]
"""The last one is sold out."""


def _entry(sku: str, title: str, price: str, group: str | None, size: str | None) -> ProductEntry:
    options = (Attribute("Size", size),) if size else ()
    return ProductEntry(
        sku, title, Decimal(price), "EUR", group, options, "clothes" if size else "kitchen", weight_grams=200
    )


async def the_customer(shop: Asked) -> Actor:
    customer = await shop.world.ports.store.read(lambda reader: reader.customer_by_email("grace@example.org"))
    assert customer is not None
    return Actor(ActorKind.CUSTOMER, customer.id)


def holder_of(order_id: str) -> Actor:
    """Whoever has the link that was given out with the order."""
    inner = IDS.decode(order_id)
    assert inner is not None
    return Actor(ActorKind.GUEST, inner[1], order_id=inner[1], scopes=ALL_SCOPES)


def counting(shop: Asked) -> CountingStore:
    """From here on, the shop's store counts."""
    store = CountingStore(shop.world.ports.store)
    shop.world.ports = replace(shop.world.ports, store=store)
    return store


def a_cart(key: str = "key-1", sku: str = "TEE-M", quantity: int = 1, **changes: Any) -> Json:
    """What a storefront sends; `changes` may be nested inputs."""
    cart: Json = {
        "idempotencyKey": key,
        "lines": [{"sku": sku, "quantity": quantity}],
        "currency": "EUR",
        "email": "ada@example.org",
        "shippingAddress": {
            "name": "Ada Lovelace",
            "address1": "Torstraße 1",
            "city": "Berlin",
            "zip": "10119",
            "countryCode": "DE",
        },
        "delivery": {"method": "SHIPPING"},
        "payments": [{"method": "CARD", "token": "pm_card_visa"}],
    }
    return {name: value for name, value in (cart | changes).items() if value is not None}


PLACE = """
mutation ($input: PlaceOrderInput!) {
  placeOrder(input: $input) { order { id number } userErrors { code field } }
}
"""


async def place(shop: Asked, key: str = "key-1", **changes: Any) -> Mapping[str, str]:
    """The id and number of an order that was placed by this caller, and has gone as far as it goes by itself."""
    answer = await shop(PLACE, input=a_cart(key, **changes))
    assert answer["placeOrder"]["userErrors"] == []
    await shop.world.settle()
    order: dict[str, str] = answer["placeOrder"]["order"]
    return order
