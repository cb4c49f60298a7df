"""What the shop sells."""

from decimal import Decimal

import strawberry

from domain.model import products as core
from schema.attributes import Attribute, AttributeInput, attributes
from schema.connections import Connection
from schema.context import Info, Viewing
from schema.errors import UserError
from schema.fields import field
from schema.money import Money, money
from schema.nodes import Node
from schema.scalars import URL, CurrencyCode

strawberry.enum(core.Availability)


@strawberry.type(description="`available` is the number of units, for staff.")
class Product(Node):
    model: strawberry.Private[core.Product]
    viewing: strawberry.Private[Viewing]

    @field
    def id(self) -> strawberry.ID:
        return self.viewing.id("Product", self.model.sku)

    @field
    def sku(self) -> str:
        return self.model.sku

    @field
    def title(self) -> str:
        return self.model.title

    @field
    def options(self) -> list[Attribute]:
        return attributes(self.model.options)

    @field
    def category(self) -> str | None:
        return self.model.category

    @field
    def description(self) -> str | None:
        return self.model.description

    @field
    def image_url(self) -> URL | None:
        return URL(self.model.image_url) if self.model.image_url else None

    @field
    def price(self, currency: CurrencyCode | None = strawberry.UNSET) -> Money | None:
        # In the shop's own currency unless another is asked for; null where it has none.
        code = str(currency) if currency else self.viewing.shop.currencies[0]
        return money(self.model.price_in(code), code)

    @field
    async def availability(self, info: Info) -> core.Availability:
        return await info.context.availability(self.model.sku)

    @field
    async def available(self, info: Info) -> int | None:
        return await info.context.available(self.model.sku) if self.viewing.is_staff else None

    @field
    def returnable(self) -> bool:
        return self.model.returnable


@strawberry.type
class ProductConnection(Connection[Product]): ...


@strawberry.input(description="Products of one `group` are each other's sizes and colors: an exchange offers them.")
class ProductInput:
    sku: str
    title: str
    group: str | None = strawberry.UNSET
    options: list[AttributeInput] | None = strawberry.UNSET
    category: str | None = strawberry.UNSET
    description: str | None = strawberry.UNSET
    image_url: URL | None = strawberry.UNSET
    price: Decimal
    currency: CurrencyCode
    weight_grams: int | None = strawberry.UNSET
    returnable: bool | None = strawberry.UNSET


@strawberry.input
class UpsertProductsInput:
    products: list[ProductInput]


@strawberry.type
class ProductsPayload:
    products: list[Product] = strawberry.field(default_factory=list)
    user_errors: list[UserError] = strawberry.field(default_factory=list)
