"""What the core needs from outside, and Ports, the bundle that every use case is handed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from domain.model.effects import Effect
from domain.ports.chance import Clock, Ids
from domain.ports.checks import AddressCheck, ContactChecks, Dates
from domain.ports.documents import Shops, Workflows
from domain.ports.feed import EFFECTS, Feed, Listening
from domain.ports.lists import OrderFilter, OrderRow, Page, Position, SortOrders, StockFilter
from domain.ports.partners import Carriers, Declined, Dialect, IssuerKeys, Payments, Unavailable, Warehouse
from domain.ports.secrets import Links, Personals
from domain.ports.store import Reader, Store, StoredKey, UnitOfWork
from domain.workflow.conditions import Conditions

__all__ = [
    "EFFECTS",
    "AddressCheck",
    "Begin",
    "Carriers",
    "Clock",
    "ContactChecks",
    "Dates",
    "Declined",
    "Dialect",
    "Errand",
    "Feed",
    "Ids",
    "IssuerKeys",
    "Limits",
    "Links",
    "Listening",
    "OrderFilter",
    "OrderRow",
    "Page",
    "Payments",
    "Personals",
    "Ports",
    "Position",
    "Reader",
    "Shops",
    "SortOrders",
    "StockFilter",
    "Store",
    "StoredKey",
    "Unavailable",
    "UnitOfWork",
    "Warehouse",
    "Workflows",
    "no_fault",
]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds. `settle_for` is how long placeOrder waits for the first outcomes; `lease` how long a claimed effect
    stays its claimer's, and a call to a partner gets half of it at the most, so that no claim is outlived by its call.
    """

    settle_for: float = 2.0
    lease: float = 30.0
    poll: float = 1.0
    feed_poll: float = 2.0
    keep_keys: timedelta = timedelta(hours=24)


class Begin(Protocol):
    """Effects that this process has claimed are carried out, beside the caller; it waits for them before it stops."""

    def __call__(self, effects: Sequence[Effect]) -> None: ...


def no_fault(point: str) -> None:
    """The named point of the code was passed. Tests put something here that kills the process."""


@dataclass(frozen=True, slots=True)
class Ports:
    """`errands` carry out what belongs to no order and is done by a room further out, by the effect's action."""

    store: Store
    feed: Feed
    clock: Clock
    ids: Ids
    checks: ContactChecks
    dates: Dates
    links: Links
    personals: Personals
    conditions: Conditions
    workflows: Workflows
    shops: Shops
    payments: Mapping[str, Payments]
    warehouse: Warehouse
    carriers: Carriers
    dialects: Mapping[str, Dialect]
    worker_id: str
    public_url: str
    begin: Begin
    fault: Callable[[str], None] = no_fault
    limits: Limits = field(default_factory=Limits)
    errands: Mapping[str, "Errand"] = field(default_factory=dict)
    issuer_keys: IssuerKeys | None = None


Errand = Callable[[Effect, Ports], Awaitable[None]]
"""Does what the effect names and finishes it, in a transaction of its own. Whatever it raises, it is tried again."""
