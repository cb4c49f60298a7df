"""The simulated warehouse expects what comes back, and it comes by itself, within a minute."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.gateway.simulated.calls import new_key
from tests.gateway.simulated.receiver import Receiver
from tests.simulated_world import SimulatedProgram, simulated_program, simulated_world

HOME = {"name": "Ana", "address1": "Hauptstr. 1", "city": "Köln", "zip": "50667", "countryCode": "DE"}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, module_receiver: Receiver) -> Iterator[SimulatedProgram]:
    folder = tmp_path_factory.mktemp("warehouse")
    with simulated_program("warehouse", folder, callback_url=module_receiver.url, speed=20) as program:
        yield program


@pytest.fixture
def client(program: SimulatedProgram) -> Iterator[httpx2.Client]:
    program.calm()
    with client_of(program) as client:
        yield client


def client_of(program: SimulatedProgram) -> httpx2.Client:
    headers = {"Authorization": f"Bearer {program.key}"}
    return httpx2.Client(base_url=program.address, headers=headers, trust_env=False, verify=False)


def announced(client: httpx2.Client, method: str = "SHIP", reason: str = "UNWANTED", **change: Any) -> httpx2.Response:
    rma = {
        "reference": f"{secrets.token_hex(16)}/t1", "orderNumber": "ABCDE-FGHJK", "returnNumber": "ABCDE-FGHJ0",
        "location": "hamburg", "method": method, "shipFrom": HOME,
        "lines": [{"reference": "t1l1", "sku": "MUG-1", "quantity": 2, "reason": reason}], **change,
    }  # fmt: skip
    return client.post("/returns", json=rma, headers={"Idempotency-Key": new_key()})


def told(receiver: Receiver, reference: str) -> list[str]:
    return [one["type"] for one in receiver.about("reference", reference)]


def test_what_is_announced_has_a_label_and_a_code_and_is_received_and_inspected(
    client: httpx2.Client, receiver: Receiver
) -> None:
    answer = announced(client)
    assert answer.status_code == 201
    given = answer.json()
    assert given["trackingNumber"]
    assert len(given["dropOffCode"]) == 6
    assert given["dropOffCode"] in client.get(given["labelUrl"]).text
    reference = given["reference"]
    receiver.wait(lambda got: told(receiver, reference) == ["return.received", "return.inspected"])
    last = next(one for one in receiver.about("reference", reference) if one["type"] == "return.inspected")
    assert last["lines"] == [{"reference": "t1l1", "quantity": 2, "condition": "OPENED", "disposition": "RESTOCK"}]


def test_what_is_brought_to_a_counter_needs_no_label(client: httpx2.Client, receiver: Receiver) -> None:
    given = announced(client, "IN_STORE", "DEFECTIVE").json()
    assert "trackingNumber" not in given
    receiver.wait(lambda got: len(told(receiver, given["reference"])) == 2)
    last = receiver.about("reference", given["reference"])[-1]
    assert last["lines"] == [{"reference": "t1l1", "quantity": 2, "condition": "DAMAGED", "disposition": "QUARANTINE"}]


def test_announced_twice_it_is_the_same_return(client: httpx2.Client) -> None:
    first = announced(client)
    again = announced(client, reference=first.json()["reference"])
    assert (again.status_code, again.json()) == (200, first.json() | {"status": again.json()["status"]})


def test_what_is_called_off_does_not_come(client: httpx2.Client, receiver: Receiver, program: SimulatedProgram) -> None:
    reference = announced(client).json()["reference"]
    for _ in range(2):
        answer = client.post("/returns/cancel", json={"reference": reference}, headers={"Idempotency-Key": new_key()})
        assert (answer.status_code, answer.json()["status"]) == (200, "canceled")
    program.advance(1000)
    receiver.settle(0.3)
    assert told(receiver, reference) == []


def test_the_carrier_brings_it_back_before_the_warehouse_has_it(tmp_path: Path, receiver: Receiver) -> None:
    with simulated_world(tmp_path, receiver.url, speed=30) as world, client_of(world.warehouse) as client:
        given = announced(client).json()
        number = given["trackingNumber"]

        def statuses() -> list[str]:
            found = [one.json["result"] for one in receiver.got if "result" in one.json]
            return [one["status"] for one in found if one["tracking_code"] == number]

        receiver.wait(lambda got: "return.inspected" in told(receiver, given["reference"]))
        receiver.wait(lambda got: "delivered" in statuses())
        assert "in_transit" in statuses()
