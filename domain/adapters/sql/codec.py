"""Domain objects as stored bytes and back: msgspec JSON of the frozen dataclasses, instants as microseconds.

An event's data is read by its type and format; an older format is first carried forward by the upcasters. A snapshot is
read only in today's format: an older one is folded anew from the journal by whoever meets it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from domain.adapters.personals import open_body
from domain.model.events import EVENT_TYPES, FORMAT, EventData
from domain.model.orders import Order
from domain.model.products import Customer, Product

SNAPSHOT_FORMAT: Final = int(str(Order.__dataclass_fields__["format"].default))

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)

Raw = dict[str, Any]
Upcaster = Callable[[str, Raw], Raw]

UPCASTERS: dict[int, Upcaster] = {}
"""From format n to n + 1: given an event's type and its data as a mapping, the data as n + 1 would have written it."""


class Unreadable(ValueError):
    """These bytes are not what this program, or an older one, has written."""


# ------------------------------------------------------------------ instants


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def moment(stored: int) -> datetime:
    return EPOCH + timedelta(microseconds=stored)


def micros_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)


def moment_or_none(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)


# ------------------------------------------------------------------ documents

encode = msgspec.json.encode
_order = msgspec.json.Decoder(Order)
_product = msgspec.json.Decoder(Product)
_customer = msgspec.json.Decoder(Customer)
_payload = msgspec.json.Decoder(dict[str, str])
_raw = msgspec.json.Decoder(Raw)
_data = {name: msgspec.json.Decoder(data) for name, data in EVENT_TYPES.items()}


def encode_order(order: Order) -> bytes:
    """The snapshot: everything but the buyer, whose words stand in a row of their own."""
    if order.buyer is not None:
        order = replace(order, buyer=None)
    # Only the key itself can look like this: inside a string its quotes would be escaped.
    return encode(order).replace(b',"buyer":null', b"", 1)


def decode_order(doc: bytes, body: bytes | None = None) -> Order:
    """The order with its buyer, if the personal row is still there. Raises: Unreadable."""
    try:
        order = _order.decode(doc)
        if body is not None:
            object.__setattr__(order, "buyer", open_body(body))  # nobody else has seen it yet
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error
    return order


def encode_data(data: EventData) -> bytes:
    return encode(data)


def decode_data(type_: str, format_: int, data: bytes) -> EventData:
    """Raises: Unreadable, also for what a newer program has written."""
    decoder = _data.get(type_)
    if decoder is None or not 1 <= format_ <= FORMAT:
        raise Unreadable(f"no event {type_!r} in format {format_} is known here")
    try:
        if format_ == FORMAT:
            return decoder.decode(data)
        raw = _raw.decode(data)
        for older in range(format_, FORMAT):
            raw = UPCASTERS[older](type_, raw)
        return msgspec.convert(raw, EVENT_TYPES[type_])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error


def decode_product(doc: bytes) -> Product:
    return _product.decode(doc)


def decode_customer(doc: bytes) -> Customer:
    return _customer.decode(doc)


def decode_payload(payload: bytes) -> dict[str, str]:
    return _payload.decode(payload)
