"""The simulated warehouse takes an order from picking to the carrier, or gives it up while there is time."""

import secrets
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from standardwebhooks import Webhook

from tests.gateway.simulated.calls import new_key
from tests.gateway.simulated.receiver import Receiver
from tests.simulated_world import SimulatedProgram, simulated_program

STAGES = ["picking", "picked", "packed", "labeled", "handed_over"]
ADDRESS = {"name": "Ana", "address1": "Hauptstr. 1", "city": "Köln", "zip": "50667", "countryCode": "DE"}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, module_receiver: Receiver) -> Iterator[SimulatedProgram]:
    folder = tmp_path_factory.mktemp("warehouse")
    with simulated_program("warehouse", folder, callback_url=module_receiver.url, speed=20) as program:
        yield program


@pytest.fixture
def client(program: SimulatedProgram) -> Iterator[httpx2.Client]:
    program.calm()
    headers = {"Authorization": f"Bearer {program.key}"}
    with httpx2.Client(base_url=program.address, headers=headers, trust_env=False, verify=False) as client:
        yield client


def order(**change: Any) -> dict[str, Any]:
    reference = f"{secrets.token_hex(16)}/s1"
    lines = [{"sku": "MUG-1", "quantity": 2}]
    return {"reference": reference, "orderNumber": "ABCDE-FGHJK", "location": "berlin", "service": "STANDARD",
            "lines": lines, "shipTo": ADDRESS, **change}  # fmt: skip


def place(client: httpx2.Client, key: str | None = None, **change: Any) -> httpx2.Response:
    return client.post("/fulfillment-orders", json=order(**change), headers={"Idempotency-Key": key or new_key()})


def types(receiver: Receiver, reference: str) -> list[str]:
    return [one["type"].removeprefix("fulfillment.") for one in receiver.about("reference", reference)]


def test_an_order_is_picked_packed_labeled_and_handed_over(
    client: httpx2.Client, receiver: Receiver, program: SimulatedProgram
) -> None:
    accepted = place(client)
    assert (accepted.status_code, accepted.headers["x-simulated"]) == (201, "warehouse")
    reference = accepted.json()["reference"]
    receiver.wait(lambda got: types(receiver, reference) == STAGES)
    got = [one for one in receiver.got if one.json["reference"] == reference]
    told = [Webhook(program.secret).verify(one.body, one.headers) for one in got]
    assert [one["occurredAt"] for one in told] == sorted(one["occurredAt"] for one in told)
    assert [sorted(one) for one in told[:3]] == [["occurredAt", "reference", "type"]] * 3
    assert told[3]["trackingNumber"] == told[4]["trackingNumber"]
    assert {"carrier", "carrierName", "service", "trackingNumber"} <= set(told[3])
    assert told[3]["carrier"] in ("dhl", "dpd")
    shown = client.get(f"/fulfillment-orders/{accepted.json()['id']}").json()
    assert (shown["status"], shown["trackingNumber"]) == ("handed_over", told[4]["trackingNumber"])


def test_an_order_asked_again_under_its_key_is_shipped_once(client: httpx2.Client, receiver: Receiver) -> None:
    body, key = order(), {"Idempotency-Key": new_key()}
    first, again = (client.post("/fulfillment-orders", json=body, headers=key) for _ in range(2))
    assert first.json() == again.json()
    other = client.post("/fulfillment-orders", json=order(), headers=key)
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")
    receiver.wait(lambda got: "handed_over" in types(receiver, body["reference"]))
    receiver.settle()
    assert types(receiver, body["reference"]) == STAGES


def test_a_reference_is_shipped_once_under_whatever_key(client: httpx2.Client) -> None:
    body = order()
    first, second = (
        client.post("/fulfillment-orders", json=body, headers={"Idempotency-Key": new_key()}) for _ in range(2)
    )
    assert (second.status_code, second.json()["error"]["id"]) == (409, first.json()["id"])


def test_dropped_after_the_work_then_asked_again_is_shipped_once(
    client: httpx2.Client, receiver: Receiver, program: SimulatedProgram
) -> None:
    body, key = order(), {"Idempotency-Key": new_key()}
    program.queue("drop")
    with pytest.raises(httpx2.TransportError):
        client.post("/fulfillment-orders", json=body, headers=key)
    assert client.post("/fulfillment-orders", json=body, headers=key).status_code == 201
    receiver.wait(lambda got: "handed_over" in types(receiver, body["reference"]))
    receiver.settle()
    assert types(receiver, body["reference"]) == STAGES


def test_an_order_is_canceled_until_its_label_is_made(client: httpx2.Client, receiver: Receiver) -> None:
    accepted = place(client).json()
    receiver.wait(lambda got: "packed" in types(receiver, accepted["reference"]))
    canceled = client.post(f"/fulfillment-orders/{accepted['id']}/cancel", headers={"Idempotency-Key": new_key()})
    assert (canceled.status_code, canceled.json()["status"]) == (200, "canceled")
    again = client.post(f"/fulfillment-orders/{accepted['id']}/cancel", headers={"Idempotency-Key": new_key()})
    assert (again.status_code, again.json()["status"]) == (200, "canceled")
    receiver.settle()
    assert types(receiver, accepted["reference"]) == ["picking", "picked", "packed", "canceled"]


def test_a_labeled_order_is_too_late_to_cancel(client: httpx2.Client, receiver: Receiver) -> None:
    accepted = place(client).json()
    receiver.wait(lambda got: "labeled" in types(receiver, accepted["reference"]))
    refused = client.post(f"/fulfillment-orders/{accepted['id']}/cancel")
    assert (refused.status_code, refused.json()["status"]) == (409, "too_late")
    receiver.wait(lambda got: types(receiver, accepted["reference"]) == STAGES)


def test_the_clock_can_be_put_forward(client: httpx2.Client, receiver: Receiver, program: SimulatedProgram) -> None:
    reference = place(client).json()["reference"]
    program.advance(30)
    receiver.wait(lambda got: types(receiver, reference) == STAGES, 2)


@pytest.mark.parametrize(
    "change",
    [{"reference": ""}, {"reference": 5}, {"reference": "r" * 201}, {"lines": []}, {"lines": "MUG"}, {"lines": [1]},
     {"lines": [{"sku": "A", "quantity": 0}]}, {"lines": [{"sku": "A", "quantity": True}]},
     {"lines": [{"sku": "A", "quantity": 1.5}]}, {"shipTo": None}, {"shipTo": {**ADDRESS, "countryCode": "Germany"}},
     {"shipTo": {**ADDRESS, "city": None}}, {"location": 7}],
)  # fmt: skip
def test_a_malformed_order_is_refused_in_json(client: httpx2.Client, change: dict[str, Any]) -> None:
    refused = place(client, **change)
    assert (refused.status_code, refused.json()["error"]["type"]) == (400, "invalid_request_error")


def test_whoever_has_no_key_is_refused(client: httpx2.Client) -> None:
    answer = client.post("/fulfillment-orders", json=order(), headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401
    assert client.post("/fulfillment-orders/ful_nothing/cancel").status_code == 404


def test_of_an_address_only_where_the_parcel_goes_is_kept(client: httpx2.Client, program: SimulatedProgram) -> None:
    place(client, shipTo={**ADDRESS, "name": "Canary Name", "address1": "Canary Street 9"})
    everything = program.ledger.read_bytes() + program.ledger.with_suffix(".sqlite-wal").read_bytes()
    assert b"Canary" not in everything
