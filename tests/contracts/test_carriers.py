"""What every carriers' aggregator does: the twin of the tests, and EasyPost's adapter against one on a real socket."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest

from domain.adapters.carriers.easypost import EasyPostCarriers, read_webhook
from domain.adapters.http import open_client
from domain.model.reports import TrackerReport
from domain.model.shipments import TrackingStatus
from domain.ports import Carriers, Unavailable
from tests.simulated_world import SimulatedProgram, simulated_program
from tests.twins import TwinCarriers


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedProgram]:
    folder = tmp_path_factory.mktemp("carrier")
    with simulated_program("carrier", folder, callback_url="http://127.0.0.1:1/nobody", speed=0.01) as program:
        yield program


@pytest.fixture
async def easypost(program: SimulatedProgram) -> AsyncIterator[EasyPostCarriers]:
    program.calm()
    async with open_client() as client:
        yield EasyPostCarriers(program.address, program.key, client)


@pytest.fixture(params=["twin", "easypost"])
async def carriers(request: pytest.FixtureRequest, program: SimulatedProgram) -> AsyncIterator[Carriers]:
    program.calm()
    async with AsyncExitStack() as stack:
        if request.param == "twin":
            yield TwinCarriers()
            return
        yield EasyPostCarriers(program.address, program.key, await stack.enter_async_context(open_client()))


@pytest.fixture
def number() -> str:
    return f"00340434{uuid4().int % 10**12:012d}"


# ---------------------------------------------------------------- every aggregator


@pytest.mark.parametrize("carrier", ["dhl", "a-new-one", None])
async def test_a_parcel_is_followed_from_now_on(carriers: Carriers, number: str, carrier: str | None) -> None:
    report = await carriers.watch("k", carrier, number)
    assert report.tracking_number == number
    assert report.reference is not None
    assert report.reference.startswith("trk_")
    assert report.scans == ()


# ---------------------------------------------------------------- easypost, beyond what the twin plays


async def test_followed_twice_it_is_the_same_tracker(easypost: EasyPostCarriers, number: str) -> None:
    assert await easypost.watch("k1", "dhl", number) == await easypost.watch("k2", "dhl", number)


@pytest.mark.parametrize("fault", ["error", "drop"])
async def test_a_lost_answer_is_unavailable_and_can_be_asked_for_again(
    easypost: EasyPostCarriers, program: SimulatedProgram, number: str, fault: str
) -> None:
    program.queue(fault)
    with pytest.raises(Unavailable):
        await easypost.watch("k", "dhl", number)
    assert (await easypost.watch("k", "dhl", number)).reference


async def test_a_whole_journey_is_read_the_same_from_answers_and_webhooks(
    easypost: EasyPostCarriers, program: SimulatedProgram, number: str
) -> None:
    """A scan has one key, whichever way it came, and each webhook repeats those before it."""
    await easypost.watch("k", "dhl", number)
    program.queue("attempt")
    program._steer(
        "POST",
        "/parcels",
        {
            "trackingNumber": number,
            "carrier": "dhl",
            "origin": {"city": "Hamburg", "countryCode": "DE"},
            "destination": {"city": "Wien", "zip": "1070", "countryCode": "AT"},
        },
    )
    program.advance(100_000)
    answer = await easypost.watch("k", "dhl", number)
    assert answer.carrier == "dhl"
    assert answer.tracking_url is not None
    statuses = [scan.status for scan in answer.scans]
    assert statuses[0] is TrackingStatus.PRE_TRANSIT
    assert statuses[-1] is TrackingStatus.DELIVERED
    assert statuses.count(TrackingStatus.ATTEMPTED_DELIVERY) == 1
    assert statuses.count(TrackingStatus.OUT_FOR_DELIVERY) == 2
    assert answer.scans[-1].location == "Wien, AT"
    assert len({scan.key for scan in answer.scans}) == len(answer.scans)

    told: set[str] = set()
    last: TrackerReport | None = None
    for row in program.audit.callbacks():
        if row["object"] != number:
            continue
        (report,) = read_webhook(row["body"] if isinstance(row["body"], bytes) else row["body"].encode())
        assert isinstance(report, TrackerReport)
        assert told <= {scan.key for scan in report.scans}
        told = {scan.key for scan in report.scans}
        last = report
    assert last is not None
    assert last.scans == answer.scans
    assert json.dumps(sorted(told)) == json.dumps(sorted(scan.key for scan in answer.scans))
