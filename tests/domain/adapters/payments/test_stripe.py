import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adapters import http
from domain.adapters.http import Unreadable, open_client
from domain.adapters.payments.stripe import StripePayments, read_webhook
from domain.adapters.payments.stripe_amounts import from_stripe, to_stripe
from domain.model.money import EXPONENTS, InvalidAmount
from domain.model.payments import NextAction, NextActionKind, RiskAssessment, RiskLevel
from domain.model.reports import PaymentOutcome, PaymentReport
from domain.ports import Declined, Unavailable
from tests.factories import a_payment, an_order
from tests.scripted_partner import DRIBBLES, HANGS, RESETS, ScriptedPartner, Turn, says, scripted_partner, sends

DATA = Path(__file__).parents[3] / "data"
CONTRACT = json.loads((DATA / "contracts" / "stripe_payments.json").read_text())
ORDER = an_order()
PAYMENT = a_payment()
HELD = replace(PAYMENT, reference="pi_1", authorized=1999)


def intent(**changes: Any) -> dict[str, Any]:
    """As Stripe shows one that holds what was asked for."""
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "amount": 1999,
        "amount_capturable": 1999,
        "amount_received": 0,
        "currency": "eur",
        "status": "requires_capture",
        "next_action": None,
        "latest_charge": None,
        **changes,
    }


def charge(**outcome: Any) -> dict[str, Any]:
    details = {"type": "card", "card": {"brand": "visa", "last4": "4242"}}
    return {"id": "ch_1", "object": "charge", "payment_method_details": details, "outcome": outcome}


async def authorized(*turns: Turn) -> tuple[PaymentReport, ScriptedPartner]:
    async with scripted_partner(*turns) as partner, open_client() as client:
        stripe = StripePayments(partner.address + "/", "sk_1", client, "https://shop.example/back")
        return await stripe.authorize("the key", PAYMENT, ORDER), partner


# ---------------------------------------------------------------- what we ask


def faults_of(method: str, path: str, form: dict[str, str]) -> list[str]:
    """What the provider's published contract has against this form. Newer parameters are unknown to it."""
    template = re.sub(r"/(pi_\w+)", "/{intent}", path)
    body = CONTRACT["paths"][template][method.lower()]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    fields, required = body["schema"]["properties"], body["schema"].get("required", [])
    found = [f"{name} is missing" for name in required if name not in form]
    for name, value in form.items():
        known = fields.get(name)
        if known is None:
            found += [] if name.partition("[")[0] in UNCHECKED else [f"{name} is unknown"]
        elif known["type"] == "integer" and not value.isdigit():
            found.append(f"{name} is not a whole number")
        elif known["type"] == "boolean" and value not in ("true", "false"):
            found.append(f"{name} is neither true nor false")
        elif "enum" in known and value not in known["enum"]:
            found.append(f"{name} is none of {known['enum']}")
        elif len(value) > known.get("maxLength", 5000):
            found.append(f"{name} is too long")
    return found


UNCHECKED = {"metadata", "payment_method_types", "expand"}  # lists and objects, which the contract leaves unchecked


async def test_every_request_keeps_to_the_providers_published_contract() -> None:
    refund = {"id": "re_1", "object": "refund", "status": "succeeded"}
    yes = says(200, intent())
    async with scripted_partner(yes, yes, yes, says(200, refund)) as partner, open_client() as client:
        stripe = StripePayments(partner.address, "sk_1", client, "https://shop.example/back")
        await stripe.authorize("k1", PAYMENT, ORDER)
        await stripe.capture("k2", HELD, 1000, "EUR")
        await stripe.void("k3", HELD, "EUR")
        await stripe.refund("k4", HELD, 500, "EUR")
    assert [(asked.method, asked.path) for asked in partner.asked] == [
        ("POST", "/v1/payment_intents"),
        ("POST", "/v1/payment_intents/pi_1/capture"),
        ("POST", "/v1/payment_intents/pi_1/cancel"),
        ("POST", "/v1/refunds"),
    ]
    for number, asked in enumerate(partner.asked, 1):
        assert faults_of(asked.method, asked.path, asked.form) == []
        assert asked.headers["authorization"] == "Bearer sk_1"
        assert asked.headers["idempotency-key"] == f"k{number}"
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", asked.headers["stripe-version"])


async def test_an_authorization_is_confirmed_at_once_and_captured_later() -> None:
    _, partner = await authorized(says(200, intent()))
    assert partner.asked[0].form == {
        "amount": "1999",
        "currency": "eur",
        "payment_method": "pm_card_visa",
        "payment_method_types[0]": "card",
        "confirm": "true",
        "capture_method": "manual",
        "metadata[order]": ORDER.id,
        "metadata[payment]": "p1",
        "expand[0]": "latest_charge",
        "return_url": "https://shop.example/back",
    }


async def test_a_reference_never_leads_to_another_address() -> None:
    async with scripted_partner(says(200, intent(status="canceled"))) as partner, open_client() as client:
        await StripePayments(partner.address, "sk_1", client).void("k", replace(HELD, reference="../x?y#z"), "EUR")
    assert partner.asked[0].path == "/v1/payment_intents/..%2Fx%3Fy%23z/cancel"


async def test_what_cannot_be_charged_is_declined_without_asking() -> None:
    async with scripted_partner(says(500)) as partner, open_client() as client:
        stripe = StripePayments(partner.address, "sk_1", client)
        no_card = await stripe.authorize("k", replace(PAYMENT, token=None), ORDER)
        odd_fils = await stripe.authorize("k", a_payment(amount=5124), an_order(currency="KWD"))
        odd_again = await stripe.capture("k", HELD, 5124, "KWD")
        with pytest.raises(Declined):
            await stripe.refund("k", HELD, 5124, "KWD")
        for without_reference in (stripe.void("k", PAYMENT, "EUR"), stripe.capture("k", PAYMENT, 1, "EUR")):
            with pytest.raises(Declined):
                await without_reference
    assert partner.asked == []
    assert {report.outcome for report in (no_card, odd_fils, odd_again)} == {PaymentOutcome.DECLINED}
    assert no_card.code == "invalid_request"


# ---------------------------------------------------------------- what it answers


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


# ---------------------------------------------------------------- how it counts


@pytest.mark.parametrize(
    ("currency", "ours", "theirs"),
    [
        ("EUR", 1999, 1999),
        ("JPY", 500, 500),
        ("MGA", 50_000, 500),
        ("ISK", 5, 500),
        ("UGX", 5, 500),
        ("HUF", 1045, 1045),
        ("KWD", 5120, 5120),
        ("CLP", 990, 990),
    ],
)
def test_amounts_are_counted_as_the_provider_counts(currency: str, ours: int, theirs: int) -> None:
    assert to_stripe(ours, currency) == theirs
    assert from_stripe(theirs, currency) == ours


@given(st.sampled_from(sorted(EXPONENTS)), st.integers(0, 10**12))
def test_what_can_be_charged_comes_back_as_it_went(currency: str, amount: int) -> None:
    try:
        theirs = to_stripe(amount, currency)
    except InvalidAmount:
        return
    assert from_stripe(theirs, currency) == amount


def test_a_fraction_that_cannot_be_charged_is_refused_not_rounded() -> None:
    for currency, amount in (("KWD", 5124), ("MGA", 50_050)):
        with pytest.raises(InvalidAmount):
            to_stripe(amount, currency)


# ---------------------------------------------------------------- what it tells by webhook


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
