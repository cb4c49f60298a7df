"""One order, live."""

import strawberry

from schema.events import OrderEvent
from schema.orders.order import Order


@strawberry.type(
    description="`sequence` is where to resume: hand it back as `after`. `order` is as of that sequence or newer; "
    "`event` is null too where it is not this viewer's to see."
)
class OrderUpdate:
    sequence: int
    event: OrderEvent | None
    order: Order
