"""Lists of orders."""

import strawberry

from schema.connections import Connection
from schema.orders.order import Order

COLUMNS = frozenset(
    {
        *("__typename", "id", "number", "version", "placedAt", "updatedAt", "channel", "customer", "total"),
        *("status", "paymentStatus", "fulfillmentStatus", "returnStatus", "state"),
    }
)
"""The fields that a row of a list answers; any other one opens the documents."""


@strawberry.type
class OrderConnection(Connection[Order]): ...
