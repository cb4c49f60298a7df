"""Signatures of partners over raw bytes: real vectors, and one byte changed in every class of bytes."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from standardwebhooks import Webhook

from gateway.webhooks import easypost, sendgrid, stripe, twilio, warehouse
from gateway.webhooks.signatures import Forged, Unreadable

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BODY = '{"id": "evt_1", "städte": "Köln"}'.encode()
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()
VECTORS = Path(__file__).parents[2] / "data"


def published(provider: str, name: str = "signature_vectors.json") -> Any:
    """What the provider itself says is signed right, or wrong."""
    return json.loads((VECTORS / provider / name).read_text())


def with_one_byte_changed(body: bytes) -> Iterator[bytes]:
    """Each byte in turn, by its lowest bit."""
    for place, byte in enumerate(body):
        yield body[:place] + bytes([byte ^ 1]) + body[place + 1 :]


# ---------------------------------------------------------------- stripe


def by_stripe(body: bytes = BODY, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    seconds = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"stripe-signature": f"t={seconds},v1={digest}"}


def test_stripe_s_own_vectors_hold() -> None:
    vectors = published("providers/stripe")["vectors"]
    assert len(vectors) == 5
    for vector in vectors:
        body, secrets = vector["payload"].encode(), [vector["secret"]]
        headers = {"stripe-signature": vector["header"]}
        now = datetime.fromtimestamp(vector["timestamp"], UTC)
        if vector["valid"]:
            assert stripe.verify(headers, body, secrets, now).startswith("evt_")
            for changed in with_one_byte_changed(body):
                with pytest.raises(Forged):
                    stripe.verify(headers, changed, secrets, now)
        else:
            with pytest.raises(Forged):
                stripe.verify(headers, body, secrets, now)


@pytest.mark.parametrize(("seconds", "accepted"), [(299, True), (-299, True), (301, False), (-301, False)])
def test_a_stripe_event_is_good_for_five_minutes_either_way(seconds: int, accepted: bool) -> None:
    signed_at = datetime.fromtimestamp(NOW.timestamp() - seconds, UTC)
    if accepted:
        assert stripe.verify(by_stripe(at=signed_at), BODY, [SECRET], NOW) == "evt_1"
    else:
        with pytest.raises(Forged):
            stripe.verify(by_stripe(at=signed_at), BODY, [SECRET], NOW)


def test_any_pair_of_secret_and_signature_will_do_while_one_is_rotated() -> None:
    old, new = by_stripe(secret=OTHER)["stripe-signature"], by_stripe()["stripe-signature"]
    both = {"stripe-signature": f"{old},v1={new.partition('v1=')[2]}"}
    assert stripe.verify(both, BODY, [SECRET], NOW) == "evt_1"
    assert stripe.verify(by_stripe(), BODY, [OTHER, SECRET], NOW) == "evt_1"


@pytest.mark.parametrize(
    "header",
    [
        "", "t=,v1=", "v1=abc", "t=1", "t=abc,v1=abc", "t=-1,v1=a", "t=1,t=2,v1=a", "t=١٢٣,v1=a", "t=99999999999,v1=a",
        "t=1e3,v1=é", ",,,=,=", "t=1.5,v1=0",
    ],
)  # fmt: skip
def test_a_stripe_header_that_is_none_is_a_forgery_never_a_fault(header: str) -> None:
    with pytest.raises(Forged):
        stripe.verify({"stripe-signature": header}, BODY, [SECRET], NOW)


# ---------------------------------------------------------------- easypost


def by_easypost(body: bytes = BODY, secret: str = SECRET) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"x-hmac-signature": f"hmac-sha256-hex={digest}"}


def test_easypost_s_vector_holds_with_its_normalised_secret() -> None:
    vector = published("carriers/easypost", "webhook_signature_vector.json")
    body = (VECTORS / "carriers/easypost" / vector["body_file"]).read_bytes()
    headers = {"x-hmac-signature": vector["signature"]}
    assert easypost.verify(headers, body, [vector["secret"]], NOW) == json.loads(body)["id"]
    for changed in (body + b" ", *with_one_byte_changed(body)):
        with pytest.raises(Forged):
            easypost.verify(headers, changed, [vector["secret"]], NOW)


@pytest.mark.parametrize("header", ["", "hmac-sha256-hex=", "sha1=abc", "hmac-sha256-hex=é", "HMAC-SHA256-HEX=00"])
def test_an_easypost_header_that_is_none_is_a_forgery(header: str) -> None:
    with pytest.raises(Forged):
        easypost.verify({"x-hmac-signature": header}, BODY, [SECRET], NOW)


# ---------------------------------------------------------------- warehouse


def by_warehouse(body: bytes = BODY, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    signature = Webhook(secret).sign("msg_1", at, body.decode())
    return {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def test_a_warehouse_callback_is_named_by_its_signed_id() -> None:
    assert warehouse.verify(by_warehouse(), BODY, [OTHER, SECRET], NOW) == "msg_1"
    with pytest.raises(Forged):
        warehouse.verify(by_warehouse() | {"webhook-id": "msg_2"}, BODY, [SECRET], NOW)


@pytest.mark.parametrize(("seconds", "accepted"), [(299, True), (-299, True), (301, False), (-301, False)])
def test_a_warehouse_callback_is_good_for_five_minutes_either_way(seconds: int, accepted: bool) -> None:
    headers = by_warehouse(at=datetime.fromtimestamp(NOW.timestamp() - seconds, UTC))
    if accepted:
        assert warehouse.verify(headers, BODY, [SECRET], NOW) == "msg_1"
    else:
        with pytest.raises(Forged):
            warehouse.verify(headers, BODY, [SECRET], NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": ""}, {"webhook-signature": "v1"}, {"webhook-signature": "v1,é"}, {"webhook-id": ""},
        {"webhook-signature": "v2,abc v1a,def"}, {"webhook-timestamp": "soon"}, {"webhook-timestamp": ""},
    ],
)  # fmt: skip
def test_warehouse_headers_that_are_none_are_a_forgery(changed: dict[str, str]) -> None:
    with pytest.raises(Forged):
        warehouse.verify(by_warehouse() | changed, BODY, [SECRET], NOW)


def test_a_warehouse_body_that_is_no_text_is_a_forgery() -> None:
    with pytest.raises(Forged):
        warehouse.verify(by_warehouse(), b"\xff\xfe", [SECRET], NOW)


# ---------------------------------------------------------------- twilio


def test_twilio_s_own_vectors_hold_and_nothing_else_does() -> None:
    document = published("providers/twilio")
    assert len(document["vectors"]) == 6
    for vector in document["vectors"]:
        url, secrets = vector["url"], [document["auth_token"]]
        headers = {"x-twilio-signature": vector["signature"]}
        body = (vector.get("json_body") or urlencode(vector.get("params", {}), doseq=True)).encode()
        twilio.verify(url, headers, body, ["another", *secrets])
        for changed in with_one_byte_changed(body):
            with pytest.raises(Forged):
                twilio.verify(url, headers, changed, secrets)
        for place, sign in enumerate(vector["signature"]):
            other = vector["signature"][:place] + ("0" if sign != "0" else "1") + vector["signature"][place + 1 :]
            with pytest.raises(Forged):
                twilio.verify(url, {"x-twilio-signature": other}, body, secrets)
        for other_url, other_secrets in ((url + "&more=1", secrets), (url, ["another"]), (url, [])):
            with pytest.raises(Forged):
                twilio.verify(other_url, headers, body, other_secrets)


def test_twilio_may_sign_the_default_port_or_leave_it_out() -> None:
    document = published("providers/twilio")
    with_port = [vector for vector in document["vectors"] if ":443/" in vector["url"] or ":80/" in vector["url"]]
    assert len(with_port) == 2
    for vector in with_port:
        url = vector["url"].replace(":443/", "/").replace(":80/", "/")
        headers = {"x-twilio-signature": vector["signature"]}
        twilio.verify(url, headers, urlencode(vector["params"]).encode(), [document["auth_token"]])


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"no form", b"a=%ff", b"&&"])
@pytest.mark.parametrize("header", ["", "=", "é", "RSOYDt4T1cUTdK1PDd93/VVr8B8="])
def test_what_twilio_did_not_sign_is_a_forgery_never_a_fault(header: str, body: bytes) -> None:
    with pytest.raises(Forged):
        twilio.verify("https://shop.example/webhooks/twilio", {"x-twilio-signature": header}, body, [SECRET])


# ---------------------------------------------------------------- sendgrid


def by_sendgrid(vector: dict[str, str]) -> dict[str, str]:
    return {sendgrid.SIGNATURE: vector["signature"], sendgrid.TIMESTAMP: vector["timestamp"]}


def test_sendgrid_s_own_vectors_hold_and_nothing_else_does() -> None:
    vectors = published("providers/sendgrid")["vectors"]
    assert [vector["valid"] for vector in vectors] == [True, False, False, False, False]
    for vector in vectors[1:]:
        with pytest.raises(Forged):
            sendgrid.verify(by_sendgrid(vector), vector["payload"].encode(), [vector["public_key"]])
    (good, other, *_) = vectors
    body, keys = good["payload"].encode(), [good["public_key"]]
    sendgrid.verify(by_sendgrid(good), body, [other["public_key"], *keys])
    for changed in (b"", body[:-1], *with_one_byte_changed(body)):
        with pytest.raises(Forged):
            sendgrid.verify(by_sendgrid(good), changed, keys)
    for name, value in by_sendgrid(good).items():
        for place, sign in enumerate(value):
            for instead in "0", "1", "é", "=":
                if instead != sign:
                    with pytest.raises(Forged):
                        sendgrid.verify(
                            by_sendgrid(good) | {name: value[:place] + instead + value[place + 1 :]}, body, keys
                        )
    for headers in ({}, {sendgrid.SIGNATURE: good["signature"]}, {sendgrid.TIMESTAMP: good["timestamp"]}):
        with pytest.raises(Forged):
            sendgrid.verify(headers, body, keys)


# ---------------------------------------------------------------- all of them

Sign = Callable[[bytes], dict[str, str]]
DIALECTS: dict[str, tuple[Callable[..., str], Sign]] = {
    "stripe": (stripe.verify, by_stripe),
    "easypost": (easypost.verify, by_easypost),
    "warehouse": (warehouse.verify, by_warehouse),
}


@pytest.mark.parametrize("name", DIALECTS)
def test_one_byte_changed_anywhere_in_the_body_is_refused(name: str) -> None:
    verify, sign = DIALECTS[name]
    headers = sign(BODY)
    assert verify(headers, BODY, [SECRET], NOW)
    for place in range(len(BODY)):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
        with pytest.raises(Forged):
            verify(headers, changed, [SECRET], NOW)
    for changed in (BODY + b"\n", BODY[:-1], b"", BODY.replace(b" ", b"")):
        with pytest.raises(Forged):
            verify(headers, changed, [SECRET], NOW)


@pytest.mark.parametrize("name", DIALECTS)
def test_one_character_changed_anywhere_in_what_is_signed_is_refused(name: str) -> None:
    verify, sign = DIALECTS[name]
    headers = sign(BODY)
    for header, value in headers.items():
        for place in range(len(value)):
            other = "0" if value[place] != "0" else "1"
            with pytest.raises(Forged):
                verify(headers | {header: value[:place] + other + value[place + 1 :]}, BODY, [SECRET], NOW)


@pytest.mark.parametrize("name", DIALECTS)
def test_without_headers_or_with_another_secret_nothing_is_accepted(name: str) -> None:
    verify, sign = DIALECTS[name]
    for headers, secrets in (({}, [SECRET]), (sign(BODY), [OTHER]), (sign(BODY), [])):
        with pytest.raises(Forged):
            verify(headers, BODY, secrets, NOW)


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"1", b"null", b'{"id": ', b'"id"'])
def test_a_signed_body_that_is_no_event_is_unreadable_not_forged(name: str, body: bytes) -> None:
    verify, sign = DIALECTS[name]
    with pytest.raises(Unreadable):
        verify(sign(body), body, [SECRET], NOW)


@pytest.mark.parametrize("name", ["stripe", "easypost"])
@pytest.mark.parametrize("identity", [None, 1, "", "x" * 201, ["evt"], {}])
def test_an_event_without_a_name_is_unreadable(name: str, identity: object) -> None:
    verify, sign = DIALECTS[name]
    body = json.dumps({"id": identity}).encode()
    with pytest.raises(Unreadable):
        verify(sign(body), body, [SECRET], NOW)
