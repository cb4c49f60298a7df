"""The partners of the past: they agreed to what the stories tell of, on days on which no partner of ours was running.

They keep nothing. What they name begins with words that no running provider uses, so that a payment or a parcel of the
past is never taken for one of today: a provider that is asked about it later answers, truly, that it knows of none.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.model.orders import Order
from domain.model.payments import NextAction, NextActionKind, Payment, RiskAssessment, RiskLevel
from domain.model.reports import PaymentOutcome, PaymentReport, ReturnLabel, TrackerReport
from domain.model.returns import Return
from domain.model.shipments import PREPARATION_ORDER, PreparationStatus, Shipment
from domain.ports import Clock, Payments, Warehouse

PAID_BY = "pi_past_"
HOLD_LASTS = timedelta(days=7)
ELEVATED = RiskAssessment(RiskLevel.MEDIUM, 0.75, ("the payment provider says: elevated risk",))
LAST4 = {"pm_card_visa": "4242", "pm_card_mastercard": "4444", "pm_card_riskLevelElevated": "9235"}


def _name(prefix: str, key: str) -> str:
    """The same for the same key, as from a provider that does everything once."""
    return prefix + hashlib.sha256(key.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class PastPayments:
    """Decides by Stripe's test tokens, as the simulated provider does, and keeps to Stripe's seven days for a hold."""

    clock: Clock

    async def authorize(self, key: str, payment: Payment, order: Order) -> PaymentReport:
        name, currency = _name(PAID_BY, key), order.currency
        if payment.token == "pm_card_authenticationRequired":
            page = NextAction(NextActionKind.REDIRECT, f"https://payments.invalid/challenge/{name}")
            return PaymentReport(name, PaymentOutcome.ACTION_REQUIRED, 0, currency, next_action=page)
        if payment.token not in LAST4:
            text = "Your card was declined."
            return PaymentReport(name, PaymentOutcome.DECLINED, 0, currency, "generic_decline", text)
        risk = ELEVATED if payment.token == "pm_card_riskLevelElevated" else None
        brand = "mastercard" if payment.token == "pm_card_mastercard" else "visa"
        authorized = PaymentOutcome.AUTHORIZED
        return PaymentReport(
            name, authorized, payment.amount, currency, brand=brand, last4=LAST4[payment.token], risk=risk
        )

    async def capture(self, key: str, payment: Payment, amount: int, currency: str) -> PaymentReport:
        reference = payment.reference or ""
        held_since = max((one.occurred_at for one in payment.transactions), default=payment.created_at)
        if self.clock.now() - held_since > HOLD_LASTS:
            text = "The hold on this card has run out."
            return PaymentReport(reference, PaymentOutcome.DECLINED, 0, currency, "charge_expired_for_capture", text)
        return PaymentReport(reference, PaymentOutcome.CAPTURED, amount, currency)

    async def void(self, key: str, payment: Payment, currency: str) -> PaymentReport:
        return PaymentReport(payment.reference or "", PaymentOutcome.VOIDED, 0, currency)

    async def refund(self, key: str, payment: Payment, amount: int, currency: str) -> str:
        return _name("re_past_", key)


class PastWarehouse:
    """Takes every parcel, and stops it until its label is made. What it still holds stays where it is."""

    async def request(self, key: str, order: Order, shipment: Shipment) -> None:
        return None

    async def call_off(self, key: str, order: Order, shipment: Shipment) -> bool:
        labeled = PREPARATION_ORDER.index(PreparationStatus.LABELED)
        return PREPARATION_ORDER.index(shipment.preparation) < labeled

    async def expect_return(self, key: str, order: Order, rma: Return) -> ReturnLabel:
        """A code for the counter: nobody needs a label of the past."""
        return ReturnLabel(drop_off_code=rma.number)

    async def forget_return(self, key: str, order: Order, rma: Return) -> None:
        """Nobody was waiting for it."""


class PastCarriers:
    """Follows every parcel. It has no page to show it on: the number could be a living person's parcel."""

    async def watch(self, key: str, carrier: str | None, tracking_number: str) -> TrackerReport:
        return TrackerReport(tracking_number, (), reference=_name("trk_past_", key), carrier=carrier)


# ------------------------------------------------------------------ where the past ends


@dataclass(frozen=True, slots=True)
class PaymentsUntil:
    """The past's for orders placed before `since`, today's for the others: those can be captured and paid back."""

    since: datetime
    past: Payments
    today: Payments

    def _of(self, payment: Payment) -> Payments:
        return self.past if (payment.reference or "").startswith(PAID_BY) else self.today

    async def authorize(self, key: str, payment: Payment, order: Order) -> PaymentReport:
        provider = self.past if order.placed_at < self.since else self.today
        return await provider.authorize(key, payment, order)

    async def capture(self, key: str, payment: Payment, amount: int, currency: str) -> PaymentReport:
        return await self._of(payment).capture(key, payment, amount, currency)

    async def void(self, key: str, payment: Payment, currency: str) -> PaymentReport:
        return await self._of(payment).void(key, payment, currency)

    async def refund(self, key: str, payment: Payment, amount: int, currency: str) -> str:
        return await self._of(payment).refund(key, payment, amount, currency)


@dataclass(frozen=True, slots=True)
class WarehouseUntil:
    """The past's for orders placed before `since`, today's for the others: those go on by themselves."""

    since: datetime
    past: Warehouse
    today: Warehouse

    def _of(self, order: Order) -> Warehouse:
        return self.past if order.placed_at < self.since else self.today

    async def request(self, key: str, order: Order, shipment: Shipment) -> None:
        await self._of(order).request(key, order, shipment)

    async def call_off(self, key: str, order: Order, shipment: Shipment) -> bool:
        return await self._of(order).call_off(key, order, shipment)

    async def expect_return(self, key: str, order: Order, rma: Return) -> ReturnLabel:
        """What comes back today comes back to today's, however old the order is."""
        return await (self.past if rma.requested_at < self.since else self.today).expect_return(key, order, rma)

    async def forget_return(self, key: str, order: Order, rma: Return) -> None:
        await (self.past if rma.requested_at < self.since else self.today).forget_return(key, order, rma)


def all_payments(clock: Clock, gateways: Mapping[str, Payments]) -> dict[str, Payments]:
    """The past's provider behind every name under which orders may be paid."""
    return {name: PastPayments(clock) for name in gateways}
