"""The lines of an order, and where their units are."""

import strawberry

from domain.model import orders as core
from domain.policies.progress import quantities
from schema.attributes import Attribute, attributes
from schema.context import Info
from schema.fields import field
from schema.money import Money
from schema.nodes import Node
from schema.orders.seen import Seen
from schema.products import Product
from schema.scalars import URL


@strawberry.type
class QuantityByStage:
    backordered: int
    open: int
    shipped: int
    delivered: int
    canceled: int
    returned: int


@strawberry.type
class OrderLine(Node):
    model: strawberry.Private[core.OrderLine]
    seen: strawberry.Private[Seen]

    @field
    def id(self) -> strawberry.ID:
        return self.seen.id("OrderLine", self.model.id)

    @field
    def sku(self) -> str:
        return self.model.sku

    @field
    def title(self) -> str:
        return self.model.title

    @field
    def options(self) -> list[Attribute]:
        """As sold: size, color, engraving."""
        return attributes(self.model.options)

    @field
    def image_url(self) -> URL | None:
        return URL(self.model.image_url) if self.model.image_url else None

    @field
    def quantity(self) -> int:
        return self.model.quantity

    @field
    def unit_price(self) -> Money | None:
        return self.seen.price(self.model.unit_price)

    @field
    def discount(self) -> Money | None:
        return self.seen.price(self.model.discount)

    @field
    def tax(self) -> Money | None:
        return self.seen.price(self.model.tax)

    @field
    def total(self) -> Money | None:
        return self.seen.price(self.model.total)

    @field
    def quantities(self) -> QuantityByStage:
        """How many of this line are in which stage; they always add up to quantity."""
        stages = quantities(self.seen.order, self.model)
        return QuantityByStage(
            backordered=stages.backordered,
            open=stages.open,
            shipped=stages.shipped,
            delivered=stages.delivered,
            canceled=stages.canceled,
            returned=stages.returned,
        )

    @field
    async def product(self, info: Info) -> Product | None:
        """As the catalogue has it today; null once it is gone."""
        found = await info.context.product(self.model.sku)
        return Product(model=found, viewing=self.seen.viewing) if found is not None else None


def order_line(line_id: str, seen: Seen) -> OrderLine:
    """The line of that local id; what names it belongs to the same order, so it is there."""
    line = seen.order.line(line_id)
    if line is None:
        raise LookupError("the order names a line that it does not have")
    return OrderLine(model=line, seen=seen)


@strawberry.input
class LineQuantityInput:
    line_id: strawberry.ID
    quantity: int
