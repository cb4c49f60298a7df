"""Units on shelves, for staff."""

import strawberry

from domain.model import stock as core
from schema.connections import Listed
from schema.context import Viewing
from schema.errors import UserError
from schema.fields import field
from schema.locations import Location, location


@strawberry.type
class StockLevel:
    model: strawberry.Private[core.StockLevel]
    viewing: strawberry.Private[Viewing]

    @field
    def sku(self) -> str:
        return self.model.sku

    @field
    def location(self) -> Location:
        return location(self.model.location_id, self.viewing)

    @field
    def on_hand(self) -> int:
        return self.model.on_hand

    @field
    def reserved(self) -> int:
        return self.model.reserved

    @field
    def available(self) -> int:
        return self.model.available

    @field
    def incoming(self) -> int:
        # None: purchases are not known here.
        return 0

    @field
    def reorder_point(self) -> int | None:
        # Null: nobody has set one.
        return None

    @field
    def below_reorder_point(self) -> bool:
        # False: where no point is set, none is undercut.
        return False


@strawberry.type
class StockLevelConnection(Listed[StockLevel]): ...


@strawberry.input
class StockFilter:
    sku: list[str] | None = strawberry.UNSET
    location_id: strawberry.ID | None = strawberry.UNSET
    below_reorder_point: bool | None = strawberry.UNSET


@strawberry.input
class AdjustStockInput:
    idempotency_key: strawberry.ID
    sku: str
    location_id: strawberry.ID
    delta: int
    reason: str


@strawberry.type
class StockPayload:
    level: StockLevel | None = None
    user_errors: list[UserError] = strawberry.field(default_factory=list)
