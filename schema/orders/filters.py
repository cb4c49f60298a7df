"""What narrows a list of orders, and what sorts it."""

from datetime import datetime

import strawberry

from domain.model.orders import OrderStatus
from domain.policies.progress import OrderFulfillmentStatus, OrderPaymentStatus, OrderReturnStatus
from domain.ports import SortOrders

strawberry.enum(OrderStatus)
strawberry.enum(OrderPaymentStatus)
strawberry.enum(OrderFulfillmentStatus)
strawberry.enum(OrderReturnStatus)
strawberry.enum(SortOrders, name="OrderSort")


@strawberry.input(
    description="Whoever asks, it narrows what they may see. `query` looks in number, reference, name, e-mail, phone, "
    "sku, tracking number."
)
class OrderFilter:
    status: list[OrderStatus] | None = strawberry.UNSET
    payment_status: list[OrderPaymentStatus] | None = strawberry.UNSET
    fulfillment_status: list[OrderFulfillmentStatus] | None = strawberry.UNSET
    return_status: list[OrderReturnStatus] | None = strawberry.UNSET
    state: list[str] | None = strawberry.UNSET
    channel: list[str] | None = strawberry.UNSET
    customer_id: strawberry.ID | None = strawberry.UNSET
    placed_after: datetime | None = strawberry.UNSET
    placed_before: datetime | None = strawberry.UNSET
    expected_before: datetime | None = strawberry.UNSET
    delayed: bool | None = strawberry.UNSET
    stuck_for_minutes: int | None = strawberry.UNSET
    query: str | None = strawberry.UNSET
