"""What the core needs from outside, and Ports, the bundle that every use case is handed.

`Store.write(work)` runs `work` in one transaction and returns once it is durable. A work awaits nothing but its unit of
work: on SQLite it runs to its end in the one writing thread, on Postgres on the event loop. A raised error rolls back.
Where rivals can make a transaction impossible (a deadlock), the work is run again from its beginning.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from domain.model.addresses import Address
from domain.model.changes import Changes, PersonalRow
from domain.model.effects import Effect, EffectStatus
from domain.model.events import Event
from domain.model.links import Link, Purpose
from domain.model.notifications import Delivery, Inbox, Notification
from domain.model.orders import Buyer, Order
from domain.model.payments import Payment
from domain.model.products import Customer, Product
from domain.model.reports import PaymentReport, Report, ReturnLabel, TrackerReport
from domain.model.returns import Return
from domain.model.sessions import RefreshToken, Session, SignInLink
from domain.model.shipments import Shipment
from domain.model.shop import Shop
from domain.model.stock import Allocation, StockLevel
from domain.workflow.conditions import Conditions
from domain.workflow.definition import Definition

T = TypeVar("T")
Item = TypeVar("Item")


# ------------------------------------------------------------------ time, chance


class Clock(Protocol):
    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class Ids(Protocol):
    """Everything drawn by chance. `order_id` is 32 hex digits and sorts by time; `unique` is 32 hex digits."""

    def order_id(self, at: datetime) -> str: ...
    def unique(self) -> str: ...
    def token_bytes(self, n: int) -> bytes: ...
    def bits(self, n: int) -> int: ...
    def random(self) -> float: ...


# ------------------------------------------------------------------ store


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


@dataclass(frozen=True, slots=True)
class StoredKey:
    """An idempotency key as it stands; `answer` is None while its first caller still waits."""

    digest: bytes
    subject: str | None
    answer: bytes | None
    created_at: datetime


class Reader(Protocol):
    async def order(self, order_id: str) -> Order | None: ...
    async def orders(self, order_ids: Sequence[str]) -> dict[str, Order]: ...
    async def order_id(self, kind: str, value: str) -> str | None: ...
    async def order_rows(
        self, where: OrderFilter, sort: SortOrders, after: Position | None, first: int
    ) -> Page[OrderRow]: ...
    async def count_orders(self, where: OrderFilter) -> int: ...
    async def events(self, order_id: str, after: int = 0, limit: int = 1000) -> list[Event]: ...
    async def last_events(
        self, order_id: str, before: int | None, limit: int, public_only: bool = False
    ) -> list[Event]: ...
    async def words(self, ids: Collection[str]) -> dict[str, Buyer]:
        """What still stands in these personal rows, by id."""
        ...

    async def link(self, link_id: str) -> Link | None: ...
    async def session(self, session_id: str) -> Session | None: ...
    async def sign_in_link(self, link_id: str) -> SignInLink | None: ...
    async def refresh_token(self, token_id: str) -> RefreshToken | None: ...
    async def guest_orders(self, email_word: str, after: str, limit: int) -> list[str]:
        """Ids, after that one, of orders with this address that no customer has yet; oldest first."""
        ...

    async def product(self, sku: str) -> Product | None: ...
    async def products(self, skus: Collection[str]) -> dict[str, Product]: ...
    async def product_group(self, group: str) -> list[Product]: ...
    async def product_page(
        self, query: str | None, category: str | None, after: Position | None, first: int
    ) -> Page[Product]: ...
    async def stock(self, skus: Collection[str]) -> list[StockLevel]: ...
    async def stock_page(self, where: StockFilter, after: Position | None, first: int) -> Page[StockLevel]: ...
    async def customer(self, customer_id: str) -> Customer | None: ...
    async def customer_by_email(self, email: str) -> Customer | None: ...
    async def effects_of(self, order_id: str) -> list[Effect]: ...
    async def received(self, provider: str, event_id: str) -> bytes | None: ...
    async def stored_key(self, viewer: str, operation: str, key: str) -> StoredKey | None: ...
    async def next_due(self) -> datetime | None: ...
    async def notification(self, order_id: str, sequence: int) -> Notification | None: ...
    async def notifications_of(self, order_id: str) -> list[Notification]:
        """Oldest first."""
        ...

    async def inbox_page(self, inbox: Inbox, after: Position | None, first: int) -> Page[Notification]:
        """Newest first."""
        ...

    async def inbox_since(self, inbox: Inbox, position: int, limit: int) -> list[Notification]:
        """What came after that position, oldest first; no position is filled later than a higher one."""
        ...

    async def inbox_end(self, inbox: Inbox) -> int:
        """The position of the newest message; 0 for an empty inbox."""
        ...

    async def count_unread(self, inbox: Inbox) -> int: ...
    async def delivery(self, delivery_id: str) -> Delivery | None: ...
    async def deliveries_of(self, order_ids: Sequence[str]) -> list[Delivery]: ...
    async def shop_version(self) -> tuple[int, bytes] | None: ...
    async def workflow_versions(self) -> list[tuple[str, int, bytes]]: ...


class UnitOfWork(Reader, Protocol):
    """One transaction. `order` locks the order's row until it ends."""

    async def save(self, changes: Changes) -> Order:
        """Journal, snapshot, effects, personal rows and references are written; the version moved once.

        Raises: StaleVersion if the order is no longer the version that `changes` was built on; NumberTaken;
        OrderTooLarge.
        """
        ...

    async def add_link(self, link: Link) -> None: ...
    async def revoke_link(self, link_id: str, at: datetime) -> None: ...
    async def add_sign_in_link(self, link: SignInLink) -> None: ...
    async def use_sign_in_link(self, link_id: str, at: datetime) -> bool:
        """False if it was used before; of two at once, for one of them."""
        ...

    async def add_session(self, session: Session) -> None: ...
    async def end_session(self, session: Session, at: datetime) -> None:
        """Also one that was never stored: its tokens are no good from here on. The first end counts."""
        ...

    async def add_refresh_token(self, token: RefreshToken) -> None: ...
    async def use_refresh_token(self, token_id: str, at: datetime) -> bool:
        """False if it was used before; of two at once, for one of them."""
        ...

    async def forget_sign_ins(self, before: datetime) -> None:
        """Links, tokens and sessions that ran out before that are gone."""
        ...

    async def claim_key(
        self, viewer: str, operation: str, key: str, digest: bytes, now: datetime, keep: timedelta
    ) -> StoredKey | None:
        """None: the key is now this caller's. Otherwise what is stored under it and younger than `keep`."""
        ...

    async def answer_key(
        self, viewer: str, operation: str, key: str, subject: str | None, answer: bytes | None
    ) -> None: ...
    async def answer_placement(self, order_id: str, answer: bytes) -> bool:
        """The key that placed this order has its answer; False if it already had one."""
        ...

    async def reserve(self, order_id: str, allocation: Allocation, expires_at: datetime | None) -> bool: ...
    async def release(self, order_id: str, allocation: Allocation) -> None: ...
    async def ship(self, order_id: str, allocation: Allocation) -> None: ...
    async def adjust_stock(
        self, sku: str, location_id: str, delta: int, reason: str, at: datetime, by: str | None = None
    ) -> StockLevel | None:
        """None if on_hand would fall below what is reserved."""
        ...

    async def waiting_for(self, sku: str, limit: int) -> list[str]:
        """Ids of orders that wait for this SKU, oldest first."""
        ...

    async def owe(self, effects: Sequence[Effect]) -> None: ...
    async def claim_effects(self, owner: str, now: datetime, lease: timedelta, limit: int) -> list[Effect]: ...
    async def finish_effect(self, effect: Effect, status: EffectStatus, failure: str | None, at: datetime) -> bool:
        """False, and nothing changed, if the claim is no longer this effect's owner's."""
        ...

    async def postpone_effect(self, effect: Effect, run_at: datetime, failure: str | None) -> bool:
        """The effect is due again at `run_at`, claimed by nobody; False if the claim was lost."""
        ...

    async def cancel_effects(self, order_id: str, entry: int, at: datetime) -> None:
        """What nobody has claimed yet of this visit to a state is called off."""
        ...

    async def receive(self, provider: str, event_id: str, body: bytes, at: datetime) -> bool:
        """False if this event was received before."""
        ...

    async def park(self, provider: str, event_id: str, under: str) -> None: ...
    async def joined(self, provider: str, event_id: str) -> None:
        """What it is about was found: it waits under no name."""
        ...

    async def unpark(self, under: str) -> list[tuple[str, str]]:
        """(provider, event id) of what waited under this name; it waits no more."""
        ...

    async def add_notification(self, notification: Notification) -> bool:
        """It has its positions, as the newest of its inboxes; False if this event was told of before."""
        ...

    async def join_inbox(self, order_id: str, customer_id: str) -> None:
        """What was told of this order before it had a customer is in the customer's inbox too, as its newest."""
        ...

    async def add_delivery(self, delivery: Delivery) -> bool:
        """False if there is one for this event, channel, recipient and template."""
        ...

    async def move_delivery(self, before: Delivery, after: Delivery) -> bool:
        """False, and nothing changed, if its status or attempts are no longer as in `before`."""
        ...

    async def mark_read(self, inbox: Inbox, order_id: str, sequence: int, at: datetime) -> bool:
        """The first reading counts. False if it is not in this inbox."""
        ...

    async def put_product(self, product: Product) -> None: ...
    async def put_customer(self, customer: Customer) -> None: ...
    async def add_customer(self, customer: Customer) -> Customer:
        """Whoever has this address now: somebody else if they were first."""
        ...

    async def add_shop_version(self, document: bytes, by: str, at: datetime) -> int: ...
    async def add_workflow_version(self, name: str, definition: bytes, at: datetime) -> int: ...


class Store(Protocol):
    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T: ...
    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T: ...


# ------------------------------------------------------------------ the live feed


class Listening(Protocol):
    async def changed(self, timeout: float) -> bool:
        """True as soon as anything was published since the last call; False after `timeout` seconds."""
        ...


class Feed(Protocol):
    """Only wakes readers; the journal is the truth. Topics: an order's id, and EFFECTS."""

    def listen(self, topic: str) -> AbstractAsyncContextManager[Listening]: ...
    async def publish(self, topics: Collection[str]) -> None: ...


EFFECTS = "effects"


# ------------------------------------------------------------------ partners


class Unavailable(Exception):
    """The partner did not answer, or not with a yes or a no: what happened there is unknown. Ask again, same key."""


class Payments(Protocol):
    """A payment gateway. Every call may be repeated with its `key`; the provider does it once. Raises: Unavailable."""

    async def authorize(self, key: str, payment: Payment, order: Order) -> PaymentReport: ...
    async def capture(self, key: str, payment: Payment, amount: int, currency: str) -> PaymentReport: ...
    async def void(self, key: str, payment: Payment, currency: str) -> PaymentReport: ...
    async def refund(self, key: str, payment: Payment, amount: int, currency: str) -> str:
        """The provider's reference of the refund. Raises: Declined, Unavailable."""
        ...


class Declined(Exception):
    """The partner answered with a definite no."""


class Warehouse(Protocol):
    async def request(self, key: str, order: Order, shipment: Shipment) -> None:
        """The warehouse will send this parcel. Raises: Declined, Unavailable."""
        ...

    async def call_off(self, key: str, order: Order, shipment: Shipment) -> bool:
        """False if it is too late to stop it. Raises: Unavailable."""
        ...

    async def expect_return(self, key: str, order: Order, rma: Return) -> ReturnLabel:
        """The warehouse expects these goods, and says by what they come. Raises: Declined, Unavailable."""
        ...

    async def forget_return(self, key: str, order: Order, rma: Return) -> None:
        """The warehouse expects them no more, whether or not it ever did. Raises: Unavailable."""
        ...


class Carriers(Protocol):
    async def watch(self, key: str, carrier: str | None, tracking_number: str) -> TrackerReport:
        """The carriers' aggregator reports on this parcel from now on. Raises: Declined, Unavailable."""
        ...


Dialect = Callable[[bytes], tuple[Report, ...]]
"""Reads a verified webhook body of one provider; () when it tells nothing that concerns us."""


# ------------------------------------------------------------------ checks, secrets, documents


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """The address in its country's form; `problems` are (field of AddressInput, what is wrong)."""

    address: Address
    problems: tuple[tuple[str, str], ...] = ()


class ContactChecks(Protocol):
    def email(self, text: str) -> str | None: ...
    def phone(self, text: str, country: str | None) -> str | None: ...
    def country(self, code: str) -> bool: ...
    def address(self, address: Address, complete: bool) -> AddressCheck: ...
    def formatted(self, address: Address, locale: str) -> tuple[str, ...]: ...


class Dates(Protocol):
    def day(self, moment: datetime, locale: str, time_zone: str) -> str:
        """'Tuesday 24 November', in the locale's language and the zone's day."""
        ...


class Links(Protocol):
    """Tokens, derived from an id and the secret, so that what has the same id always has the same token."""

    def token(self, link_id: str, purpose: Purpose = Purpose.TRACK) -> str: ...
    def link_id(self, token: str, purpose: Purpose = Purpose.TRACK) -> str | None:
        """The id that this token was made for, None for anything else."""
        ...

    def digest(self, token: str) -> bytes: ...


class IssuerKeys(Protocol):
    """Of the OpenID Connect issuer that staff or customers sign in with."""

    async def published(self) -> bytes:
        """Its key set as it is now, as JSON. Raises: Unavailable."""
        ...


class Personals(Protocol):
    """Seals words about a person into a row, and makes look-up words that do not reveal what they stand for."""

    def seal(self, words: Buyer) -> PersonalRow: ...
    def lookup(self, kind: str, value: str) -> str: ...


class Workflows(Protocol):
    """Definitions never change; `current` is the one that new orders begin with."""

    def current(self, name: str) -> Definition: ...
    def get(self, name: str, version: int) -> Definition: ...


class Shops(Protocol):
    def current(self) -> Shop: ...


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
