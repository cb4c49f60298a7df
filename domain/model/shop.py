"""The shop: one versioned document that says how this merchant sells. Pure policies get it as an argument.

Titles are by language ("en" always present). Amounts are decimal strings in the document's own currency fields, so that
a person can write them; rates are decimal strings too ("0.19"). Spans of time are ISO 8601 durations ("P14D").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.model.addresses import Address
from domain.model.orders import DeliveryMethod
from domain.model.payments import PaymentMethod
from domain.model.returns import RefundShipping, ReturnMethod

Titles = dict[str, str]


class ChannelKind(StrEnum):
    WEB = "WEB"
    MOBILE = "MOBILE"
    API = "API"
    B2B_PORTAL = "B2B_PORTAL"
    EDI = "EDI"
    CUSTOMER_SERVICE = "CUSTOMER_SERVICE"
    POS = "POS"
    MARKETPLACE = "MARKETPLACE"


class LocationKind(StrEnum):
    WAREHOUSE = "WAREHOUSE"
    STORE = "STORE"
    PICKUP_POINT = "PICKUP_POINT"
    LOCKER = "LOCKER"
    SUPPLIER = "SUPPLIER"


@dataclass(frozen=True, slots=True)
class Channel:
    handle: str
    name: str
    kind: ChannelKind = ChannelKind.WEB


@dataclass(frozen=True, slots=True)
class Location:
    """Where goods stand or change hands. `serves` lists countries in which it is preferred; empty means any."""

    handle: str
    name: str
    kind: LocationKind = LocationKind.WAREHOUSE
    address: Address | None = None
    latitude: float | None = None
    longitude: float | None = None
    opening_hours: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceTier:
    """The price from this basket value and this weight on; the dearest condition that is met wins, first come first."""

    prices: dict[str, str]
    basket_from: dict[str, str] = field(default_factory=dict)
    weight_from_grams: int = 0


@dataclass(frozen=True, slots=True)
class ShippingRate:
    """One service to one group of countries ("*" is everywhere). `days` is the window from placing to delivery."""

    service: str
    titles: Titles
    countries: tuple[str, ...]
    tiers: tuple[PriceTier, ...]
    days: tuple[int, int]
    method: DeliveryMethod = DeliveryMethod.SHIPPING
    max_weight_grams: int | None = None


@dataclass(frozen=True, slots=True)
class TaxRate:
    """The most specific row that matches (region, then category, then country) is the rate."""

    country: str
    rate: str
    region: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentOption:
    method: PaymentMethod
    gateway: str
    titles: Titles
    public_key: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """`free`: a return for this reason costs the buyer no fee."""

    handle: str
    names: Titles
    needs_note: bool = False
    needs_photo: bool = False
    free: bool = False


@dataclass(frozen=True, slots=True)
class ReturnWay:
    """One way to send things back, and what it costs the buyer a return. `locations`: where they are handed in."""

    method: ReturnMethod
    titles: Titles
    fees: dict[str, str] = field(default_factory=dict)
    locations: tuple[str, ...] = ()

    def title(self, locale: str) -> str:
        return in_language(self.titles, locale)


@dataclass(frozen=True, slots=True)
class AutoApprove:
    """Returns that nobody has to look at: for these reasons (none named: for any), up to so much in the shop's own
    currency (none named: any amount).
    """

    on: bool = False
    reasons: tuple[str, ...] = ()
    up_to: str | None = None


@dataclass(frozen=True, slots=True)
class Windows:
    """How long things stay open. `payment`: an order waits to be paid; `reservation`: what it needs stands aside;
    `approval`: staff may approve it; `cancel_quote`, `return_quote`: what was quoted holds; `link`: a guest's link
    works; `returns`: after delivery, things may be sent back; `return_send`: an approved return may be on its way.
    """

    payment: str = "PT2H"
    reservation: str = "P1D"
    cancel_quote: str = "PT15M"
    returns: str = "P14D"
    link: str = "P90D"
    approval: str = "P3D"
    return_quote: str = "PT30M"
    return_send: str = "P14D"


@dataclass(frozen=True, slots=True)
class RiskPolicy:
    """Scores add up from 0 to 1; from `review_from` on the order is looked at by a person."""

    review_from: float = 0.6
    amount_from: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Targets:
    """What the shop holds itself to, in seconds."""

    processing_seconds: int = 300


@dataclass(frozen=True, slots=True)
class Shop:
    """`currencies[0]` is the shop's own: conditions of workflows count in it, and `exchange` says what one unit of
    another currency is worth there. Orders from `approval_from` on (in it) wait for a person's approval. `final_sale`
    names categories that never come back.
    """

    name: str
    currencies: tuple[str, ...]
    channels: tuple[Channel, ...]
    locations: tuple[Location, ...]
    shipping: tuple[ShippingRate, ...]
    payment_options: tuple[PaymentOption, ...]
    default_channel: str
    locale: str = "en"
    time_zone: str = "UTC"
    tax_included: bool = True
    taxes: tuple[TaxRate, ...] = ()
    cancel_reasons: tuple[Reason, ...] = ()
    return_reasons: tuple[Reason, ...] = ()
    return_methods: tuple[ReturnWay, ...] = ()
    final_sale: tuple[str, ...] = ()
    auto_approve: AutoApprove = AutoApprove()
    refund_shipping: RefundShipping = RefundShipping.SHARE
    windows: Windows = Windows()
    targets: Targets = Targets()
    risk: RiskPolicy = RiskPolicy()
    approval_from: str | None = None
    exchange: dict[str, str] = field(default_factory=dict)
    low_stock_from: int = 5
    max_lines: int = 100
    max_quantity: int = 1000

    def channel(self, handle: str) -> Channel | None:
        return next((channel for channel in self.channels if channel.handle == handle), None)

    def location(self, handle: str) -> Location | None:
        return next((location for location in self.locations if location.handle == handle), None)


def in_language(titles: Mapping[str, str], locale: str) -> str:
    """The title in the locale's language, else English, else whatever there is."""
    language = locale.split("-")[0].lower()
    return titles.get(language) or titles.get("en") or next(iter(titles.values()), "")
