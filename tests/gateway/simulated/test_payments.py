"""The simulated payment provider charges each key once, knows Stripe's test cards, and never gives back too much."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.gateway.simulated.calls import Payments, new_key


def test_a_key_asked_five_times_is_charged_once(payments: Payments) -> None:
    key, order = new_key(), "o-five"
    answers = [payments.create(key, order=order) for _ in range(5)]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert [answer.headers.get("idempotent-replayed") for answer in answers] == [None, *["true"] * 4]
    audit = payments.program.audit
    assert (audit.charges()[key], audit.times_asked()[key], audit.duplicates()) == (1, 5, [])


def test_a_key_asked_by_sixteen_at_once_is_charged_once(payments: Payments) -> None:
    key = new_key()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: payments.create(key, order="o-16"), range(16)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert payments.program.audit.charges()[key] == 1


def test_a_key_with_other_parameters_is_refused_and_charges_nothing_more(payments: Payments) -> None:
    key = new_key()
    payments.create(key, order="o", amount=100)
    answer = payments.create(key, order="o", amount=200)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "idempotency_error")
    assert payments.program.audit.charges()[key] == 1


def test_the_auditor_finds_two_charges_for_one_payment_under_different_keys(payments: Payments) -> None:
    for _ in range(2):
        payments.create(order="o-twice")
    assert payments.program.audit.duplicates() == ["o-twice/p1"]
    ids = payments.program.audit.rows("SELECT id FROM intents WHERE json_extract(metadata, '$.order') = 'o-twice'")
    payments.post(f"/v1/payment_intents/{ids[0]['id']}/cancel", new_key())
    assert payments.program.audit.duplicates() == []


@pytest.mark.parametrize(
    ("card", "brand", "last4", "risk"),
    [
        ("pm_card_visa", "visa", "4242", "normal"),
        ("pm_card_mastercard", "mastercard", "4444", "normal"),
        ("pm_card_riskLevelElevated", "visa", "9235", "elevated"),
    ],
)
def test_a_good_card_is_authorized(payments: Payments, card: str, brand: str, last4: str, risk: str) -> None:
    answer = payments.create(card=card)
    intent = answer.json()
    assert (answer.status_code, answer.headers["x-simulated"]) == (200, "payments")
    assert (intent["status"], intent["amount_capturable"], intent["amount_received"]) == ("requires_capture", 4999, 0)
    charge = intent["latest_charge"]
    assert charge["payment_method_details"]["card"] == {"brand": brand, "last4": last4}
    assert (charge["outcome"]["risk_level"], charge["outcome"]["risk_score"] == 75) == (risk, risk == "elevated")


@pytest.mark.parametrize(
    ("card", "decline_code"),
    [
        ("pm_card_chargeDeclined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
        ("pm_card_somethingElse", "invalid token"),
        ("4242424242424242", "invalid token"),
    ],
)
def test_a_bad_card_is_declined_and_stays_declined_under_its_key(
    payments: Payments, card: str, decline_code: str
) -> None:
    key = new_key()
    answer, again = payments.create(key, card, order="o"), payments.create(key, card, order="o")
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["code"]) == (402, "card_error", "card_declined")
    assert error["decline_code"] == decline_code
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert again.text == answer.text
    assert key not in payments.program.audit.charges()


def test_a_token_that_is_not_known_is_not_kept(payments: Payments) -> None:
    payments.create(card="4000056655665556")
    everything = payments.program.ledger.read_bytes() + payments.program.ledger.with_suffix(".sqlite-wal").read_bytes()
    assert b"4000056655665556" not in everything


def test_a_part_may_be_captured_and_the_rest_is_released(payments: Payments) -> None:
    id_ = payments.authorized(1000)
    answer = payments.post(f"/v1/payment_intents/{id_}/capture", new_key(), amount_to_capture=400).json()
    assert (answer["status"], answer["amount_received"], answer["amount_capturable"]) == ("succeeded", 400, 0)
    again = payments.post(f"/v1/payment_intents/{id_}/capture", new_key(), amount_to_capture=100)
    assert (again.status_code, again.json()["error"]["code"]) == (400, "payment_intent_unexpected_state")


def test_a_capture_that_is_not_final_leaves_the_rest_held(payments: Payments) -> None:
    id_ = payments.authorized(1000)
    path = f"/v1/payment_intents/{id_}/capture"
    first = payments.post(path, new_key(), amount_to_capture=400, final_capture="false").json()
    assert (first["status"], first["amount_received"], first["amount_capturable"]) == ("requires_capture", 400, 600)
    second = payments.post(path, new_key(), amount_to_capture=600, final_capture="false").json()
    assert (second["status"], second["amount_received"], second["amount_capturable"]) == ("succeeded", 1000, 0)


def test_more_than_was_authorized_is_not_captured(payments: Payments) -> None:
    id_ = payments.authorized(1000)
    answer = payments.post(f"/v1/payment_intents/{id_}/capture", new_key(), amount_to_capture=1001)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "amount_too_large")
    assert payments.intent(id_)["amount_capturable"] == 1000


def test_a_capture_and_a_void_are_done_once_under_their_keys(payments: Payments) -> None:
    captured, voided, keys = payments.authorized(), payments.authorized(), (new_key(), new_key())
    for _ in range(3):
        assert payments.post(f"/v1/payment_intents/{captured}/capture", keys[0]).json()["status"] == "succeeded"
        assert payments.post(f"/v1/payment_intents/{voided}/cancel", keys[1]).json()["status"] == "canceled"
    audit = payments.program.audit
    assert (audit.movements("capture")[keys[0]], audit.movements("void")[keys[1]]) == (1, 1)


def test_what_was_captured_cannot_be_voided(payments: Payments) -> None:
    id_ = payments.captured()
    answer = payments.post(f"/v1/payment_intents/{id_}/cancel", new_key())
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "payment_intent_unexpected_state")
    assert payments.intent(id_)["status"] == "succeeded"


def test_sixteen_refunds_at_once_never_give_back_more_than_was_captured(payments: Payments) -> None:
    before = payments.program.audit.net().get("eur", 0)
    id_ = payments.captured(1000)
    with ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda _: payments.post("/v1/refunds", new_key(), payment_intent=id_, amount=150), range(16))
        )
    assert sorted(answer.status_code for answer in answers) == [200] * 6 + [400] * 10
    assert payments.program.audit.net()["eur"] - before == 100
    rest = payments.post("/v1/refunds", new_key(), payment_intent=id_)
    assert (rest.status_code, rest.json()["amount"], rest.json()["status"]) == (200, 100, "succeeded")
    done = payments.post("/v1/refunds", new_key(), payment_intent=id_)
    assert (done.status_code, done.json()["error"]["code"]) == (400, "charge_already_refunded")


def test_nothing_is_refunded_before_it_is_captured(payments: Payments) -> None:
    answer = payments.post("/v1/refunds", new_key(), payment_intent=payments.authorized(), amount=1)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "change",
    [{"amount": "0"}, {"amount": "-5"}, {"amount": "12.5"}, {"amount": "9" * 40}, {"amount": ""}, {"currency": "euro"},
     {"currency": "€€€"}, {"confirm": "false"}, {"capture_method": "automatic"}, {"payment_method": ""},
     {"return_url": "javascript:alert(1)"}, {"metadata[note]": "x" * 501}],
)  # fmt: skip
def test_a_malformed_payment_is_refused_and_does_not_use_up_its_key(payments: Payments, change: dict[str, str]) -> None:
    key = new_key()
    answer = payments.create(key, order="o", **change)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")
    assert payments.create(key, order="o").status_code == 200


def test_whatever_is_sent_is_answered_in_json(payments: Payments) -> None:
    key, json = {"Authorization": f"Bearer {payments.program.key}"}, {"Content-Type": "application/json"}
    form = key | {"Content-Type": "application/x-www-form-urlencoded"}
    url, client = "/v1/payment_intents", payments.client
    answers: list[tuple[int, httpx2.Response]] = [
        (401, client.post(url, data={"amount": "1"})),
        (401, client.post(url, data={"amount": "1"}, headers={"Authorization": "Bearer wrong"})),
        (401, client.post(url, data={"amount": "1"}, headers={"Authorization": "Basic !!!"})),
        (400, client.post(url, content=b"\xff\xfe=%%%", headers=form)),
        (400, client.post(url, content=b"amount=%ff&amount=2", headers=form)),
        (400, client.post(url, content=b"&".join(b"a%d=1" % n for n in range(500)), headers=form)),
        (400, client.post(url, json={"amount": 1}, headers=key)),
        (413, client.post(url, content=b"a=" + b"x" * 300_000, headers=form)),
        (400, client.post(url, data={"amount": "1"}, headers=key | {"Idempotency-Key": "k" * 256})),
        (404, client.post("/v1/payment_intents/pi_nothing/capture", headers=key)),
        (404, client.post("/v1/refunds", data={"payment_intent": "pi_nothing"}, headers=key)),
        (404, client.get("/v1/payment_intents/pi_nothing", headers=key)),
        (404, client.get("/nowhere")),
        (405, client.delete(url)),
        (400, client.put("/faults", content=b"[" * 100_000, headers=json)),
        (400, client.put("/faults", content=b'{"decline": NaN}', headers=json)),
        (400, client.put("/faults", content=b"{}", headers={"Content-Type": "text/plain"})),
        (400, client.put("/faults", json={"decline": 2})),
        (400, client.put("/faults", json={"next": "drop"})),
        (400, client.put("/faults", json={"next": [["drop"]]})),
        (400, client.post("/control/advance", json={"seconds": -1})),
        (400, client.post("/control/advance", content=b'{"seconds": 1e999}', headers=json)),
        (400, client.post("/control/advance", content=b'"\\ud800"', headers=json)),
    ]  # fmt: skip
    for status, answer in answers:
        assert (answer.status_code, "message" in answer.json()["error"]) == (status, True), answer.request
        assert answer.headers["x-simulated"] == "payments"


def test_its_pages_say_that_it_is_simulated(payments: Payments) -> None:
    for path in ("/", "/challenge/pi_nothing"):
        assert "Simulated" in payments.client.get(path).text
