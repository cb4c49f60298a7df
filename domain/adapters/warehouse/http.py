"""A warehouse that takes fulfillment orders and returns as JSON and tells by webhook how far they are."""

from datetime import UTC, datetime
from urllib.parse import quote

import httpx2
import msgspec

from domain.adapters.http import Answer, Unreadable, ask, read_message
from domain.model.addresses import Address
from domain.model.orders import Order
from domain.model.reports import FoundLine, Report, ReturnLabel, ReturnReport, WarehouseReport
from domain.model.returns import Disposition, ItemCondition, Return
from domain.model.shipments import PreparationStatus, Shipment
from domain.ports import Declined, Unavailable

TAKEN = 409  # an order with this reference stands already; or, of a cancelation, it is too late

_STEPS = {
    "fulfillment.picking": PreparationStatus.PICKING,
    "fulfillment.picked": PreparationStatus.PICKED,
    "fulfillment.packed": PreparationStatus.PACKED,
    "fulfillment.labeled": PreparationStatus.LABELED,
    "fulfillment.handed_over": PreparationStatus.HANDED_OVER,
    "fulfillment.canceled": None,
}


OUT_OF_STOCK = "out_of_stock"  # why a warehouse gives a parcel up
RECEIVED, INSPECTED = "return.received", "return.inspected"


class Accepted(msgspec.Struct):
    id: str


class Known(msgspec.Struct):
    id: str | None = None


class Taken(msgspec.Struct):
    id: str | None = None
    error: Known | None = None


class Verdict(msgspec.Struct):
    status: str


class Label(msgspec.Struct, rename="camel"):
    carrier: str | None = None
    carrier_name: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    label_url: str | None = None
    label_media_type: str | None = None
    drop_off_code: str | None = None


class Found(msgspec.Struct):
    reference: str
    quantity: int
    condition: str
    disposition: str


class Callback(msgspec.Struct, rename="camel"):
    type: str
    reference: str
    occurred_at: datetime
    carrier: str | None = None
    carrier_name: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    reason: str | None = None
    lines: list[Found] = []


class HttpWarehouse:
    """One parcel is one fulfillment order, known by `<order id>/<shipment id>`; returns likewise."""

    def __init__(self, base_url: str, key: str, client: httpx2.AsyncClient) -> None:
        self._url = f"{base_url.rstrip('/')}/fulfillment-orders"
        self._returns = f"{base_url.rstrip('/')}/returns"
        self._headers = {"Authorization": f"Bearer {key}"}
        self._client = client

    async def request(self, key: str, order: Order, shipment: Shipment) -> None:
        """The warehouse will send this parcel. One that it knows already is as good. Raises: Declined, Unavailable."""
        if order.buyer is None or order.buyer.shipping_address is None:
            raise Declined("there is no address to send it to")
        await self._placed(key, order, shipment)

    async def call_off(self, key: str, order: Order, shipment: Shipment) -> bool:
        """False if it is too late to stop it. Raises: Unavailable.

        The warehouse cancels by its own id, and tells that to whoever asks for a parcel again. A parcel that it never
        heard of is thereby asked for and called off, so that a request that is still on its way comes to nothing.
        """
        try:
            its_id = await self._placed(f"{key}:find", order, shipment)
        except Declined as error:
            raise Unavailable("does not tell which order it is") from error
        answer = await self._post(key, f"{self._url}/{quote(its_id, safe='')}/cancel", {})
        if answer.is_yes:
            return True
        if answer.status == TAKEN and answer.read(Verdict).status == "too_late":
            return False
        raise Unavailable(f"answered {answer.status}")

    async def expect_return(self, key: str, order: Order, rma: Return) -> ReturnLabel:
        """The warehouse expects these goods, and says by what they come. Raises: Declined, Unavailable."""
        answer = await self._post(key, self._returns, _return_words(order, rma))
        if not answer.is_yes:
            raise Declined(f"the warehouse answered {answer.status}")
        given = answer.read(Label)
        return ReturnLabel(
            given.carrier,
            given.carrier_name,
            given.service,
            given.tracking_number,
            given.label_url,
            given.label_media_type,
            given.drop_off_code,
        )

    async def forget_return(self, key: str, order: Order, rma: Return) -> None:
        """The warehouse expects them no more, whether or not it ever did. Raises: Unavailable."""
        answer = await self._post(key, f"{self._returns}/cancel", {"reference": f"{order.id}/{rma.id}"})
        if not answer.is_yes:
            raise Unavailable(f"answered {answer.status}")

    async def _placed(self, key: str, order: Order, shipment: Shipment) -> str:
        """The warehouse's own id of the parcel. Raises: Declined, Unavailable."""
        answer = await self._post(key, self._url, _words(order, shipment))
        if answer.is_yes:
            return answer.read(Accepted).id
        if answer.status == TAKEN:
            taken = answer.read(Taken)
            its_id = taken.id or (taken.error.id if taken.error else None)
            if its_id is not None:
                return its_id
        raise Declined(f"the warehouse answered {answer.status}")

    async def _post(self, key: str, url: str, words: object) -> Answer:
        headers = {**self._headers, "Idempotency-Key": key, "Content-Type": "application/json"}
        return await ask(self._client, "POST", url, content=msgspec.json.encode(words), headers=headers)


def _words(order: Order, shipment: Shipment) -> dict[str, object]:
    skus = {line.id: line.sku for line in order.lines}
    return {
        "reference": f"{order.id}/{shipment.id}",
        "orderNumber": order.number,
        "location": shipment.origin,
        "service": shipment.service or order.delivery.service,
        "lines": [{"sku": skus[line.line_id], "quantity": line.quantity} for line in shipment.lines],
        "shipTo": _ship_to(order),
    }


def _return_words(order: Order, rma: Return) -> dict[str, object]:
    skus = {line.id: line.sku for line in order.lines}
    return {
        "reference": f"{order.id}/{rma.id}",
        "orderNumber": order.number,
        "returnNumber": rma.number,
        "location": rma.destination,
        "method": rma.method.value,
        "lines": [
            {"reference": line.id, "sku": skus[line.line_id], "quantity": line.quantity, "reason": line.reason}
            for line in rma.lines
        ],
        "shipFrom": _ship_to(order),
    }


def _ship_to(order: Order) -> dict[str, str]:
    """Dashes where the words about the buyer were erased: enough to find an order by, not to send one."""
    buyer = order.buyer
    address = (buyer.shipping_address if buyer else None) or Address(country_code=order.country)
    found = {
        "name": address.name or (buyer.name if buyer else None),
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "city": address.city or "-",
        "provinceCode": address.province_code,
        "zip": address.zip,
        "countryCode": address.country_code,
        "phone": address.phone or (buyer.phone if buyer else None),
        "instructions": buyer.instructions if buyer else None,
    }
    return {name: word for name, word in found.items() if word}


def read_webhook(body: bytes) -> tuple[Report, ...]:
    """A verified step of a parcel of ours. Raises: Unreadable."""
    callback = read_message(body, Callback)
    order_id, _, part_id = callback.reference.partition("/")
    if callback.type not in (*_STEPS, RECEIVED, INSPECTED) or not order_id or not part_id:
        return ()
    if callback.occurred_at.tzinfo is None:
        raise Unreadable("a time without a zone")
    if callback.type not in _STEPS:
        found = tuple(map(_found, callback.lines)) if callback.type == INSPECTED else ()
        return (ReturnReport(order_id, part_id, callback.occurred_at.astimezone(UTC), found),)
    return (
        WarehouseReport(
            order_id=order_id,
            shipment_id=part_id,
            preparation=_STEPS[callback.type],
            occurred_at=callback.occurred_at.astimezone(UTC),
            carrier=callback.carrier,
            carrier_name=callback.carrier_name,
            service=callback.service,
            tracking_number=callback.tracking_number,
            missing=callback.reason == OUT_OF_STOCK,
        ),
    )


def _found(line: Found) -> FoundLine:
    """Raises: Unreadable for words that are none of ours."""
    try:
        return FoundLine(line.reference, line.quantity, ItemCondition(line.condition), Disposition(line.disposition))
    except ValueError as error:
        raise Unreadable(str(error)) from error
