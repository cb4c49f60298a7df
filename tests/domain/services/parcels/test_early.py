"""Early."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.model.orders import OrderStatus
from domain.model.payments import PaymentStatus
from domain.model.reports import PaymentOutcome, TrackerReport, WarehouseReport
from domain.services.inbox import receive
from tests.domain.services.parcels.numbering import LABELED, MOVING, OUT, PICKING, THERE
from tests.trade import PARTNER, Trade, number_of


async def test_a_tracker_report_waits_for_the_parcel_to_have_its_number(trade: Trade) -> None:
    order = await trade.placed()
    early = TrackerReport(number_of(order), (trade.scan("a", MOVING),))
    await trade.hears(early, event="evt_early")
    await trade.hears(TrackerReport(number_of(order), (trade.scan("b", OUT),)), event="evt_early_too")
    assert (await trade.now(order)).shipments[0].scans == ()
    order = await trade.prepared(order, LABELED)
    assert [scan.key for scan in order.shipments[0].scans] == ["a", "b"]
    assert (trade.is_in(order, "shipped"), await trade.level()) == (True, (9, 0))


async def test_a_warehouse_report_waits_for_its_parcel_to_be_planned(trade: Trade) -> None:
    order = await trade.placed(token="nope")
    await trade.hears(trade.step(order, PICKING))
    order = await trade.fire(order, "payment.retry")
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    order = await trade.now(order)
    assert trade.is_in(order, "picking")


async def test_a_payment_report_waits_for_the_payment_to_be_known(trade: Trade) -> None:
    """The provider's webhook overtakes its own answer, which is lost."""
    trade.world.payments.drop = 1
    placing = asyncio.create_task(trade.place(token="pm_card_authenticationRequired"))
    await asyncio.sleep(0.05)
    (order,) = await trade.orders()
    assert order.payments[0].reference is None
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED, reference="pi_1"))
    assert (await trade.now(order)).payments[0].status is PaymentStatus.PENDING
    await trade.world.wait(timedelta(seconds=10))
    await placing
    order = await trade.now(order)
    assert order.payments[0].status is PaymentStatus.AUTHORIZED
    assert trade.is_in(order, "scheduled")


@pytest.mark.parametrize("meanwhile", ["in review", "canceled"])
async def test_money_held_of_which_every_answer_was_lost_is_heard_of_from_the_provider(
    meanwhile: str, trade: Trade
) -> None:
    trade.world.payments.drop = 100
    placing = asyncio.create_task(trade.place())
    await asyncio.sleep(0.05)
    await trade.world.wait(timedelta(hours=1))
    await placing
    (order,) = await trade.orders()
    assert order.payments[0].reference is None
    trade.world.payments.drop = 0
    (reference,) = trade.world.payments.held
    if meanwhile == "canceled":
        await trade.cancel(order)
    told = trade.word(order, PaymentOutcome.AUTHORIZED, reference=reference)
    await trade.hears(replace(told, order_id=order.id, payment_id=order.payments[0].id))
    await trade.world.wait(timedelta(minutes=1))
    status = (await trade.now(order)).payments[0].status
    if meanwhile == "canceled":
        assert (status, trade.world.payments.held) == (PaymentStatus.VOIDED, {})
    else:
        assert status is PaymentStatus.AUTHORIZED
        assert (await trade.fire(order, "staff.approve")).flow.status is OrderStatus.CONFIRMED


async def test_what_nobody_ever_hears_of_stays_parked(trade: Trade) -> None:
    await trade.hears(TrackerReport("NOBODYS", (trade.scan("a", THERE),)))
    await trade.hears(WarehouseReport("0" * 32, "s1", PICKING, trade.world.clock.now()))
    assert await trade.orders() == []


async def test_a_carrier_that_knows_the_parcel_already_tells_at_once(trade: Trade) -> None:
    order = await trade.placed()
    trade.world.carriers.known[number_of(order)] = (trade.scan("a", MOVING), trade.scan("b", THERE))
    order = await trade.prepared(order, LABELED)
    assert [scan.key for scan in order.shipments[0].scans] == ["a", "b"]
    assert (trade.is_in(order, "delivered"), await trade.level()) == (True, (9, 0))


async def test_an_event_that_cannot_be_read_is_tried_again_and_then_left_to_people(trade: Trade) -> None:
    await receive(PARTNER, "evt", b"nobody knows this body", trade.world.ports)
    await receive("another", "evt", b"", trade.world.ports)
    await trade.world.wait(timedelta(hours=1))
    assert await trade.world.store.read(lambda reader: reader.next_due()) is None
