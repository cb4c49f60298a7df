"""Moving an order by hand."""

import strawberry


@strawberry.input
class FireTriggerInput:
    idempotency_key: strawberry.ID
    order_id: strawberry.ID
    trigger: str
    note: str | None = strawberry.UNSET
