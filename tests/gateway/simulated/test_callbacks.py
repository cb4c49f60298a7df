"""Callbacks are kept until received: over errors, over a receiver that is down, over a kill of the program itself."""

import hashlib
import hmac
import json
import time
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest
from standardwebhooks import Webhook

from gateway.simulated.callbacks import easypost_signature, standard_signature, stripe_signature
from tests.gateway.simulated.calls import Payments, new_key
from tests.gateway.simulated.receiver import Receiver, receiving
from tests.simulated_world import SimulatedProgram, simulated_program


@pytest.fixture
def own(tmp_path: Path, receiver: Receiver) -> Iterator[Payments]:
    """A program of this test's own, to be killed."""
    with (
        simulated_program("payments", tmp_path, callback_url=receiver.url) as program,
        httpx2.Client(timeout=10, trust_env=False, verify=False) as client,
    ):
        client.base_url = httpx2.URL(program.address)
        yield Payments(program, client)


def test_a_callback_is_repeated_with_growing_pauses_until_it_is_received(own: Payments, receiver: Receiver) -> None:
    receiver.answers[:] = [500, 302]
    own.authorized()
    got = receiver.wait(lambda got: len(got) == 3)
    assert len({one.body for one in got}) == 1
    assert [round(later.at - one.at) for one, later in pairwise(got)] == [1, 2]
    deadline = time.monotonic() + 10
    while (row := own.program.audit.callbacks()[0])["outcome"] != "received":
        assert time.monotonic() < deadline, row
        time.sleep(0.01)
    assert row["attempts"] == 3


def test_one_that_is_not_received_holds_back_its_own_object_only(own: Payments, receiver: Receiver) -> None:
    receiver.answers[:] = [500]
    waiting = own.authorized()
    receiver.wait(lambda got: len(got) == 1)
    own.post(f"/v1/payment_intents/{waiting}/capture", new_key())
    other = own.authorized()
    got = receiver.wait(lambda got: len(got) == 4)
    assert [one.json["data"]["object"]["id"] for one in got] == [waiting, other, waiting, waiting]
    assert [one.json["type"].split(".")[1] for one in got if one.json["data"]["object"]["id"] == waiting] == [
        "amount_capturable_updated",
        "amount_capturable_updated",
        "succeeded",
    ]


def test_what_was_owed_when_the_program_was_killed_comes_after_its_restart(tmp_path: Path) -> None:
    with receiving() as receiver:
        url, port = receiver.url, int(receiver.url.split(":")[2].split("/")[0])
    with simulated_program("payments", tmp_path, callback_url=url) as program:
        with httpx2.Client(base_url=program.address, timeout=10, trust_env=False, verify=False) as client:
            ids = [Payments(program, client).authorized() for _ in range(5)]
        program.kill()
        with receiving(port) as receiver:
            program.start()
            program.advance(60)
            got = receiver.wait(lambda got: len({one.json["id"] for one in got}) == 5)
            assert {one.json["data"]["object"]["id"] for one in got} == set(ids)


def test_killed_at_any_moment_each_key_is_charged_once_and_told(tmp_path: Path, receiver: Receiver) -> None:
    keys = [new_key() for _ in range(60)]
    told: set[str] = set()
    with simulated_program(
        "payments", tmp_path, callback_url=receiver.url, faults={"drop": 0.2, "error": 0.1}
    ) as program:
        with httpx2.Client(base_url=program.address, timeout=5, trust_env=False, verify=False) as client:
            payments = Payments(program, client)
            for index, key in enumerate(keys):
                if index % 20 == 10:
                    program.kill()
                    program.start()
                told.add(ask_until_answered(payments, key))
        program.calm()
        receiver.wait(lambda got: {one.json["data"]["object"]["id"] for one in got} >= told)
        audit = program.audit
        assert audit.charges() == dict.fromkeys(keys, 1)
        assert audit.duplicates() == []
        assert max(audit.times_asked().values()) > 1


def ask_until_answered(payments: Payments, key: str) -> str:
    for _ in range(50):
        try:
            answer = payments.create(key, order=key)
        except httpx2.TransportError:
            continue
        if answer.status_code == 200:
            return str(answer.json()["id"])
    raise AssertionError("never answered")


def test_without_an_address_callbacks_wait_and_nothing_fails(tmp_path: Path) -> None:
    with simulated_program("payments", tmp_path) as program:
        with httpx2.Client(base_url=program.address, timeout=10, trust_env=False, verify=False) as client:
            Payments(program, client).authorized()
        time.sleep(0.2)
        assert [row["ended_at"] for row in program.audit.callbacks()] == [None]
        assert program.log() == ""


def test_signatures_are_those_that_the_real_providers_make() -> None:
    body = '{"name":"Zoë"}'.encode()
    now = int(time.time())
    standard = standard_signature("whsec_c2VjcmV0", "msg_1", now, body)
    assert Webhook("whsec_c2VjcmV0").verify(body, standard) == {"name": "Zoë"}
    assert standard_signature("c2VjcmV0", "msg_1", now, body) == standard
    stripe = hmac.new(b"s", b"12." + body, hashlib.sha256).hexdigest()
    assert stripe_signature("s", "evt", 12, body) == {"Stripe-Signature": f"t=12,v1={stripe}"}
    composed = easypost_signature(unicodedata.normalize("NFC", "sécret"), "", 0, body)
    assert composed == easypost_signature(unicodedata.normalize("NFD", "sécret"), "", 0, body)


def test_easypost_signs_as_in_its_own_published_example() -> None:
    folder = Path(__file__).parents[2] / "data" / "carriers" / "easypost"
    vector = json.loads((folder / "webhook_signature_vector.json").read_text())
    signed = easypost_signature(vector["secret"], "", 0, (folder / vector["body_file"]).read_bytes())
    assert signed == {vector["header"]: vector["signature"]}


def test_a_program_names_itself_in_what_it_sends(own: Payments, receiver: Receiver) -> None:
    own.authorized()
    got = receiver.wait(lambda got: len(got) == 1)
    assert got[0].headers["user-agent"] == "simulated-callbacks"
    assert isinstance(own.program, SimulatedProgram)
