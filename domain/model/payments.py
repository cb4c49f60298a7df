"""Money that was promised, held, taken and given back."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class PaymentMethod(StrEnum):
    CARD = "CARD"
    WALLET = "WALLET"
    BNPL = "BNPL"
    BANK_TRANSFER = "BANK_TRANSFER"
    INVOICE = "INVOICE"
    STORE_CREDIT = "STORE_CREDIT"
    GIFT_CARD = "GIFT_CARD"
    CASH = "CASH"


class PaymentStatus(StrEnum):
    PENDING = "PENDING"
    REQUIRES_ACTION = "REQUIRES_ACTION"
    AUTHORIZED = "AUTHORIZED"
    PARTIALLY_CAPTURED = "PARTIALLY_CAPTURED"
    CAPTURED = "CAPTURED"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    DISPUTED = "DISPUTED"


class TransactionKind(StrEnum):
    AUTHORIZATION = "AUTHORIZATION"
    CAPTURE = "CAPTURE"
    VOID = "VOID"
    REFUND = "REFUND"
    CHARGEBACK = "CHARGEBACK"


class TransactionStatus(StrEnum):
    PENDING = "PENDING"
    REQUIRES_ACTION = "REQUIRES_ACTION"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


class NextActionKind(StrEnum):
    REDIRECT = "REDIRECT"
    PROVIDER_FORM = "PROVIDER_FORM"
    BANK_TRANSFER = "BANK_TRANSFER"


class RiskLevel(StrEnum):
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"


@dataclass(frozen=True, slots=True)
class NextAction:
    kind: NextActionKind
    url: str | None = None
    client_secret: str | None = None
    instructions: str | None = None


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    """`score` runs from 0 (harmless) to 1."""

    level: RiskLevel
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transaction:
    id: str
    kind: TransactionKind
    status: TransactionStatus
    amount: int
    occurred_at: datetime
    reference: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """One way this order is paid. `token` is the provider's; a card number never gets this far."""

    id: str
    method: PaymentMethod
    gateway: str
    amount: int
    created_at: datetime
    token: str | None = None
    status: PaymentStatus = PaymentStatus.PENDING
    authorized: int = 0
    captured: int = 0
    refunded: int = 0
    reference: str | None = None
    brand: str | None = None
    last4: str | None = None
    failure: str | None = None
    due_at: datetime | None = None
    next_action: NextAction | None = None
    transactions: tuple[Transaction, ...] = ()
    risk: RiskAssessment | None = None


class RefundStatus(StrEnum):
    PENDING = "PENDING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"


class RefundDestination(StrEnum):
    ORIGINAL_PAYMENT = "ORIGINAL_PAYMENT"
    STORE_CREDIT = "STORE_CREDIT"
    GIFT_CARD = "GIFT_CARD"
    BANK_TRANSFER = "BANK_TRANSFER"


@dataclass(frozen=True, slots=True)
class RefundLine:
    line_id: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class Refund:
    """Money of one payment on its way back, for these lines; a quantity of 0 is money alone, for no unit of it.

    What goes back over several payments is one refund for each: the first names the units, the others are `part_of` it.
    """

    id: str
    payment_id: str
    amount: int
    created_at: datetime
    lines: tuple[RefundLine, ...] = ()
    to: RefundDestination = RefundDestination.ORIGINAL_PAYMENT
    status: RefundStatus = RefundStatus.PENDING
    reason: str | None = None
    reference: str | None = None
    failure: str | None = None
    arrives_by: date | None = None
    return_id: str | None = None
    part_of: str | None = None
