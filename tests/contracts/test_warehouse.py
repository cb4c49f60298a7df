"""What every warehouse does: the twin of the tests, and the adapter against a warehouse on a real socket."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.adapters.http import Unreadable, open_client
from domain.adapters.warehouse.http import HttpWarehouse, read_webhook
from domain.model.orders import Order
from domain.model.reports import FoundLine, ReturnReport
from domain.model.returns import Disposition, ItemCondition, ReturnMethod
from domain.model.shipments import Shipment, ShipmentLine
from domain.ports import Declined, Unavailable, Warehouse
from tests.domain.policies.coming_back import a_return, a_return_line
from tests.factories import NOW, a_buyer, a_line, an_order
from tests.simulated_world import SimulatedProgram, simulated_program
from tests.twins import TwinWarehouse

SHIPMENT = Shipment("s1", (ShipmentLine("l1", 2), ShipmentLine("l2", 1)), NOW, origin="hamburg", service="standard")
LINES = (a_line(1, "TEE-M", 2), a_line(2, "CAP", 1))


@pytest.fixture
def order() -> Order:
    return an_order(uuid4().hex, lines=LINES, buyer=a_buyer())


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedProgram]:
    with simulated_program("warehouse", tmp_path_factory.mktemp("warehouse"), speed=0.01) as program:
        yield program


@pytest.fixture
async def http_warehouse(program: SimulatedProgram) -> AsyncIterator[HttpWarehouse]:
    program.calm()
    async with open_client() as client:
        yield HttpWarehouse(program.address, program.key, client)


@pytest.fixture(params=["twin", "http"])
async def warehouse(request: pytest.FixtureRequest, program: SimulatedProgram) -> AsyncIterator[Warehouse]:
    program.calm()
    async with AsyncExitStack() as stack:
        if request.param == "twin":
            yield TwinWarehouse()
            return
        yield HttpWarehouse(program.address, program.key, await stack.enter_async_context(open_client()))


def orders_in(program: SimulatedProgram, order: Order) -> list[dict[str, object]]:
    rows = program.audit.rows("SELECT * FROM fulfillments WHERE reference LIKE ?", f"{order.id}/%")
    return [dict(row) for row in rows]


# ---------------------------------------------------------------- every warehouse


async def test_a_parcel_can_be_asked_for_and_asked_for_again(warehouse: Warehouse, order: Order) -> None:
    for _ in range(2):
        await warehouse.request(f"{order.id}:s1:request", order, SHIPMENT)


async def test_a_parcel_can_be_called_off_in_time(warehouse: Warehouse, order: Order) -> None:
    await warehouse.request(f"{order.id}:s1:request", order, SHIPMENT)
    for _ in range(2):
        assert await warehouse.call_off(f"{order.id}:s1:call_off", order, SHIPMENT)


@pytest.mark.parametrize("method", [ReturnMethod.SHIP, ReturnMethod.IN_STORE])
async def test_a_return_is_expected_and_says_by_what_it_comes(
    warehouse: Warehouse, order: Order, method: ReturnMethod
) -> None:
    rma = a_return(1, [a_return_line()], method=method, destination="hamburg")
    first = await warehouse.expect_return(f"{order.id}:t1:expect", order, rma)
    assert await warehouse.expect_return(f"{order.id}:t1:expect", order, rma) == first
    assert first.travels == (method is ReturnMethod.SHIP)


async def test_a_return_can_be_called_off_whether_or_not_it_was_ever_expected(
    warehouse: Warehouse, order: Order
) -> None:
    rma = a_return(1, [a_return_line()], destination="hamburg")
    await warehouse.forget_return(f"{order.id}:t1:forget", order, rma)
    await warehouse.expect_return(f"{order.id}:t1:expect", order, rma)
    await warehouse.forget_return(f"{order.id}:t1:forget again", order, rma)


# ---------------------------------------------------------------- the adapter, beyond what the twin plays


async def test_asked_under_another_key_it_is_still_the_same_return(
    http_warehouse: HttpWarehouse, program: SimulatedProgram, order: Order
) -> None:
    rma = a_return(1, [a_return_line()], destination="hamburg")
    first = await http_warehouse.expect_return(f"{order.id}:1", order, rma)
    program.queue("drop")
    with pytest.raises(Unavailable):
        await http_warehouse.expect_return(f"{order.id}:2", order, rma)
    assert await http_warehouse.expect_return(f"{order.id}:2", order, rma) == first
    (row,) = program.audit.rows("SELECT * FROM returns WHERE reference = ?", f"{order.id}/t1")
    assert (row["lines"], row["location"], row["city"]) == ('[["t1l1", 1, "UNWANTED"]]', "hamburg", "Berlin")
    assert first.drop_off_code


def test_what_a_warehouse_found_is_read_line_by_line() -> None:
    words = {"type": "return.inspected", "reference": "abc/t1", "occurredAt": "2026-03-02T10:00:00+01:00"}
    found = {"reference": "t1l1", "quantity": 2, "condition": "OPENED", "disposition": "RESTOCK"}
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    (report,) = read_webhook(json.dumps(words | {"lines": [found]}).encode())
    assert report == ReturnReport("abc", "t1", at, (FoundLine("t1l1", 2, ItemCondition.OPENED, Disposition.RESTOCK),))
    (received,) = read_webhook(json.dumps(words | {"type": "return.received", "lines": [found]}).encode())
    assert received == ReturnReport("abc", "t1", at)
    with pytest.raises(Unreadable):
        read_webhook(json.dumps(words | {"lines": [found | {"condition": "SMELLY"}]}).encode())


async def test_the_warehouse_learns_what_where_and_for_whom(
    http_warehouse: HttpWarehouse, program: SimulatedProgram, order: Order
) -> None:
    await http_warehouse.request("k", order, SHIPMENT)
    (row,) = orders_in(program, order)
    assert row["reference"] == f"{order.id}/s1"
    assert (row["number"], row["location"], row["service"]) == (order.number, "hamburg", "standard")
    assert row["lines"] == '[["TEE-M", 2], ["CAP", 1]]'
    assert (row["city"], row["zip"], row["country"]) == ("Berlin", "10119", "DE")


async def test_asked_under_another_key_it_is_still_the_same_parcel(
    http_warehouse: HttpWarehouse, program: SimulatedProgram, order: Order
) -> None:
    await http_warehouse.request(f"{order.id}:1", order, SHIPMENT)
    await http_warehouse.request(f"{order.id}:2", order, SHIPMENT)
    assert len(orders_in(program, order)) == 1


@pytest.mark.parametrize("fault", ["error", "drop"])
async def test_a_lost_answer_is_unavailable_and_asking_again_sends_one_parcel(
    http_warehouse: HttpWarehouse, program: SimulatedProgram, order: Order, fault: str
) -> None:
    program.queue(fault)
    with pytest.raises(Unavailable):
        await http_warehouse.request(f"{order.id}:k", order, SHIPMENT)
    await http_warehouse.request(f"{order.id}:k", order, SHIPMENT)
    assert len(orders_in(program, order)) == 1


async def test_once_it_is_labeled_it_is_too_late(
    http_warehouse: HttpWarehouse, program: SimulatedProgram, order: Order
) -> None:
    await http_warehouse.request(f"{order.id}:k", order, SHIPMENT)
    program.advance(100_000)
    for _ in range(2):
        assert not await http_warehouse.call_off(f"{order.id}:off", order, SHIPMENT)


async def test_a_parcel_that_was_never_asked_for_will_not_be_sent_either(
    http_warehouse: HttpWarehouse, program: SimulatedProgram, order: Order
) -> None:
    """A request that is still on its way when it is called off comes to nothing."""
    assert await http_warehouse.call_off(f"{order.id}:off", order, SHIPMENT)
    await http_warehouse.request(f"{order.id}:k", order, SHIPMENT)
    assert [row["status"] for row in orders_in(program, order)] == ["canceled"]


async def test_a_lost_answer_to_calling_off_is_asked_for_again(
    http_warehouse: HttpWarehouse, program: SimulatedProgram, order: Order
) -> None:
    await http_warehouse.request(f"{order.id}:k", order, SHIPMENT)
    program.queue("drop")
    with pytest.raises(Unavailable):
        await http_warehouse.call_off(f"{order.id}:off", order, SHIPMENT)
    program.queue("slow")
    assert await http_warehouse.call_off(f"{order.id}:off", order, SHIPMENT)


async def test_a_parcel_can_be_called_off_after_its_buyer_was_erased(
    http_warehouse: HttpWarehouse, program: SimulatedProgram, order: Order
) -> None:
    await http_warehouse.request(f"{order.id}:k", order, SHIPMENT)
    erased = replace(order, buyer=None)
    with pytest.raises(Declined, match="no address"):
        await http_warehouse.request(f"{order.id}:k2", erased, SHIPMENT)
    assert await http_warehouse.call_off(f"{order.id}:off", erased, SHIPMENT)
