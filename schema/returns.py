"""Goods that come back: what may, what does, and what it pays back."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain.model import returns as core
from domain.model.errors import ErrorCode
from domain.policies.headlines import return_headline
from schema.attributes import TimeWindow
from schema.cancellations import AvailableAction, Reason, actions_of, return_reason
from schema.context import Info
from schema.errors import UserError
from schema.fields import field
from schema.locations import Location, some_location
from schema.money import Money
from schema.nodes import Node
from schema.orders.lines import OrderLine, order_line
from schema.orders.seen import Seen
from schema.products import Product
from schema.refunds import Refund, RefundLine
from schema.scalars import URL
from schema.shipments import Shipment

if TYPE_CHECKING:
    from schema.orders.order import Order

strawberry.enum(core.ReturnStatus)
strawberry.enum(core.ReturnMethod)
strawberry.enum(
    core.ReturnResolution,
    description="An exchange's difference goes back to, or is due by, the order's own way of paying.",
)
strawberry.enum(core.ItemCondition)
strawberry.enum(core.Disposition)


@strawberry.type
class Inspection:
    model: strawberry.Private[core.Inspection]
    seen: strawberry.Private[Seen]

    @field
    def quantity(self) -> int:
        return self.model.quantity

    @field
    def condition(self) -> core.ItemCondition:
        return self.model.condition

    @field
    def disposition(self) -> core.Disposition:
        return self.model.disposition

    @field
    def location(self) -> Location | None:
        return some_location(self.model.location, self.seen.viewing)

    @field
    async def note(self, info: Info) -> str | None:
        return await info.context.note(self.model.note) if self.seen.personal else None

    @field
    def inspected_at(self) -> datetime:
        return self.model.inspected_at


@strawberry.type
class ReturnLine(Node):
    model: strawberry.Private[core.ReturnLine]
    seen: strawberry.Private[Seen]

    @field
    def id(self) -> strawberry.ID:
        return self.seen.id("ReturnLine", self.model.id)

    @field
    def line(self) -> OrderLine:
        return order_line(self.model.line_id, self.seen)

    @field
    def quantity(self) -> int:
        return self.model.quantity

    @field
    def reason(self) -> Reason:
        return return_reason(self.model.reason, self.seen.viewing)

    @field
    def resolution(self) -> core.ReturnResolution:
        return self.model.resolution

    @field
    async def note(self, info: Info) -> str | None:
        return await info.context.note(self.model.note) if self.seen.personal else None

    @field
    def photo_urls(self) -> list[URL]:
        # Empty: there is no place to upload any yet.
        return []

    @field
    def exchange_for(self) -> Product | None:
        # Null: nothing is exchanged yet.
        return None

    @field
    def refund(self) -> Money | None:
        return self.seen.price(self.model.owed)

    @field
    def inspections(self) -> list[Inspection] | None:
        """What arrived; null until something has."""
        return [Inspection(model=one, seen=self.seen) for one in self.model.inspections] or None


@strawberry.type
class Return(Node):
    model: strawberry.Private[core.Return]
    parent: strawberry.Private["Order"]
    seen: strawberry.Private[Seen]

    @field
    def id(self) -> strawberry.ID:
        return self.seen.id("Return", self.model.id)

    @field
    def number(self) -> str:
        return self.model.number

    @field
    def status(self) -> core.ReturnStatus:
        return self.model.status

    @field
    def headline(self) -> str:
        return return_headline(self.model, self.seen.order, self.seen.viewing.locale, self.seen.viewing.day)

    @field
    def state(self) -> str | None:
        """Staff only."""
        return self.model.flow.state if self.seen.staff else None

    @field
    def order(self) -> Annotated["Order", strawberry.lazy("schema.orders.order")]:
        return self.parent

    @field
    def lines(self) -> list[ReturnLine]:
        return [ReturnLine(model=one, seen=self.seen) for one in self.model.lines]

    @field
    def method(self) -> core.ReturnMethod:
        return self.model.method

    @field
    def refund_total(self) -> Money | None:
        """What the customer gets back, fee taken off."""
        return self.seen.price(0 if self.model.is_given_up else self.model.owed)

    @field
    def fee(self) -> Money | None:
        return self.seen.price(self.model.fee)

    @field
    def refunds(self) -> list[Refund]:
        mine = self.seen.order.refunds_of(self.model.id) if self.seen.prices else ()
        return [Refund(model=one, seen=self.seen) for one in mine]

    @field
    def shipments(self) -> list[Shipment]:
        """The way back, each with its label or drop-off code."""
        return [Shipment(model=one, parent=self.parent, seen=self.seen) for one in self.model.shipments]

    @field
    def exchange_order(self) -> Annotated["Order", strawberry.lazy("schema.orders.order")] | None:
        # Null: nothing is exchanged yet.
        return None

    @field
    def requested_at(self) -> datetime:
        return self.model.requested_at

    @field
    def expires_at(self) -> datetime | None:
        """Send it by then."""
        return self.model.expires_at

    @field
    def decided_at(self) -> datetime | None:
        return self.model.decided_at

    @field
    async def decision_note(self, info: Info) -> str | None:
        """Why it was declined, or what to mind."""
        return await info.context.note(self.model.decision_note) if self.seen.personal else None

    @field
    def actions(self) -> list[AvailableAction]:
        return actions_of(self.seen.viewing.return_actions(self.seen.order, self.model))


# ------------------------------------------------------------------ what may come back


@strawberry.type
class ReturnableLine:
    line: OrderLine
    quantity: int = strawberry.field(description="How many can still come back.")
    eligible: bool
    reason_code: ErrorCode | None
    message: str | None
    refund_per_unit: Money | None
    resolutions: list[core.ReturnResolution]
    exchange_for: list[Product]


@strawberry.type
class ReturnMethodOption:
    method: core.ReturnMethod
    title: str
    fee: Money | None
    locations: list[Location]


@strawberry.type(
    description="`reasons`: handles for ReturnLineInput. Shipped: UNWANTED SIZE_TOO_SMALL SIZE_TOO_LARGE COLOR STYLE "
    "NOT_AS_DESCRIBED DEFECTIVE DAMAGED_IN_TRANSIT WRONG_ITEM MISSING_PARTS ARRIVED_LATE OTHER."
)
class ReturnOptions:
    order: Annotated["Order", strawberry.lazy("schema.orders.order")]
    window: TimeWindow | None
    lines: list[ReturnableLine]
    reasons: list[Reason]
    methods: list[ReturnMethodOption]


@strawberry.type(description="`dueTotal`: what a dearer exchange would still cost.")
class ReturnQuote:
    id: strawberry.ID | None = None
    valid_until: datetime | None = None
    lines: list[RefundLine] = strawberry.field(default_factory=list)
    fee: Money | None = None
    refund_total: Money | None = None
    due_total: Money | None = None
    user_errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class ReturnPayload:
    rma: Return | None = strawberry.field(name="return", default=None)
    user_errors: list[UserError] = strawberry.field(default_factory=list)
