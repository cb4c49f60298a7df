"""What we ask."""

import json
import re
from dataclasses import replace

import pytest

from domain.adapters.http import open_client
from domain.adapters.payments.stripe import StripePayments
from domain.model.reports import PaymentOutcome
from domain.ports import Declined
from tests.domain.adapters.payments.stripe.speaking import DATA, HELD, ORDER, PAYMENT, authorized, intent
from tests.factories import a_payment, an_order
from tests.scripted_partner import says, scripted_partner

CONTRACT = json.loads((DATA / "contracts" / "stripe_payments.json").read_text())


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
