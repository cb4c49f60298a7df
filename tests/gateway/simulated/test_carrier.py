"""The simulated carrier scans every parcel to its delivery, each scan told once and none lost, whatever is killed."""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.gateway.simulated.receiver import Received, Receiver
from tests.simulated_world import SimulatedProgram, simulated_program, simulated_world

BERLIN, NEWARK = {"city": "Berlin", "countryCode": "DE"}, {"city": "Newark", "zip": "07102", "countryCode": "US"}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, module_receiver: Receiver) -> Iterator[SimulatedProgram]:
    faults = {"late": 0.0, "attempt": 0.0}
    folder = tmp_path_factory.mktemp("carrier")
    with simulated_program("carrier", folder, callback_url=module_receiver.url, speed=50, faults=faults) as program:
        yield program


@pytest.fixture
def client(program: SimulatedProgram) -> Iterator[httpx2.Client]:
    program.calm()
    with httpx2.Client(base_url=program.address, auth=(program.key, ""), trust_env=False, verify=False) as client:
        yield client


def hand_over(client: httpx2.Client, code: str, **change: Any) -> httpx2.Response:
    parcel = {"trackingNumber": code, "carrier": "dhl", "origin": BERLIN, "destination": NEWARK, **change}
    return client.post("/parcels", json=parcel)


def about(got: list[Received], code: str) -> list[dict[str, Any]]:
    return [one.json["result"] for one in got if one.json["result"]["tracking_code"] == code]


def delivered(code: str) -> Any:
    return lambda got: bool(trackers := about(got, code)) and trackers[-1]["status"] == "delivered"


def test_a_parcel_is_scanned_6_to_12_times_and_delivered(
    client: httpx2.Client, receiver: Receiver, program: SimulatedProgram
) -> None:
    answer = hand_over(client, "P-1")
    assert (answer.status_code, answer.headers["x-simulated"]) == (201, "carrier")
    got = [one for one in receiver.wait(delivered("P-1")) if one.json["result"]["tracking_code"] == "P-1"]
    key = unicodedata.normalize("NFKD", program.secret).encode()
    for one in got:
        digest = hmac.new(key, one.body, hashlib.sha256).hexdigest()
        assert one.headers["x-hmac-signature"] == f"hmac-sha256-hex={digest}"
    assert [one.json["description"] for one in got] == ["tracker.created", *["tracker.updated"] * (len(got) - 1)]
    trackers = about(got, "P-1")
    last = trackers[-1]["tracking_details"]
    assert 6 <= len(last) == len(got) - 1 <= 12
    assert [tracker["tracking_details"] for tracker in trackers] == [last[:count] for count in range(len(got))]
    times = [scan["datetime"] for scan in last]
    assert times == sorted(set(times))
    assert [last[0]["tracking_location"]["city"], last[-1]["tracking_location"]["city"]] == ["Berlin", "Newark"]
    assert last[-1]["tracking_location"] == {
        "object": "TrackingLocation", "city": "Newark", "state": "NJ", "country": "US", "zip": "07102",
    }  # fmt: skip
    assert all(tracker["est_delivery_date"] for tracker in trackers[1:])
    assert trackers[-1]["carrier"] == "DHLPaket"
    page = client.get(trackers[-1]["public_url"])
    assert "Simulated" in page.text
    assert "Delivered" in page.text


def test_a_tracker_asked_for_early_is_unknown_until_its_parcel_is_handed_over(
    client: httpx2.Client, receiver: Receiver
) -> None:
    asked = client.post("/v2/trackers", json={"tracker": {"tracking_code": "P-2", "carrier": "DHLPaket"}})
    tracker = asked.json()
    assert (asked.status_code, tracker["status"], tracker["tracking_details"]) == (201, "unknown", [])
    again = client.post("/v2/trackers", json={"tracker": {"tracking_code": "P-2"}})
    assert again.json()["id"] == tracker["id"]
    hand_over(client, "P-2")
    receiver.wait(delivered("P-2"))
    assert client.get(f"/v2/trackers/{tracker['id']}").json()["status"] == "delivered"
    assert {one["id"] for one in about(receiver.got, "P-2")} == {tracker["id"]}


def test_a_parcel_handed_over_twice_goes_one_way(client: httpx2.Client, receiver: Receiver) -> None:
    assert [hand_over(client, "P-3").status_code for _ in range(2)] == [201, 200]
    receiver.wait(delivered("P-3"))
    assert len(about(receiver.settle(), "P-3")[-1]["tracking_details"]) <= 12


def test_a_late_parcel_tells_of_the_weather_and_moves_its_date(
    client: httpx2.Client, receiver: Receiver, program: SimulatedProgram
) -> None:
    program.queue("late")
    hand_over(client, "P-4")
    trackers = about(receiver.wait(delivered("P-4")), "P-4")
    details = [scan["status_detail"] for scan in trackers[-1]["tracking_details"]]
    assert details.count("weather_delay") == 1
    dates = {tracker["est_delivery_date"] for tracker in trackers[1:]}
    assert len(dates) == 2
    assert trackers[-1]["est_delivery_date"] == max(dates)


def test_a_parcel_attempted_twice_says_so_as_easypost_does(
    client: httpx2.Client, receiver: Receiver, program: SimulatedProgram
) -> None:
    program.queue("attempt")
    hand_over(client, "P-5")
    last = about(receiver.wait(delivered("P-5")), "P-5")[-1]
    assert [(scan["status"], scan["status_detail"]) for scan in last["tracking_details"]][-4:] == [
        ("out_for_delivery", "out_for_delivery"),
        ("in_transit", "delivery_exception"),
        ("out_for_delivery", "out_for_delivery"),
        ("delivered", "arrived_at_destination"),
    ]
    assert last["carrier_detail"]["initial_delivery_attempt"] == last["tracking_details"][-3]["datetime"]


def test_one_in_ten_is_late_and_one_in_thirty_attempted_twice(tmp_path: Path) -> None:
    with (
        simulated_program("carrier", tmp_path) as program,
        httpx2.Client(base_url=program.address, trust_env=False, verify=False) as client,
    ):
        for index in range(300):
            hand_over(client, f"C-{index}")
        plans = "SELECT count(DISTINCT object) FROM steps WHERE body LIKE ?"
        late, twice = (program.audit.rows(plans, f"%{word}%")[0][0] for word in ("weather_delay", "delivery_exception"))
    assert 15 <= late <= 48
    assert 2 <= twice <= 22


def test_reordered_news_arrives_after_what_overtook_it(
    client: httpx2.Client, receiver: Receiver, program: SimulatedProgram
) -> None:
    client.post("/v2/trackers", json={"tracker": {"tracking_code": "P-6"}})
    receiver.wait(lambda got: len(about(got, "P-6")) == 1)
    program.queue("reorder")
    program.scan("P-6", status="in_transit", city="Linz", countryCode="AT")
    program.scan("P-6", status="delivered", city="Wien", countryCode="AT")
    got = receiver.wait(lambda got: len(about(got, "P-6")) == 3)
    assert [len(one["tracking_details"]) for one in about(got, "P-6")] == [0, 2, 1]


def test_scans_by_hand_may_be_of_any_kind_and_time(client: httpx2.Client, program: SimulatedProgram) -> None:
    hand_over(client, "P-7")
    stopped = program.scan("P-7", status="return_to_sender", status_detail="refused", city="Graz", stop=True)
    count = len(stopped["tracking_details"])
    old = program.scan("P-7", status="in_transit", city="Linz", time="2020-01-01T10:00:00+01:00")
    assert old["status"] == "return_to_sender"
    assert old["tracking_details"][0]["datetime"] == "2020-01-01T09:00:00.000Z"
    program.advance(200)
    assert len(client.get("/v2/trackers/P-7").json()["tracking_details"]) == count + 1
    for bad in ({"status": "lost"}, {"status": "delivered", "time": "2020-01-01"}, {"status": "delivered", "city": 5}):
        assert client.post("/control/parcels/P-7/scans", json=bad).status_code == 400
    assert client.post("/control/parcels/P-none/scans", json={"status": "delivered"}).status_code == 404


@pytest.mark.parametrize(
    "change", [{"origin": None}, {"destination": {"city": "X"}}, {"trackingNumber": ""}, {"carrier": ["dhl"]}]
)
def test_a_malformed_parcel_is_refused_in_json(client: httpx2.Client, change: dict[str, Any]) -> None:
    refused = hand_over(client, "P-8", **change)
    assert (refused.status_code, "message" in refused.json()["error"]) == (400, True)
    assert client.post("/v2/trackers", json={"tracker": "P-8"}).status_code == 400
    assert client.get("/v2/trackers/P-none").status_code == 404
    assert client.get("/v2/trackers/P-none", auth=("wrong", "")).status_code == 401


def test_killed_four_times_on_the_way_no_scan_is_lost_or_doubled(tmp_path: Path, receiver: Receiver) -> None:
    codes = [f"K-{index}" for index in range(12)]
    with (
        simulated_program("carrier", tmp_path, callback_url=receiver.url, speed=12) as program,
        httpx2.Client(base_url=program.address, trust_env=False, verify=False) as client,
    ):
        planned = {code: hand_over(client, code).json()["scans"] for code in codes}
        for round_ in range(1, 5):
            receiver.wait(lambda got, enough=round_ * 15: len(got) >= enough)  # type: ignore[misc]
            program.kill()
            program.start()
        receiver.wait(lambda got: all(delivered(code)(got) for code in codes), 30)
        assert program.log() == ""
    for code in codes:
        trackers = about(receiver.got, code)
        sizes = [len(tracker["tracking_details"]) for tracker in trackers]
        assert sorted(set(sizes)) == list(range(planned[code] + 1))
        assert sizes == sorted(sizes)
        seen = [(scan["datetime"], scan["message"]) for scan in trackers[-1]["tracking_details"]]
        assert len(seen) == len(set(seen)) == planned[code]


def test_an_order_goes_from_the_warehouse_to_its_receiver_within_two_minutes(
    tmp_path: Path, receiver: Receiver
) -> None:
    with simulated_world(tmp_path, receiver.url, speed=50, faults={"carrier": {"late": 0, "attempt": 0}}) as world:
        to = {"city": "Hamburg", "zip": "20095", "countryCode": "DE"}
        body = {"reference": "order/s1", "location": "berlin", "lines": [{"sku": "A", "quantity": 1}], "shipTo": to}
        headers = {"Authorization": f"Bearer {world.warehouse.key}"}
        with httpx2.Client(base_url=world.warehouse.address, trust_env=False, verify=False) as client:
            assert client.post("/fulfillment-orders", json=body, headers=headers).status_code == 201
        receiver.wait(lambda got: any(one.json.get("result", {}).get("status") == "delivered" for one in got))
        code = next(one["trackingNumber"] for one in (each.json for each in receiver.got) if "trackingNumber" in one)
        tracker = next(one.json["result"] for one in receiver.got[::-1] if "result" in one.json)
        assert tracker["tracking_code"] == code
        span = world.carrier.audit.rows("SELECT max(due) - min(due) FROM steps")[0][0]
        stages = world.warehouse.audit.rows("SELECT max(due) - min(due) FROM steps")[0][0]
    assert 100 / 50 < span + stages + 5 / 50 < 122 / 50
    assert tracker["tracking_details"][0]["tracking_location"]["city"] == "Berlin"
