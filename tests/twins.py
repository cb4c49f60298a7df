"""Partners for tests of the core: each does what its port says, at once, and keeps books of what it was asked.

Every one can be `down` for so many calls (it does nothing and does not answer), can `drop` so many answers (it does
what it was asked and does not answer), and answers nobody while its `gate` is closed.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from domain.model.orders import Order
from domain.model.payments import NextAction, NextActionKind, Payment, RiskAssessment, RiskLevel
from domain.model.reports import PaymentOutcome, PaymentReport, ReturnLabel, TrackerReport
from domain.model.returns import Return, ReturnMethod
from domain.model.shipments import Scan, Shipment
from domain.ports import Declined, Unavailable

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Twin:
    """What any partner may suffer from."""

    down: int = 0
    drop: int = 0
    gate: asyncio.Event | None = None
    waiting: int = 0

    def _hear(self) -> None:
        if self.down:
            self.down -= 1
            raise Unavailable("down")

    async def _answer(self) -> None:
        if self.gate is not None:
            self.waiting += 1
            await self.gate.wait()
        if self.drop:
            self.drop -= 1
            raise Unavailable("lost on the way back")


@dataclass
class TwinPayments(Twin):
    """Decides by the token, as the providers' test tokens do. `held`, `taken` and `paid_back` are its own books, by
    reference; what is asked twice under one key happens once. Nothing of what is `disputed` is paid back.
    """

    asked: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, PaymentReport] = field(default_factory=dict)
    refunds: dict[str, str] = field(default_factory=dict)
    wrong_by: int = 0
    refuses_capture: bool = False
    refuses_refund: bool = False
    disputed: set[str | None] = field(default_factory=set)
    held: dict[str, int] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    paid_back: Counter[str] = field(default_factory=Counter)
    made: int = 0

    def keys(self, verb: str) -> list[str]:
        """Under which keys it was asked for this, once for each time."""
        return [key for asked, key in self.asked if asked == verb]

    async def authorize(self, key: str, payment: Payment, order: Order) -> PaymentReport:
        report = self._known("authorize", key)
        if report is None:
            self.made += 1
            report = self._decide(f"pi_{self.made}", payment, order)
            if report.outcome is PaymentOutcome.AUTHORIZED:
                self.held[report.reference] = report.amount
        return await self._tell("authorize", key, report)

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
        report = self._known("capture", key)
        reference = payment.reference or ""
        if report is None and self.refuses_capture:
            report = PaymentReport(reference, PaymentOutcome.DECLINED, 0, currency, "expired", "No longer held.")
        elif report is None:
            if self.held.pop(reference, 0):
                self.taken[reference] += amount
            report = PaymentReport(reference, PaymentOutcome.CAPTURED, self.taken[reference], currency)
        return await self._tell("capture", key, report)

    async def void(self, key: str, payment: Payment, currency: str) -> PaymentReport:
        report = self._known("void", key)
        if report is None:
            self.held.pop(payment.reference or "", 0)
            report = PaymentReport(payment.reference or "", PaymentOutcome.VOIDED, 0, currency)
        return await self._tell("void", key, report)

    async def refund(self, key: str, payment: Payment, amount: int, currency: str) -> str:
        self.asked.append(("refund", key))
        self._hear()
        if self.refuses_refund or payment.reference in self.disputed:
            raise Declined("charge_disputed")
        if key not in self.refunds:
            self.refunds[key] = f"re_{len(self.refunds) + 1}"
            self.paid_back[payment.reference or ""] += amount
        await self._answer()
        return self.refunds[key]

    def _known(self, verb: str, key: str) -> PaymentReport | None:
        self.asked.append((verb, key))
        self._hear()
        return self.answers.get(f"{verb}:{key}")

    async def _tell(self, verb: str, key: str, report: PaymentReport) -> PaymentReport:
        self.answers[f"{verb}:{key}"] = report
        await self._answer()
        return report


@dataclass
class TwinWarehouse(Twin):
    """Takes every parcel unless it `refuses`; stops it as long as it is `stoppable`."""

    requested: dict[str, Shipment] = field(default_factory=dict)
    called_off: list[str] = field(default_factory=list)
    stoppable: bool = True
    refuses: bool = False
    expected: dict[str, Return] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)

    async def request(self, key: str, order: Order, shipment: Shipment) -> None:
        self._hear()
        if self.refuses:
            raise Declined("no such place")
        self.requested[key] = shipment
        await self._answer()

    async def call_off(self, key: str, order: Order, shipment: Shipment) -> bool:
        self._hear()
        self.called_off.append(key)
        await self._answer()
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
class TwinCarriers(Twin):
    """Follows every parcel, and knows of it what `known` says by its number."""

    watched: list[str] = field(default_factory=list)
    known: dict[str, tuple[Scan, ...]] = field(default_factory=dict)

    async def watch(self, key: str, carrier: str | None, tracking_number: str) -> TrackerReport:
        self._hear()
        self.watched.append(tracking_number)
        await self._answer()
        scans = self.known.get(tracking_number, ())
        return TrackerReport(tracking_number, scans, reference=f"trk_{len(self.watched)}", carrier=carrier)
