"""Each fault of the payment provider strikes at the socket, once when queued, and never charges twice."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from tests.gateway.simulated.calls import Payments, new_key
from tests.gateway.simulated.receiver import Receiver


def test_dropped_after_the_work_then_asked_again_is_charged_once(payments: Payments) -> None:
    key = new_key()
    payments.program.queue("drop")
    with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)) as lost:
        payments.create(key, order="o-drop")
    assert "reset" in str(lost.value).lower() or "disconnected" in str(lost.value).lower()
    assert payments.program.audit.charges()[key] == 1
    again = payments.create(key, order="o-drop")
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    assert (payments.program.audit.charges()[key], payments.program.audit.times_asked()[key]) == (1, 2)


def test_a_capture_and_a_refund_that_were_dropped_happened_once(payments: Payments) -> None:
    id_, keys = payments.authorized(1000), (new_key(), new_key())
    calls = [(f"/v1/payment_intents/{id_}/capture", keys[0], {}), ("/v1/refunds", keys[1], {"payment_intent": id_})]
    for path, key, fields in calls:
        payments.program.queue("drop", "drop")
        for _ in range(2):
            with pytest.raises(httpx2.TransportError):
                payments.post(path, key, **fields)
        assert payments.post(path, key, **fields).status_code == 200
    audit = payments.program.audit
    assert (audit.movements("capture")[keys[0]], audit.movements("refund")[keys[1]]) == (1, 1)
    assert audit.duplicates() == []


def test_an_error_does_nothing_and_the_same_key_may_try_again(payments: Payments) -> None:
    key = new_key()
    payments.program.queue("error")
    assert payments.create(key, order="o").status_code == 500
    assert key not in payments.program.audit.times_asked()
    assert payments.create(key, order="o").status_code == 200


@contextmanager
def impatient(payments: Payments) -> Iterator[Payments]:
    address = payments.program.address
    with httpx2.Client(base_url=address, timeout=0.5, trust_env=False, verify=False) as client:
        yield Payments(payments.program, client)


def test_a_timeout_does_nothing_and_is_felt_by_an_impatient_client(payments: Payments) -> None:
    key = new_key()
    payments.program.queue("timeout")
    with impatient(payments) as client, pytest.raises(httpx2.ReadTimeout):
        client.create(key, order="o")
    assert key not in payments.program.audit.times_asked()
    assert payments.create(key, order="o").status_code == 200


def test_a_timeout_after_the_work_has_charged_and_the_retry_learns_it(payments: Payments) -> None:
    key = new_key()
    payments.program.queue("timeout_after")
    with impatient(payments) as client, pytest.raises(httpx2.ReadTimeout):
        client.create(key, order="o")
    assert payments.program.audit.charges()[key] == 1
    assert payments.create(key, order="o").headers["idempotent-replayed"] == "true"


def test_a_slow_answer_is_half_a_second_to_three_seconds_late(payments: Payments) -> None:
    payments.program.queue("slow")
    began = time.monotonic()
    assert payments.create().status_code == 200
    assert 0.5 <= time.monotonic() - began < 4


def test_declined_challenged_and_wrong_amounts_come_in_the_order_queued(payments: Payments) -> None:
    payments.program.queue("decline", "challenge", "wrong_amount")
    declined, challenged, wrong, right = (payments.create(amount=1000) for _ in range(4))
    assert (declined.status_code, declined.json()["error"]["decline_code"]) == (402, "generic_decline")
    assert challenged.json()["status"] == "requires_action"
    assert (wrong.json()["amount"], wrong.json()["amount_capturable"]) == (900, 900)
    assert right.json()["amount"] == 1000


def test_the_smallest_amount_can_be_wrong_too(payments: Payments) -> None:
    payments.program.queue("wrong_amount")
    assert payments.create(amount=1).json()["amount_capturable"] == 2


def test_one_request_uses_up_one_queued_fault(payments: Payments) -> None:
    payments.program.queue("slow", "decline")
    assert payments.create().status_code == 200
    assert payments.create().status_code == 402


def test_a_repeated_answer_uses_up_no_decline(payments: Payments) -> None:
    key = new_key()
    payments.create(key, order="o")
    payments.program.queue("decline")
    assert payments.create(key, order="o").status_code == 200
    assert payments.create().status_code == 402


def test_about_as_many_are_declined_as_the_probability_says(payments: Payments) -> None:
    payments.program.switch(decline=0.3)
    declined = sum(payments.create().status_code == 402 for _ in range(200))
    assert 35 <= declined <= 85


def test_faults_are_shown_switched_and_put_back(payments: Payments) -> None:
    client = payments.client
    assert client.put("/faults", json={"decline": 0.25, "next": ["drop"]}).json()["decline"] == 0.25
    shown = client.get("/faults").json()
    assert (shown["decline"], shown["drop"], shown["next"]) == (0.25, 0.0, ["drop"])
    refused = client.put("/faults", json={"decline": 0.5, "explode": 1})
    assert refused.status_code == 400
    assert "decline" in refused.json()["error"]["faults"]
    assert client.get("/faults").json() == shown
    assert client.delete("/faults").json() == {**dict.fromkeys(set(shown) - {"next"}, 0.0), "next": []}


def test_a_duplicated_callback_comes_twice_with_one_id(payments: Payments, receiver: Receiver) -> None:
    payments.program.queue("duplicate")
    payments.create()
    got = receiver.wait(lambda got: len(got) == 2)
    assert got[0].body == got[1].body


def test_a_reordered_callback_is_overtaken_by_the_next(payments: Payments, receiver: Receiver) -> None:
    payments.program.queue("reorder")
    id_ = payments.authorized()
    payments.post(f"/v1/payment_intents/{id_}/capture", new_key())
    got = receiver.wait(lambda got: len(got) == 2)
    assert [one.json["type"] for one in got] == [
        "payment_intent.succeeded",
        "payment_intent.amount_capturable_updated",
    ]


def test_a_reordered_callback_that_nothing_overtakes_comes_late(payments: Payments, receiver: Receiver) -> None:
    payments.program.queue("reorder")
    payments.authorized()
    assert receiver.settle(0.2) == []
    receiver.wait(lambda got: len(got) == 1, 3)
