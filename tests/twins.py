"""Partners for tests of the core: each does what its port says, at once, and remembers what it was asked."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from domain.model.orders import Order
from domain.model.payments import NextAction, NextActionKind, Payment, RiskAssessment, RiskLevel
from domain.model.reports import PaymentOutcome, PaymentReport, ReturnLabel, TrackerReport
from domain.model.returns import Return, ReturnMethod
from domain.model.shipments import Shipment
from domain.ports import Unavailable

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class TwinPayments:
    """Decides by the token, as the providers' test tokens do. `down` counts the calls that are still to fail."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, PaymentReport] = field(default_factory=dict)
    down: int = 0
    wrong_by: int = 0

    def _ask(self, verb: str, key: str) -> PaymentReport | None:
        self.asked.append((verb, key))
        if self.down:
            self.down -= 1
            raise Unavailable("down")
        return self.answers.get(f"{verb}:{key}")

    async def authorize(self, key: str, payment: Payment, order: Order) -> PaymentReport:
        known = self._ask("authorize", key)
        reference = f"pi_{len(self.answers) + 1}"
        report = known or self._decide(reference, payment, order)
        self.answers[f"authorize:{key}"] = report
        return report

    def _decide(self, reference: str, payment: Payment, order: Order) -> PaymentReport:
        outcome, amount = PaymentOutcome.AUTHORIZED, payment.amount + self.wrong_by
        match payment.token:
            case "pm_card_authenticationRequired":
                action = NextAction(NextActionKind.REDIRECT, "https://pay.example/challenge")
                return PaymentReport(reference, PaymentOutcome.ACTION_REQUIRED, 0, order.currency, next_action=action)
            case "pm_card_riskLevelElevated":
                risk = RiskAssessment(RiskLevel.HIGH, 0.75, ("elevated",))
                return PaymentReport(reference, outcome, amount, order.currency, brand="visa", last4="4242", risk=risk)
            case "pm_card_visa":
                return PaymentReport(reference, outcome, amount, order.currency, brand="visa", last4="4242")
            case _:
                return PaymentReport(
                    reference, PaymentOutcome.DECLINED, 0, order.currency, "generic_decline", "Your card was declined."
                )

    async def capture(self, key: str, payment: Payment, amount: int, currency: str) -> PaymentReport:
        self._ask("capture", key)
        return PaymentReport(payment.reference or "", PaymentOutcome.CAPTURED, amount, currency)

    async def void(self, key: str, payment: Payment, currency: str) -> PaymentReport:
        self._ask("void", key)
        return PaymentReport(payment.reference or "", PaymentOutcome.VOIDED, 0, currency)

    async def refund(self, key: str, payment: Payment, amount: int, currency: str) -> str:
        self._ask("refund", key)
        return f"re_{key[-8:]}"


@dataclass
class TwinWarehouse:
    """Takes every parcel; stops it as long as `stoppable`."""

    requested: dict[str, Shipment] = field(default_factory=dict)
    called_off: list[str] = field(default_factory=list)
    stoppable: bool = True
    expected: dict[str, Return] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)

    async def request(self, key: str, order: Order, shipment: Shipment) -> None:
        self.requested[key] = shipment

    async def call_off(self, key: str, order: Order, shipment: Shipment) -> bool:
        self.called_off.append(key)
        return self.stoppable

    async def expect_return(self, key: str, order: Order, rma: Return) -> ReturnLabel:
        self.expected[key] = rma
        if rma.method is ReturnMethod.IN_STORE:
            return ReturnLabel()
        number = f"RET{rma.number.replace('-', '')}"
        return ReturnLabel("dhl", "DHL", "Retoure", number, "https://labels.example/1.pdf", "application/pdf", "4711")

    async def forget_return(self, key: str, order: Order, rma: Return) -> None:
        self.forgotten.append(key)


@dataclass
class TwinCarriers:
    """Follows every parcel, and knows nothing of it yet."""

    watched: list[str] = field(default_factory=list)

    async def watch(self, key: str, carrier: str | None, tracking_number: str) -> TrackerReport:
        self.watched.append(tracking_number)
        return TrackerReport(tracking_number, (), reference=f"trk_{len(self.watched)}", carrier=carrier)
