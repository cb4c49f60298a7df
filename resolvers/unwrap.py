"""From published inputs, as several of them have them, to what the core takes."""

from collections.abc import Sequence

from domain.model.addresses import Address
from domain.model.commands import DeliveryRequest, LineQuantity, LineRequest
from domain.model.errors import NotFound
from domain.model.products import Attribute
from resolvers.given import given, listed
from resolvers.request import Request
from schema.addresses import AddressInput
from schema.attributes import AttributeInput
from schema.deliveries import DeliveryInput
from schema.orders.lines import LineQuantityInput
from schema.quotes import OrderLineInput


def attributes(entries: Sequence[AttributeInput] | None) -> tuple[Attribute, ...]:
    return tuple(Attribute(one.key, one.value) for one in listed(entries))


def address(entry: AddressInput | None) -> Address | None:
    entry = given(entry)
    if entry is None:
        return None
    return Address(
        country_code=entry.country_code,
        name=given(entry.name),
        company=given(entry.company),
        address1=given(entry.address1),
        address2=given(entry.address2),
        city=given(entry.city),
        province_code=given(entry.province_code),
        zip=given(entry.zip),
        phone=given(entry.phone),
    )


def delivery(entry: DeliveryInput, request: Request) -> DeliveryRequest:
    """Raises: NotFound for a place that is none of ours."""
    place, window = given(entry.pickup_location_id), given(entry.window)
    return DeliveryRequest(
        method=entry.method,
        service=given(entry.service),
        pickup_location=request.must_name("Location", place, "delivery", "pickupLocationId") if place else None,
        window_from=window.from_ if window is not None else None,
        window_to=window.to if window is not None else None,
        instructions=given(entry.instructions),
        confirmation=given(entry.confirmation),
    )


def basket(lines: Sequence[OrderLineInput]) -> tuple[LineRequest, ...]:
    return tuple(
        LineRequest(line.sku, line.quantity, attributes(line.options), given(line.expected_unit_price))
        for line in lines
    )


def line_quantities(
    lines: Sequence[LineQuantityInput] | None, order_id: str, request: Request
) -> tuple[LineQuantity, ...]:
    """Lines by their local ids. Raises: NotFound for a line that is not one of this order."""
    found = []
    for index, line in enumerate(listed(lines)):
        place = ("lines", str(index), "lineId")
        owner, _, local = request.must_name("OrderLine", line.line_id, *place).partition("/")
        if owner != order_id or not local:
            raise NotFound(*place)
        found.append(LineQuantity(local, line.quantity))
    return tuple(found)
