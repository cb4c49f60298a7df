"""What it answers."""

from typing import Any

import pytest

from domain.adapters import http
from domain.adapters.http import open_client
from domain.adapters.payments.stripe import StripePayments
from domain.model.payments import NextAction, NextActionKind, RiskAssessment, RiskLevel
from domain.model.reports import PaymentOutcome, PaymentReport
from domain.ports import Declined, Unavailable
from tests.domain.adapters.payments.stripe.speaking import HELD, ORDER, PAYMENT, authorized, intent
from tests.scripted_partner import DRIBBLES, HANGS, RESETS, Turn, says, scripted_partner, sends


def charge(**outcome: Any) -> dict[str, Any]:
    details = {"type": "card", "card": {"brand": "visa", "last4": "4242"}}
    return {"id": "ch_1", "object": "charge", "payment_method_details": details, "outcome": outcome}


async def test_what_is_held_is_reported_with_card_and_risk() -> None:
    report, _ = await authorized(says(200, intent(latest_charge=charge(risk_level="normal", risk_score=12))))
    risk = RiskAssessment(RiskLevel.LOW, 0.12)
    assert report == PaymentReport(
        "pi_1", PaymentOutcome.AUTHORIZED, 1999, "EUR", brand="visa", last4="4242", risk=risk
    )


@pytest.mark.parametrize(
    ("outcome", "level", "score"),
    [
        ({"risk_level": "normal", "risk_score": 5}, RiskLevel.LOW, 0.05),
        ({"risk_level": "elevated", "risk_score": 75}, RiskLevel.MEDIUM, 0.75),
        ({"risk_level": "highest", "risk_score": 99}, RiskLevel.HIGH, 0.99),
        ({"risk_level": "highest", "risk_score": 900}, RiskLevel.HIGH, 1.0),
        ({"risk_level": "elevated"}, RiskLevel.MEDIUM, 0.65),
        ({"risk_level": "not_assessed"}, None, None),
        ({"risk_level": "unknown"}, None, None),
        ({}, None, None),
    ],
)
async def test_the_providers_view_of_the_risk(
    outcome: dict[str, Any], level: RiskLevel | None, score: float | None
) -> None:
    report, _ = await authorized(says(200, intent(latest_charge=charge(**outcome))))
    assert (report.risk.level, report.risk.score) == (level, score) if report.risk else level is None


async def test_another_amount_or_currency_than_asked_for_is_reported_as_it_is() -> None:
    report, _ = await authorized(says(200, intent(amount_capturable=1799, currency="usd")))
    assert (report.amount, report.currency) == (1799, "USD")


async def test_a_challenge_says_where_to_go() -> None:
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": "https://hooks.stripe.com/3ds", "return_url": None}}
    report, _ = await authorized(
        says(200, intent(status="requires_action", amount_capturable=0, next_action=action, latest_charge="ch_1"))
    )
    assert report.outcome is PaymentOutcome.ACTION_REQUIRED
    assert report.next_action == NextAction(NextActionKind.REDIRECT, "https://hooks.stripe.com/3ds")
    assert report.amount == 0


async def test_a_declined_card_says_why_in_the_providers_words() -> None:
    refused = intent(status="requires_payment_method", amount_capturable=0)
    error = {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "insufficient_funds",
        "message": "Your card has insufficient funds.",
        "payment_intent": refused,
    }
    report, _ = await authorized(says(402, {"error": error}))
    assert report == PaymentReport(
        "pi_1", PaymentOutcome.DECLINED, 0, "EUR", "insufficient_funds", "Your card has insufficient funds."
    )
    bare, _ = await authorized(says(402, {"error": {"type": "card_error", "code": "expired_card", "message": "Old."}}))
    assert bare == PaymentReport("", PaymentOutcome.DECLINED, 0, "EUR", "expired_card", "Old.")


async def test_our_own_mistakes_are_not_told_to_the_buyer() -> None:
    error = {"type": "invalid_request_error", "code": "parameter_missing", "message": "Missing required param: x."}
    report, _ = await authorized(says(400, {"error": error}))
    assert (report.outcome, report.code) == (PaymentOutcome.DECLINED, "invalid_request")
    assert report.message == "The payment provider refused this payment."


async def test_a_refused_capture_reports_the_intent_as_it_stands() -> None:
    still_held = {
        "error": {"type": "card_error", "code": "card_declined", "message": "No.", "payment_intent": intent()}
    }
    taken = intent(status="succeeded", amount_capturable=0, amount_received=1999)
    too_late = {
        "error": {"type": "invalid_request_error", "code": "payment_intent_unexpected_state", "payment_intent": taken}
    }
    async with scripted_partner(says(402, still_held), says(400, too_late)) as partner, open_client() as client:
        stripe = StripePayments(partner.address, "sk_1", client)
        refused = await stripe.capture("k", HELD, 1999, "EUR")
        done = await stripe.capture("k", HELD, 1999, "EUR")
    assert (refused.outcome, refused.code) == (PaymentOutcome.AUTHORIZED, "card_declined")
    assert (done.outcome, done.amount) == (PaymentOutcome.CAPTURED, 1999)


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (says(500, b"oops"), "500"),
        (says(503), "503"),
        (says(409, {"error": {"type": "idempotency_error", "code": "idempotency_key_in_use"}}), "busy"),
        (says(429, {"error": {"type": "invalid_request_error", "code": "rate_limit"}}), "429"),
        (says(401, {"error": {"type": "invalid_request_error"}}), "401"),
        (says(200, b"<html>fine</html>"), "unreadable"),
        (says(200, b""), "unreadable"),
        (says(200, {"id": "pi_1"}), "unreadable"),
        (says(200, intent(amount_capturable="1999")), "unreadable"),
        (says(402, b"no"), "unreadable"),
        (says(200, intent(status="processing")), "not decided"),
        (says(200, intent(status="invented_later")), "not decided"),
        (says(200, intent(currency="xxx")), "amount that cannot be"),
        (says(200, intent(currency="isk", amount_capturable=1950)), "amount that cannot be"),
        (RESETS, "ReadError|RemoteProtocolError"),
        (sends(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{"), "RemoteProtocolError"),
    ],
)
async def test_what_is_no_verdict_is_unavailable(turn: Turn, words: str) -> None:
    with pytest.raises(Unavailable, match=words):
        await authorized(turn)


@pytest.mark.parametrize("turn", [HANGS, DRIBBLES])
async def test_a_provider_that_takes_too_long_is_unavailable(turn: Turn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "DEADLINE", 0.2)
    with pytest.raises(Unavailable):
        await authorized(turn)


async def test_nothing_is_tried_twice_by_itself() -> None:
    async with scripted_partner(says(500)) as partner, open_client() as client:
        stripe = StripePayments(partner.address, "sk_1", client)
        for call in (stripe.authorize("k", PAYMENT, ORDER), stripe.void("k", HELD, "EUR")):
            with pytest.raises(Unavailable):
                await call
    assert len(partner.asked) == 2


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (says(200, {"id": "re_1", "status": "succeeded"}), "re_1"),
        (says(200, {"id": "re_2", "status": "pending"}), "re_2"),
        (says(200, {"id": "re_3", "status": "failed"}), None),
        (says(400, {"error": {"type": "invalid_request_error", "code": "charge_already_refunded"}}), None),
    ],
)
async def test_a_refund_has_a_reference_or_is_declined(turn: Turn, expected: str | None) -> None:
    async with scripted_partner(turn) as partner, open_client() as client:
        stripe = StripePayments(partner.address, "sk_1", client)
        if expected is None:
            with pytest.raises(Declined):
                await stripe.refund("k", HELD, 500, "EUR")
        else:
            assert await stripe.refund("k", HELD, 500, "EUR") == expected
    assert partner.asked[0].form == {"payment_intent": "pi_1", "amount": "500"}
