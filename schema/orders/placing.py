"""Placing an order."""

from decimal import Decimal

import strawberry

from domain.model.orders import NotificationChannel, UnavailablePolicy
from schema.addresses import AddressInput
from schema.attributes import AttributeInput
from schema.deliveries import DeliveryInput
from schema.errors import UserError
from schema.orders.order import Order
from schema.payments import PaymentInput
from schema.quotes import OrderLineInput
from schema.scalars import CurrencyCode, EmailAddress, PhoneNumber

strawberry.enum(
    UnavailablePolicy,
    description="Where stock does not cover a line: refuse the order, wait for the whole line, or send what is there "
    "and the rest later.",
)


@strawberry.input
class PlaceOrderInput:
    idempotency_key: strawberry.ID
    channel: str | None = strawberry.field(
        default=strawberry.UNSET, description="Its handle; absent, the channel of the caller's key."
    )
    customer_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Staff only: the customer on the phone or at the counter."
    )
    reference: str | None = strawberry.field(
        default=strawberry.UNSET, description="The buyer's own number for it: a purchase order."
    )
    lines: list[OrderLineInput]
    currency: CurrencyCode
    email: EmailAddress | None = strawberry.UNSET
    phone: PhoneNumber | None = strawberry.UNSET
    notify_by: list[NotificationChannel] | None = strawberry.field(
        default=strawberry.UNSET,
        description="Ways of telling that the buyer agreed to; absent, the customer's preferences, or e-mail.",
    )
    locale: str | None = strawberry.UNSET
    shipping_address: AddressInput | None = strawberry.UNSET
    billing_address: AddressInput | None = strawberry.UNSET
    delivery: DeliveryInput
    payments: list[PaymentInput] = strawberry.field(description="Usually one; none where nothing is due now.")
    discount_codes: list[str] | None = strawberry.UNSET
    if_unavailable: UnavailablePolicy = UnavailablePolicy.REJECT
    expected_total: Decimal | None = strawberry.field(
        default=strawberry.UNSET,
        description="The total that the storefront showed; a mismatch answers PRICE_CHANGED and charges nothing.",
    )
    note: str | None = strawberry.UNSET
    metadata: list[AttributeInput] | None = strawberry.UNSET


@strawberry.type
class PlaceOrderPayload:
    order: Order | None = strawberry.field(
        default=None,
        description="Set as soon as the order is safely stored; its status says how far processing came while the "
        "caller waited, its payments what the browser must do next.",
    )
    tracking_token: str | None = strawberry.field(
        default=None,
        description="Link token for a guest; it authorizes queries, the subscription and self-service for this order.",
    )
    user_errors: list[UserError] = strawberry.field(default_factory=list)
