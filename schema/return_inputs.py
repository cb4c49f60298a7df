"""What people say of goods that come back."""

from decimal import Decimal

import strawberry

from domain.model import returns as core
from domain.model.payments import RefundDestination
from schema.orders.lines import LineQuantityInput
from schema.scalars import URL


@strawberry.input
class ReturnLineInput:
    line_id: strawberry.ID
    quantity: int
    reason: str
    resolution: core.ReturnResolution
    note: str | None = strawberry.UNSET
    exchange_sku: str | None = strawberry.UNSET
    photo_urls: list[URL] | None = strawberry.UNSET


@strawberry.input
class ReturnQuoteInput:
    order_id: strawberry.ID
    lines: list[ReturnLineInput]
    method: core.ReturnMethod = core.ReturnMethod.SHIP


@strawberry.input(description="With a quote's id, `lines` and `method` are those quoted, or CONFLICT.")
class RequestReturnInput:
    idempotency_key: strawberry.ID
    order_id: strawberry.ID
    quote_id: strawberry.ID | None = strawberry.UNSET
    lines: list[ReturnLineInput]
    method: core.ReturnMethod = core.ReturnMethod.SHIP
    note: str | None = strawberry.UNSET


@strawberry.input
class CancelReturnInput:
    idempotency_key: strawberry.ID
    return_id: strawberry.ID


@strawberry.input
class DecideReturnInput:
    idempotency_key: strawberry.ID
    return_id: strawberry.ID
    approve: bool
    note: str | None = strawberry.UNSET


@strawberry.input
class ReceivedLineInput:
    return_line_id: strawberry.ID
    quantity: int
    condition: core.ItemCondition
    disposition: core.Disposition
    location_id: strawberry.ID | None = strawberry.UNSET
    note: str | None = strawberry.UNSET


@strawberry.input
class ReceiveReturnInput:
    idempotency_key: strawberry.ID
    return_id: strawberry.ID
    lines: list[ReceivedLineInput]


@strawberry.input(description="Without an amount, what the lines cost; without lines, goodwill spread over the order.")
class RefundOrderInput:
    idempotency_key: strawberry.ID
    order_id: strawberry.ID
    lines: list[LineQuantityInput] | None = strawberry.UNSET
    amount: Decimal | None = strawberry.UNSET
    payment_id: strawberry.ID | None = strawberry.UNSET
    reason: str
    to: RefundDestination = RefundDestination.ORIGINAL_PAYMENT
