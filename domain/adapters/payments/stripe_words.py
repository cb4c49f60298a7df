"""What Stripe says, as far as we listen, and what it means to us: a payment's report by the state of its intent."""

import msgspec

from domain.adapters.http import Unreadable, read_message
from domain.adapters.payments.stripe_amounts import from_stripe
from domain.model.money import InvalidAmount
from domain.model.payments import NextAction, NextActionKind, RiskAssessment, RiskLevel
from domain.model.reports import PaymentOutcome, PaymentReport, Report

REFUSED = "invalid_request"


class Card(msgspec.Struct):
    brand: str | None = None
    last4: str | None = None


class MethodDetails(msgspec.Struct):
    card: Card | None = None


class RiskOutcome(msgspec.Struct):
    risk_level: str | None = None
    risk_score: float | None = None


class Charge(msgspec.Struct):
    payment_method_details: MethodDetails | None = None
    outcome: RiskOutcome | None = None


class Redirect(msgspec.Struct):
    url: str | None = None


class Next(msgspec.Struct):
    redirect_to_url: Redirect | None = None


class Purpose(msgspec.Struct):
    """What we said the intent was for."""

    order: str | None = None
    payment: str | None = None


class Intent(msgspec.Struct):
    """`latest_charge` is only an id where nobody asked to expand it, as in webhooks."""

    id: str
    status: str
    currency: str
    amount: int
    amount_capturable: int = 0
    amount_received: int = 0
    latest_charge: Charge | str | None = None
    next_action: Next | None = None
    last_payment_error: "Error | None" = None
    metadata: Purpose | None = None


class Error(msgspec.Struct):
    type: str | None = None
    code: str | None = None
    decline_code: str | None = None
    message: str | None = None
    payment_intent: Intent | None = None

    @property
    def is_about_the_card(self) -> bool:
        return self.type == "card_error"

    @property
    def reason(self) -> str:
        return (self.decline_code or self.code or "card_declined") if self.is_about_the_card else REFUSED

    @property
    def words(self) -> str | None:
        """For the buyer to read; what Stripe says of our own mistakes is not."""
        return self.message if self.is_about_the_card else None


class Failure(msgspec.Struct):
    error: Error


class Refund(msgspec.Struct):
    id: str
    status: str


class EventData(msgspec.Struct):
    object: msgspec.Raw


class Event(msgspec.Struct):
    type: str
    data: EventData


_OUTCOMES = {
    "requires_capture": PaymentOutcome.AUTHORIZED,
    "requires_action": PaymentOutcome.ACTION_REQUIRED,
    "requires_payment_method": PaymentOutcome.DECLINED,
    "succeeded": PaymentOutcome.CAPTURED,
    "canceled": PaymentOutcome.VOIDED,
}
_RISKS = {
    "normal": (RiskLevel.LOW, 0.1),
    "elevated": (RiskLevel.MEDIUM, 0.65),
    "highest": (RiskLevel.HIGH, 0.9),
}


def report_of(intent: Intent, error: Error | None = None) -> PaymentReport | None:
    """The state of the intent, whatever happened before; None while it is still being decided.

    The amount is what is held or was taken, in the currency that Stripe says: whoever asked compares it.
    Raises: InvalidAmount.
    """
    outcome = _OUTCOMES.get(intent.status)
    if outcome is None:
        return None
    charge = intent.latest_charge if isinstance(intent.latest_charge, Charge) else Charge()
    card = (charge.payment_method_details or MethodDetails()).card or Card()
    if error is None and outcome is PaymentOutcome.DECLINED:
        error = intent.last_payment_error
    currency = intent.currency.upper()
    purpose = intent.metadata or Purpose()
    return PaymentReport(
        reference=intent.id,
        outcome=outcome,
        amount=from_stripe(intent.amount_capturable + intent.amount_received, currency),
        currency=currency,
        code=error.reason if error else None,
        message=error.words if error else None,
        brand=card.brand,
        last4=card.last4,
        risk=_risk(charge.outcome),
        next_action=_next_action(intent) if outcome is PaymentOutcome.ACTION_REQUIRED else None,
        order_id=purpose.order,
        payment_id=purpose.payment,
    )


def _next_action(intent: Intent) -> NextAction | None:
    redirect = intent.next_action.redirect_to_url if intent.next_action else None
    return NextAction(NextActionKind.REDIRECT, redirect.url) if redirect and redirect.url else None


def _risk(outcome: RiskOutcome | None) -> RiskAssessment | None:
    """Stripe's score runs from 0 to 100; accounts without Radar get the level alone, and some charges neither."""
    if outcome is None or outcome.risk_level not in _RISKS:
        return None
    level, usual = _RISKS[outcome.risk_level]
    score = usual if outcome.risk_score is None else min(max(outcome.risk_score / 100, 0.0), 1.0)
    reasons = () if level is RiskLevel.LOW else (f"the payment provider says: {outcome.risk_level} risk",)
    return RiskAssessment(level, round(score, 3), reasons)


def read_webhook(body: bytes) -> tuple[Report, ...]:
    """A verified event of ours about a payment intent, as the intent's state at that moment. Raises: Unreadable."""
    event = read_message(body, Event)
    if not event.type.startswith("payment_intent."):
        return ()
    intent = read_message(bytes(event.data.object), Intent)
    try:
        report = report_of(intent)
    except InvalidAmount as error:
        raise Unreadable(str(error)) from error
    return () if report is None else (report,)
