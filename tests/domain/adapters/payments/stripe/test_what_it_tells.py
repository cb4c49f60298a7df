"""What it tells by webhook."""

import json
from typing import Any

import pytest

from domain.adapters.http import Unreadable
from domain.adapters.payments.stripe import read_webhook
from domain.model.reports import PaymentOutcome, PaymentReport
from tests.domain.adapters.payments.stripe.speaking import DATA, intent


def event(type_: str, object_: dict[str, Any]) -> bytes:
    return json.dumps({"id": "evt_1", "object": "event", "type": type_, "data": {"object": object_}}).encode()


@pytest.mark.parametrize(
    ("type_", "changes", "outcome", "amount"),
    [
        ("amount_capturable_updated", {}, PaymentOutcome.AUTHORIZED, 1999),
        ("requires_action", {"status": "requires_action", "amount_capturable": 0}, PaymentOutcome.ACTION_REQUIRED, 0),
        (
            "succeeded",
            {"status": "succeeded", "amount_capturable": 0, "amount_received": 1999},
            PaymentOutcome.CAPTURED,
            1999,
        ),
        ("canceled", {"status": "canceled", "amount_capturable": 0}, PaymentOutcome.VOIDED, 0),
    ],
)
def test_an_event_reports_the_state_that_it_shows(
    type_: str, changes: dict[str, Any], outcome: PaymentOutcome, amount: int
) -> None:
    (report,) = read_webhook(event(f"payment_intent.{type_}", intent(latest_charge="ch_1", **changes)))
    assert isinstance(report, PaymentReport)
    assert (report.reference, report.outcome, report.amount, report.currency) == ("pi_1", outcome, amount, "EUR")


def test_a_failed_challenge_is_told_with_its_code() -> None:
    error = {"type": "card_error", "code": "payment_intent_authentication_failure", "message": "Not authenticated."}
    failed = intent(status="requires_payment_method", amount_capturable=0, last_payment_error=error)
    (report,) = read_webhook(event("payment_intent.payment_failed", failed))
    assert isinstance(report, PaymentReport)
    assert (report.code, report.message) == ("payment_intent_authentication_failure", "Not authenticated.")


def test_events_about_other_things_concern_nobody() -> None:
    assert read_webhook((DATA / "providers" / "stripe" / "event.json").read_bytes()) == ()
    for type_ in ("charge.refunded", "customer.created", "payment_intent_like.x"):
        assert read_webhook(event(type_, {"id": "x"})) == ()
    for status in ("processing", "requires_confirmation", "invented_later"):
        assert read_webhook(event("payment_intent.processing", intent(status=status))) == ()


def test_a_published_intent_and_charge_are_read() -> None:
    shown = json.loads((DATA / "providers" / "stripe" / "payment_intent.json").read_text())
    details = json.loads((DATA / "providers" / "stripe" / "charge.json").read_text())
    (report,) = read_webhook(event("payment_intent.succeeded", {**shown, "latest_charge": details}))
    assert isinstance(report, PaymentReport)
    assert report.reference == shown["id"]
    assert (report.brand, report.last4) == ("visa", "4242")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", event("payment_intent.succeeded", {"id": 1})])
def test_a_message_in_another_form_is_said_to_be_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read_webhook(body)
