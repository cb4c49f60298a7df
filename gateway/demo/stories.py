"""What a story is: who ordered what and when, and what became of it, step by step."""

from dataclasses import dataclass

from domain.model.reports import PaymentOutcome
from domain.model.shipments import PreparationStatus, TrackingStatus
from gateway.demo.moments import When

ORIGIN = "origin"
HOME = "home"


@dataclass(frozen=True, slots=True)
class Word:
    """What carriers say of a parcel; `{carrier}` in the text is the carrier's name."""

    status: TrackingStatus
    text: str
    detail: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The warehouse says so of the parcel; the carrier is known from the label on."""

    step: PreparationStatus
    parcel: int = 1
    carrier: str | None = None


@dataclass(frozen=True, slots=True)
class CalledOff:
    """The warehouse will not send the parcel."""

    parcel: int = 1


@dataclass(frozen=True, slots=True)
class Scanned:
    """The carrier says so; `place` is a town, ORIGIN or HOME; `expected` a new day of arrival, counted from placing."""

    word: Word
    place: str
    parcel: int = 1
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class PaymentSaid:
    """The payment provider says so, of this many hundredths of what is to be paid."""

    outcome: PaymentOutcome
    percent: int = 100


@dataclass(frozen=True, slots=True)
class Canceled:
    """The buyer calls the order off."""

    reason: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """Staff move the order."""

    trigger: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SentByHand:
    """Staff hand everything over to this carrier themselves."""

    carrier: str


@dataclass(frozen=True, slots=True)
class RecordedByHand:
    """Staff write down what a carrier told them on the telephone."""

    status: TrackingStatus
    text: str
    place: str
    parcel: int = 1


Act = Prepared | CalledOff | Scanned | PaymentSaid | Canceled | Fired | SentByHand | RecordedByHand


@dataclass(frozen=True, slots=True)
class Step:
    when: When
    act: Act


Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """`name` says what it shows. `basket` is SKUs, a number before one for several: "LAMP-DESK, 2 BULB-LED".

    `waits` for stock that is not there; `by_phone`, staff wrote the order down for the customer.
    """

    name: str
    placed: When
    who: str
    basket: str
    path: Path = ()
    currency: str = "EUR"
    channel: str = "web"
    card: str = "pm_card_visa"
    service: str | None = None
    collects_in: str | None = None
    billed_to: str | None = None
    waits: bool = False
    by_phone: bool = False
    note: str | None = None
    instructions: str | None = None
    purchase_order: str | None = None

    @property
    def lines(self) -> tuple[tuple[str, int], ...]:
        """(SKU, quantity)."""
        found = []
        for item in self.basket.split(","):
            count, _, sku = item.strip().rpartition(" ")
            found.append((sku, int(count or 1)))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Supply:
    """More units, or fewer, on a shelf, on a day and hour of the shop's; `day` counts from today."""

    day: int
    hour: str
    sku: str
    location: str
    units: int
    reason: str
