"""What most mutations of an order answer."""

import strawberry

from schema.errors import UserError
from schema.orders.order import Order


@strawberry.type
class OrderPayload:
    order: Order | None = None
    user_errors: list[UserError] = strawberry.field(default_factory=list)
