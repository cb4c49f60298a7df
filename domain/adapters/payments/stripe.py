"""Payments over Stripe's API: a payment intent is confirmed at once and captured later.

Whatever is asked twice under one key happens once: Stripe stores the first answer. There are no retries here; a call
whose outcome nobody knows is Unavailable, and the effect that asked will ask again with the same key.
"""

import logging
from urllib.parse import quote

import httpx2

from domain.adapters.http import Answer, ask
from domain.adapters.payments.stripe_amounts import to_stripe
from domain.adapters.payments.stripe_words import REFUSED, Error, Failure, Intent, Refund, read_webhook, report_of
from domain.model.money import InvalidAmount
from domain.model.orders import Order
from domain.model.payments import Payment
from domain.model.reports import PaymentOutcome, PaymentReport
from domain.ports import Declined, Unavailable

__all__ = ["StripePayments", "read_webhook"]

VERSION = "2024-06-20"  # pinned, so that the shape of answers does not change under us
UNCHARGEABLE = "The payment provider refused this payment."
BUSY = 409  # another request under the same key, or on the same object, is running

log = logging.getLogger(__name__)


class StripePayments:
    """`return_url` is where a buyer comes back to after a challenge."""

    def __init__(self, base_url: str, key: str, client: httpx2.AsyncClient, return_url: str | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Stripe-Version": VERSION}
        self._client = client
        self._return_url = return_url

    async def authorize(self, key: str, payment: Payment, order: Order) -> PaymentReport:
        try:
            amount = to_stripe(payment.amount, order.currency)
        except InvalidAmount:
            return _refused(payment, order.currency)
        if not payment.token:
            return _refused(payment, order.currency)
        form = {
            "amount": str(amount),
            "currency": order.currency.lower(),
            "payment_method": payment.token,
            "payment_method_types[0]": "card",
            "confirm": "true",
            "capture_method": "manual",
            "metadata[order]": order.id,
            "metadata[payment]": payment.id,
            "expand[0]": "latest_charge",
        }
        if self._return_url:
            form["return_url"] = self._return_url
        return self._report(await self._post(key, "payment_intents", form), payment, order.currency)

    async def capture(self, key: str, payment: Payment, amount: int, currency: str) -> PaymentReport:
        try:
            form = {"amount_to_capture": str(to_stripe(amount, currency)), "expand[0]": "latest_charge"}
        except InvalidAmount:
            return _refused(payment, currency)
        return self._report(await self._post(key, f"payment_intents/{_id(payment)}/capture", form), payment, currency)

    async def void(self, key: str, payment: Payment, currency: str) -> PaymentReport:
        return self._report(await self._post(key, f"payment_intents/{_id(payment)}/cancel", {}), payment, currency)

    async def refund(self, key: str, payment: Payment, amount: int, currency: str) -> str:
        try:
            form = {"payment_intent": payment.reference or "", "amount": str(to_stripe(amount, currency))}
        except InvalidAmount as error:
            raise Declined(str(error)) from error
        answer = await self._post(key, "refunds", form)
        if not answer.is_yes:
            raise Declined(answer.read(Failure).error.code or REFUSED)
        refund = answer.read(Refund)
        if refund.status in ("failed", "canceled"):
            raise Declined(f"refund {refund.status}")
        return refund.id

    async def _post(self, key: str, path: str, form: dict[str, str]) -> Answer:
        url, headers = f"{self._base_url}/v1/{path}", {**self._headers, "Idempotency-Key": key}
        answer = await ask(self._client, "POST", url, data=form, headers=headers)
        if answer.status == BUSY:
            raise Unavailable("is busy with this payment")
        return answer

    def _report(self, answer: Answer, payment: Payment, currency: str) -> PaymentReport:
        """A refusal that shows the intent reports the intent: what was asked may have happened before."""
        try:
            if answer.is_yes:
                report = report_of(answer.read(Intent))
            else:
                report = _of_failure(answer.read(Failure).error, payment, currency)
        except InvalidAmount as error:
            raise Unavailable("answered with an amount that cannot be") from error
        if report is None:
            raise Unavailable("has not decided yet")
        return report


def _of_failure(error: Error, payment: Payment, currency: str) -> PaymentReport | None:
    if error.payment_intent is not None:
        return report_of(error.payment_intent, error)
    if not error.is_about_the_card:
        log.warning("the payment provider refused a request", extra={"reason": error.type, "code": error.code})
    reference, message = payment.reference or "", error.words or UNCHARGEABLE
    return PaymentReport(reference, PaymentOutcome.DECLINED, 0, currency, error.reason, message)


def _refused(payment: Payment, currency: str) -> PaymentReport:
    return PaymentReport(payment.reference or "", PaymentOutcome.DECLINED, 0, currency, REFUSED, UNCHARGEABLE)


def _id(payment: Payment) -> str:
    """Raises: Declined for a payment that the provider never named."""
    if not payment.reference:
        raise Declined("the payment is not known to the provider")
    return quote(payment.reference, safe="")
