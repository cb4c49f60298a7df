"""Who buys."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.model import products as core
from schema.addresses import MailingAddress
from schema.context import Info, Viewing
from schema.errors import UserError
from schema.fields import field
from schema.nodes import Node
from schema.orders.filters import OrderFilter
from schema.scalars import EmailAddress, PhoneNumber

if TYPE_CHECKING:
    from schema.orders.lists import OrderConnection


@strawberry.type
class Customer(Node):
    """Only staff and the customer get to see one."""

    model: strawberry.Private[core.Customer]
    viewing: strawberry.Private[Viewing]

    @field
    def id(self) -> strawberry.ID:
        return self.viewing.id("Customer", self.model.id)

    @field
    def name(self) -> str | None:
        return self.model.name

    @field
    def email(self) -> EmailAddress | None:
        return EmailAddress(self.model.email)

    @field
    def phone(self) -> PhoneNumber | None:
        return PhoneNumber(self.model.phone) if self.model.phone else None

    @field
    def locale(self) -> str:
        return self.model.locale or self.viewing.shop.locale

    @field
    def tier(self) -> str | None:
        return self.model.tier

    @field
    def company_name(self) -> str | None:
        return self.model.company_name

    @field
    def addresses(self) -> list[MailingAddress]:
        # Empty: no address is kept with a customer yet, only with orders.
        return []

    @field
    async def orders(
        self,
        info: Info,
        first: int | None = strawberry.UNSET,
        after: str | None = strawberry.UNSET,
        filter: OrderFilter | None = strawberry.UNSET,
    ) -> Annotated["OrderConnection", strawberry.lazy("schema.orders.lists")] | None:
        return await info.context.orders_of(info, self.model.id, first, after, filter)


@strawberry.input(description="Known by e-mail.")
class CustomerInput:
    email: EmailAddress
    name: str | None = strawberry.UNSET
    phone: PhoneNumber | None = strawberry.UNSET
    locale: str | None = strawberry.UNSET
    tier: str | None = strawberry.UNSET
    company_name: str | None = strawberry.UNSET


@strawberry.input
class UpsertCustomersInput:
    customers: list[CustomerInput]


@strawberry.type
class CustomersPayload:
    customers: list[Customer] = strawberry.field(default_factory=list)
    user_errors: list[UserError] = strawberry.field(default_factory=list)
