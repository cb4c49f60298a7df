"""What the outside tells us, in our own words: one report per webhook or answer, whoever sent it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.payments import NextAction, RiskAssessment
from domain.model.returns import Disposition, ItemCondition
from domain.model.shipments import DeliveryEstimate, PreparationStatus, Scan


@dataclass(frozen=True, slots=True)
class TrackerReport:
    """A carrier's scans of one parcel, all or some of them; known by carrier-independent tracking number."""

    tracking_number: str
    scans: tuple[Scan, ...]
    reference: str | None = None
    carrier: str | None = None
    tracking_url: str | None = None
    estimate: DeliveryEstimate | None = None


class PaymentOutcome(StrEnum):
    AUTHORIZED = "AUTHORIZED"
    DECLINED = "DECLINED"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    CAPTURED = "CAPTURED"
    VOIDED = "VOIDED"


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What became of a payment at the provider. `amount` is what it holds or took, in minor units.

    The order and the payment are what we said it was for when we asked, if the provider repeats that.
    """

    reference: str
    outcome: PaymentOutcome
    amount: int
    currency: str
    code: str | None = None
    message: str | None = None
    brand: str | None = None
    last4: str | None = None
    risk: RiskAssessment | None = None
    next_action: NextAction | None = None
    order_id: str | None = None
    payment_id: str | None = None


@dataclass(frozen=True, slots=True)
class WarehouseReport:
    """A step of a parcel in the warehouse; `preparation` is None when it was called off, with `missing` for want of
    the goods.
    """

    order_id: str
    shipment_id: str
    preparation: PreparationStatus | None
    occurred_at: datetime
    carrier: str | None = None
    carrier_name: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    missing: bool = False


@dataclass(frozen=True, slots=True)
class ReturnLabel:
    """By what goods find their way back; without a number or a code, their buyer brings them."""

    carrier: str | None = None
    carrier_name: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    url: str | None = None
    media_type: str | None = None
    drop_off_code: str | None = None

    @property
    def travels(self) -> bool:
        return self.tracking_number is not None or self.drop_off_code is not None


@dataclass(frozen=True, slots=True)
class FoundLine:
    """What the warehouse found of a line of the return."""

    return_line_id: str
    quantity: int
    condition: ItemCondition
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class ReturnReport:
    """The warehouse has the goods; with `lines`, it has looked at them."""

    order_id: str
    return_id: str
    occurred_at: datetime
    lines: tuple[FoundLine, ...] = ()


Report = TrackerReport | PaymentReport | WarehouseReport | ReturnReport
