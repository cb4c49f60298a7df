"""What an order would cost, before it is placed."""

from decimal import Decimal

import strawberry

from domain.model.products import Availability
from schema.addresses import AddressInput
from schema.attributes import AttributeInput
from schema.deliveries import DeliveryInput, DeliveryOption
from schema.errors import UserError
from schema.money import Money
from schema.payments import PaymentOption
from schema.products import Product
from schema.scalars import CurrencyCode


@strawberry.type
class QuoteLine:
    sku: str
    quantity: int
    product: Product | None
    unit_price: Money | None
    total: Money | None
    availability: Availability
    alternatives: list[Product]


@strawberry.type(
    description="What placing this order would cost and when it would arrive; nothing is reserved. "
    "An amount is null until it can be known."
)
class Quote:
    lines: list[QuoteLine] = strawberry.field(default_factory=list)
    tax_included: bool
    subtotal: Money | None = None
    discount_total: Money | None = None
    shipping_total: Money | None = None
    tax_total: Money | None = None
    total: Money | None = None
    delivery_options: list[DeliveryOption] = strawberry.field(default_factory=list)
    payment_options: list[PaymentOption] = strawberry.field(default_factory=list)
    user_errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.input
class OrderLineInput:
    sku: str
    quantity: int
    options: list[AttributeInput] | None = strawberry.UNSET
    expected_unit_price: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="What the storefront showed; a mismatch answers PRICE_CHANGED."
    )


@strawberry.input
class QuoteInput:
    lines: list[OrderLineInput]
    currency: CurrencyCode
    channel: str | None = strawberry.UNSET
    shipping_address: AddressInput | None = strawberry.UNSET
    delivery: DeliveryInput | None = strawberry.UNSET
    discount_codes: list[str] | None = strawberry.UNSET
