"""Signatures of partners over raw bytes: real vectors, and one byte changed in every class of bytes."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from gateway.webhooks import easypost, stripe, warehouse
from gateway.webhooks.signatures import Forged, Unreadable

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BODY = '{"id": "evt_1", "städte": "Köln"}'.encode()
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"o" * 32).decode()


# ---------------------------------------------------------------- stripe


def by_stripe(body: bytes = BODY, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    seconds = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"stripe-signature": f"t={seconds},v1={digest}"}


@pytest.mark.needs_data
def test_stripe_s_own_vectors_hold(test_data: Path) -> None:
    vectors = json.loads((test_data / "providers/stripe/signature_vectors.json").read_text())["vectors"]
    assert vectors
    for vector in vectors:
        headers = {"stripe-signature": vector["header"]}
        now = datetime.fromtimestamp(vector["timestamp"], UTC)
        if vector["valid"]:
            assert stripe.verify(headers, vector["payload"].encode(), [vector["secret"]], now).startswith("evt_")
        else:
            with pytest.raises(Forged):
                stripe.verify(headers, vector["payload"].encode(), [vector["secret"]], now)


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


@pytest.mark.needs_data
def test_easypost_s_vector_holds_with_its_normalised_secret(test_data: Path) -> None:
    folder = test_data / "carriers/easypost"
    vector = json.loads((folder / "webhook_signature_vector.json").read_text())
    body = (folder / vector["body_file"]).read_bytes()
    headers = {"x-hmac-signature": vector["signature"]}
    assert easypost.verify(headers, body, [vector["secret"]], NOW) == json.loads(body)["id"]
    with pytest.raises(Forged):
        easypost.verify(headers, body + b" ", [vector["secret"]], NOW)


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
