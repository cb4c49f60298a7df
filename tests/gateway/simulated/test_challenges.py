"""A payer who must confirm does so on a page that works in a browser; the shop learns of it by a signed callback."""

import hashlib
import hmac
import re

import pytest

from tests.gateway.simulated.calls import Payments, new_key
from tests.gateway.simulated.receiver import Received, Receiver


def assert_signed(one: Received, secret: str) -> None:
    at, signature = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", one.headers["stripe-signature"]).groups()  # type: ignore[union-attr]
    assert hmac.new(secret.encode(), at.encode() + b"." + one.body, hashlib.sha256).hexdigest() == signature


@pytest.mark.parametrize(
    ("outcome", "status", "type_"),
    [
        ("approve", "requires_capture", "payment_intent.amount_capturable_updated"),
        ("fail", "requires_payment_method", "payment_intent.payment_failed"),
    ],
)
def test_a_challenge_is_settled_in_the_browser(
    payments: Payments, receiver: Receiver, outcome: str, status: str, type_: str
) -> None:
    key = new_key()
    back = "https://shop.example/back"
    intent = payments.create(key, "pm_card_authenticationRequired", order="o-c", return_url=back).json()
    assert (intent["status"], intent["latest_charge"]) == ("requires_action", None)
    redirect = intent["next_action"]["redirect_to_url"]
    assert (redirect["url"].startswith(payments.program.address), redirect["return_url"]) == (True, back)
    assert key not in payments.program.audit.charges()

    page = payments.client.get(redirect["url"])
    assert page.headers["content-type"].startswith("text/html")
    assert re.search(rf'<form method=post>.*<button name="outcome" value="{outcome}">', page.text)
    assert "Simulated" in page.text
    sent = payments.client.post(redirect["url"], data={"outcome": outcome})
    assert (sent.status_code, sent.headers["location"]) == (303, back)

    got = receiver.wait(lambda got: len(got) == 2)
    assert [one.json["type"] for one in got] == ["payment_intent.requires_action", type_]
    for one in got:
        assert_signed(one, payments.program.secret)
    found = got[1].json["data"]["object"]
    assert (found["id"], found["status"], found["metadata"]) == (
        intent["id"],
        status,
        {"order": "o-c", "payment": "p1"},
    )
    assert payments.program.audit.charges().get(key, 0) == (outcome == "approve")


def test_a_challenge_is_decided_once(payments: Payments, receiver: Receiver) -> None:
    intent = payments.create(card="pm_card_authenticationRequired").json()
    url = intent["next_action"]["redirect_to_url"]["url"]
    for outcome in ("approve", "fail", "approve"):
        sent = payments.client.post(url, data={"outcome": outcome}, follow_redirects=True)
        assert "confirmed" in sent.text
    assert payments.intent(intent["id"])["status"] == "requires_capture"
    assert len(receiver.settle()) == 2
    assert payments.client.post(url, data={"outcome": "perhaps"}).status_code == 400


def test_a_payment_that_waits_for_its_challenge_can_be_canceled(payments: Payments) -> None:
    intent = payments.create(card="pm_card_authenticationRequired").json()
    canceled = payments.post(f"/v1/payment_intents/{intent['id']}/cancel", new_key()).json()
    assert (canceled["status"], canceled["next_action"], canceled["latest_charge"]) == ("canceled", None, None)
    url = intent["next_action"]["redirect_to_url"]["url"]
    payments.client.post(url, data={"outcome": "approve"})
    assert payments.intent(intent["id"])["status"] == "canceled"


def test_every_change_is_told_in_order(payments: Payments, receiver: Receiver) -> None:
    id_ = payments.captured(1000)
    payments.post("/v1/refunds", new_key(), payment_intent=id_, amount=300)
    payments.create(card="pm_card_chargeDeclined")
    got = receiver.wait(lambda got: len(got) == 4)
    told = {one.json["type"]: one.json["data"]["object"] for one in got}
    assert [one.json["type"] for one in got if one.json["type"] != "payment_intent.payment_failed"] == [
        "payment_intent.amount_capturable_updated",
        "payment_intent.succeeded",
        "charge.refunded",
    ]
    charge = told["charge.refunded"]
    assert (charge["object"], charge["payment_intent"], charge["amount_refunded"]) == ("charge", id_, 300)
    assert charge["metadata"]["payment"] == "p1"
    assert told["payment_intent.payment_failed"]["last_payment_error"]["decline_code"] == "generic_decline"
    assert len({one.json["id"] for one in got}) == 4
