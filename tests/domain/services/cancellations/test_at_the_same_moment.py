"""At the same moment as something else."""

import asyncio
from datetime import timedelta

import pytest

from domain.model.commands import LineRequest
from domain.model.errors import ErrorCode, Refused
from domain.model.orders import OrderStatus
from domain.model.payments import PaymentStatus
from domain.model.reports import PaymentOutcome
from domain.model.shipments import PreparationStatus, TrackingStatus
from domain.services.inbox import apply_report
from tests.domain.services.cancellations.calling_off import refused
from tests.trade import Trade


async def test_a_hold_that_comes_after_the_cancellation_is_let_go(trade: Trade) -> None:
    """The payment call is still under way when the buyer changes their mind."""
    gate = trade.world.payments.gate = asyncio.Event()
    order = (await trade.patiently(trade.place())).order
    trade.world.payments.gate = None
    order = await trade.cancel(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert trade.world.payments.held != {}, "the provider holds it, and nobody here knows"
    gate.set()
    await trade.world.settle()
    order = await trade.now(order)
    assert order.payments[0].status is PaymentStatus.VOIDED
    assert (trade.world.payments.held, await trade.level()) == ({}, (10, 0))
    assert order.flow.status is OrderStatus.CANCELED


async def test_a_hold_that_is_told_late_by_webhook_is_let_go(trade: Trade) -> None:
    order = await trade.placed(token="pm_card_authenticationRequired")
    trade.world.payments.down = 9
    order = await trade.patiently(trade.cancel(order))
    assert order.payments[0].status is PaymentStatus.REQUIRES_ACTION, "the provider did not hear of it"
    trade.world.payments.held["pi_1"] = order.total
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    trade.world.payments.down = 0
    await trade.world.wait(timedelta(minutes=5))
    order = await trade.now(order)
    assert order.payments[0].status is PaymentStatus.VOIDED
    assert trade.world.payments.held == {}


async def test_an_order_in_the_warehouse_is_canceled_once_the_warehouse_has_stopped_it(trade: Trade) -> None:
    order = await trade.placed()
    gate = trade.world.warehouse.gate = asyncio.Event()
    cancelling = asyncio.create_task(trade.cancel(order))
    await trade.until(lambda: trade.world.warehouse.waiting == 1)
    assert trade.is_in(await trade.now(order), "canceling")
    gate.set()
    order = await cancelling
    assert order.flow.status is OrderStatus.CANCELED
    assert [shipment.status for shipment in order.shipments] == [TrackingStatus.CANCELED]


async def test_a_warehouse_that_cannot_stop_the_parcel_any_more_sends_it(trade: Trade) -> None:
    order = await trade.placed()
    trade.world.warehouse.stoppable = False
    assert await refused(trade, order, key="k") == ("ALREADY_SHIPPED", "")
    assert await refused(trade, order, key="k") == ("ALREADY_SHIPPED", ""), "and says so again"
    await trade.world.settle()
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert order.payments[0].status is PaymentStatus.AUTHORIZED
    order = await trade.handed_over(order)
    assert trade.is_in(order, "shipped")
    assert await trade.level() == (9, 0)


async def test_a_parcel_that_leaves_while_it_is_being_stopped_has_left(trade: Trade) -> None:
    order = await trade.placed()
    gate = trade.world.warehouse.gate = asyncio.Event()
    cancelling = asyncio.create_task(trade.cancel(order))
    await trade.until(lambda: trade.world.warehouse.waiting == 1)
    for step in (PreparationStatus.LABELED, PreparationStatus.HANDED_OVER):
        await apply_report(trade.step(order, step), trade.world.ports)
    gate.set()
    with pytest.raises(Refused) as caught:
        await cancelling
    assert caught.value.refusals[0].code is ErrorCode.ALREADY_SHIPPED
    await trade.world.settle()
    order = await trade.now(order)
    assert trade.is_in(order, "shipped")
    assert not order.shipments[0].canceled


async def test_one_parcel_of_two_that_cannot_be_stopped_brings_the_other_back(trade: Trade) -> None:
    """All or nothing is canceled: what was stopped already is planned and asked for once more."""
    await trade.adjust("TEE", -10)
    await trade.adjust("TEE", 5, "newark")
    order = await trade.placed(lines=(LineRequest("MUG", 1), LineRequest("TEE", 2)))
    assert [shipment.origin for shipment in order.shipments] == ["hamburg", "newark"]
    await trade.hears(trade.step(order, PreparationStatus.HANDED_OVER, "s2"))
    assert await refused(trade, order) == ("ALREADY_SHIPPED", "")
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    other = await trade.placed(lines=(LineRequest("MUG", 1), LineRequest("TEE", 2)))
    trade.world.warehouse.stoppable = False
    assert (await refused(trade, other))[0] == "ALREADY_SHIPPED"
    other = await trade.now(other)
    assert [shipment.canceled for shipment in other.shipments] == [False, False]
