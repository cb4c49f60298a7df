"""What the demo leaves open goes on with the programs that run once it is built."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from domain.adapters.http import open_client
from domain.adapters.payments.stripe import StripePayments
from domain.adapters.warehouse.http import HttpWarehouse
from domain.model.actors import ALL_SCOPES, Actor, ActorKind
from domain.model.commands import AdjustStock, CancelOrder, FireTrigger
from domain.model.orders import Order, OrderStatus
from domain.model.payments import PaymentStatus
from domain.model.reports import PaymentOutcome, PaymentReport
from domain.services.cancellations import cancel_order
from domain.services.inbox import apply_report
from domain.services.stock import adjust_stock
from domain.services.triggers import fire_trigger
from gateway.demo import build
from gateway.demo.past import PAID_BY, PastCarriers, PastPayments, PastWarehouse
from gateway.demo.table import LIVE, OLD, STORIES, reference_of
from tests.factories import a_payment, an_order
from tests.gateway.demo.shops import NOW, SHOP, Built
from tests.simulated_world import SimulatedProgram, simulated_program
from tests.world import STAFF, World, a_world


@pytest.fixture(scope="module")
def payments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedProgram]:
    with simulated_program("payments", tmp_path_factory.mktemp("payments")) as program:
        yield program


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedProgram]:
    with simulated_program("warehouse", tmp_path_factory.mktemp("warehouse")) as program:
        yield program


@pytest.fixture
async def world(payments: SimulatedProgram, warehouse: SimulatedProgram) -> AsyncIterator[World]:
    """The demo shop, built while both programs run, and gone on with."""
    async with a_world(shop=SHOP) as world, open_client() as client:
        world.change(
            payments={"stripe": StripePayments(payments.address, payments.key, client)},
            warehouse=HttpWarehouse(warehouse.address, warehouse.key, client),
        )
        await build(world.ports, world.clock.set, NOW, partners_running=True)
        yield world


async def order_of(name: str, world: World) -> Order:
    number = next(number for number, story in enumerate(STORIES) if story.name == name)
    order_id = await world.store.read(lambda reader: reader.order_id("reference", reference_of(number)))
    order = await world.store.read(lambda reader: reader.order(order_id or ""))
    assert order is not None
    return order


async def test_what_is_open_goes_on_with_the_programs_that_run(
    world: World, payments: SimulatedProgram, warehouse: SimulatedProgram
) -> None:
    for number, story in enumerate(STORIES):
        order = await order_of(story.name, world)
        past = (order.payments[0].reference or "").startswith(PAID_BY)
        assert past == (number < len(OLD)), story.name
    assert payments.audit.duplicates() == []
    assert len(payments.audit.charges()) == len(STORIES) - len(OLD) - 2  # one was declined, one is challenged

    live = await order_of(LIVE, world)
    asked = warehouse.audit.rows("SELECT reference FROM fulfillments")
    assert [row["reference"] for row in asked] == [f"{live.id}/s1"]

    await _approval_leads_to_the_warehouse(world, warehouse)
    await _stock_leads_to_the_warehouse(world, warehouse)
    await _a_parcel_of_the_past_can_be_called_off(world)
    await _a_challenge_can_be_passed(world)
    await _what_nobody_answers_is_let_go(world)


async def _approval_leads_to_the_warehouse(world: World, warehouse: SimulatedProgram) -> None:
    order = await order_of("awaiting approval", world)
    await fire_trigger(FireTrigger("approve", order.id, "staff.approve"), STAFF, world.ports)
    await world.settle()
    assert warehouse.audit.rows("SELECT 1 FROM fulfillments WHERE reference = ?", f"{order.id}/s1")


async def _stock_leads_to_the_warehouse(world: World, warehouse: SimulatedProgram) -> None:
    order = await order_of("waiting for stock", world)
    await adjust_stock(AdjustStock("more", "RUCKSACK-20", "hamburg", 5, "Delivery"), STAFF, world.ports)
    await world.settle()
    assert warehouse.audit.rows("SELECT 1 FROM fulfillments WHERE reference = ?", f"{order.id}/s1")


async def _a_parcel_of_the_past_can_be_called_off(world: World) -> None:
    order = await order_of("packed", world)
    buyer = Actor(ActorKind.GUEST, order.id, order_id=order.id, scopes=ALL_SCOPES)
    await cancel_order(CancelOrder("no", order.id, "TOO_SLOW"), buyer, world.ports)
    await world.settle()
    order = await order_of("packed", world)
    assert order.flow.status is OrderStatus.CANCELED
    assert order.payments[0].status is PaymentStatus.VOIDED


async def _a_challenge_can_be_passed(world: World) -> None:
    order = await order_of("challenge waiting", world)
    action, reference = order.payments[0].next_action, order.payments[0].reference or ""
    assert action is not None
    assert action.url is not None
    async with open_client() as client:
        await client.post(action.url, data={"outcome": "approve"})
    report = PaymentReport(reference, PaymentOutcome.AUTHORIZED, order.total, order.currency)
    assert await apply_report(report, world.ports) is None  # as the program's webhook says it
    await world.settle()
    assert (await order_of("challenge waiting", world)).flow.status is OrderStatus.CONFIRMED


async def _what_nobody_answers_is_let_go(world: World) -> None:
    await world.wait(timedelta(hours=3))
    order = await order_of("declined", world)
    assert order.flow.status is OrderStatus.CANCELED
    assert [task for task in order.flow.tasks if task.code] == []


# ------------------------------------------------------------------ the past


async def test_partners_of_the_past_do_everything_once() -> None:
    async with a_world() as world:
        past, order, payment = PastPayments(world.clock), an_order(), a_payment()
        first, second = await asyncio.gather(past.authorize("k", payment, order), past.authorize("k", payment, order))
    assert first == second
    assert first.reference.startswith(PAID_BY)
    assert await past.refund("k", payment, 5, "EUR") == await past.refund("k", payment, 5, "EUR")


async def test_the_warehouse_of_the_past_stops_a_parcel_until_its_label_is_made(built: Built) -> None:
    packed, labeled = built.orders["packed"], built.orders["labeled"]
    assert await PastWarehouse().call_off("k", packed, packed.shipments[0])
    assert not await PastWarehouse().call_off("k", labeled, labeled.shipments[0])


async def test_the_carriers_of_the_past_show_no_page_that_could_be_a_living_persons() -> None:
    assert (await PastCarriers().watch("k", "dhl", "00340434204044465300")).tracking_url is None
