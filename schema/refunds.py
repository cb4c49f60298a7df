"""Money on its way back. Only who may see prices gets this far."""

from datetime import date, datetime

import strawberry

from domain.model import payments as core
from schema.fields import field
from schema.money import Money
from schema.nodes import Node
from schema.orders.lines import OrderLine, order_line
from schema.orders.seen import Seen
from schema.payments import Payment

strawberry.enum(core.RefundStatus)
strawberry.enum(core.RefundDestination)


@strawberry.type
class RefundLine:
    model: strawberry.Private[core.RefundLine]
    seen: strawberry.Private[Seen]

    @field
    def line(self) -> OrderLine:
        return order_line(self.model.line_id, self.seen)

    @field
    def quantity(self) -> int:
        return self.model.quantity

    @field
    def amount(self) -> Money | None:
        return self.seen.price(self.model.amount)


@strawberry.type(
    description="Refunds name their lines: pay-later providers and accounting need them, an amount alone is not enough."
)
class Refund(Node):
    model: strawberry.Private[core.Refund]
    seen: strawberry.Private[Seen]

    @field
    def id(self) -> strawberry.ID:
        return self.seen.id("Refund", self.model.id)

    @field
    def status(self) -> core.RefundStatus:
        return self.model.status

    @field
    def amount(self) -> Money:
        return self.seen.amount(self.model.amount)

    @field
    def to(self) -> core.RefundDestination:
        return self.model.to

    @field
    def payment(self) -> Payment | None:
        found = self.seen.order.payment(self.model.payment_id)
        return Payment(model=found, seen=self.seen) if found is not None else None

    @field
    def lines(self) -> list[RefundLine]:
        return [RefundLine(model=line, seen=self.seen) for line in self.model.lines]

    @field
    def reason(self) -> str | None:
        return self.model.reason

    @field
    def created_at(self) -> datetime:
        return self.model.created_at

    @field
    def arrives_by(self) -> date | None:
        return self.model.arrives_by

    @field
    def failure(self) -> str | None:
        return self.model.failure
