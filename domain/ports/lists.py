"""How orders and stock are listed: what is asked for, and a page of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

Item = TypeVar("Item")


class SortOrders(StrEnum):
    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    LAST_CHANGED = "LAST_CHANGED"
    LONGEST_IN_STATE = "LONGEST_IN_STATE"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Empty tuples and None do not narrow. `words` are values of references (number, sku, tracking, what
    Personals.lookup made of an e-mail ...): an order that has any of them matches.
    """

    status: tuple[str, ...] = ()
    payment_status: tuple[str, ...] = ()
    fulfillment_status: tuple[str, ...] = ()
    return_status: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    customer_id: str | None = None
    order_id: str | None = None
    placed_after: datetime | None = None
    placed_before: datetime | None = None
    expected_before: datetime | None = None
    delayed: bool | None = None
    entered_before: datetime | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a keyset list: the sort key's value and the tie-breaking id of the last row seen."""

    key: int | str
    id: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """`positions` run along with `items`; `more` when there are further ones."""

    items: tuple[Item, ...]
    positions: tuple[Position, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class OrderRow:
    """The columns that a list shows, without opening the document."""

    id: str
    number: str
    version: int
    status: str
    payment_status: str
    fulfillment_status: str
    return_status: str
    state: str
    channel: str
    placed_at: datetime
    updated_at: datetime
    currency: str
    total: int
    item_count: int
    customer_id: str | None


@dataclass(frozen=True, slots=True)
class StockFilter:
    skus: tuple[str, ...] = ()
    location_id: str | None = None
