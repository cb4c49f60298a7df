"""Money held, taken, let go and given back."""

from dataclasses import dataclass
from typing import ClassVar

from domain.model.events.contract import EventData
from domain.model.payments import NextAction, Refund, RiskAssessment


@dataclass(frozen=True, slots=True)
class PaymentAuthorized(EventData):
    """`amount` is what the provider holds, whatever was asked."""

    type: ClassVar[str] = "payment.authorized"
    payment_id: str
    amount: int
    reference: str
    brand: str | None = None
    last4: str | None = None
    risk: RiskAssessment | None = None


@dataclass(frozen=True, slots=True)
class PaymentDeclined(EventData):
    type: ClassVar[str] = "payment.declined"
    payment_id: str
    code: str
    message: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentActionRequired(EventData):
    type: ClassVar[str] = "payment.action_required"
    payment_id: str
    reference: str
    next_action: NextAction


@dataclass(frozen=True, slots=True)
class PaymentCaptured(EventData):
    type: ClassVar[str] = "payment.captured"
    payment_id: str
    amount: int
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentVoided(EventData):
    type: ClassVar[str] = "payment.voided"
    payment_id: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class RefundRequested(EventData):
    type: ClassVar[str] = "refund.requested"
    refund: Refund


@dataclass(frozen=True, slots=True)
class RefundSucceeded(EventData):
    type: ClassVar[str] = "refund.succeeded"
    refund_id: str
    reference: str


@dataclass(frozen=True, slots=True)
class RefundFailed(EventData):
    type: ClassVar[str] = "refund.failed"
    refund_id: str
    failure: str
