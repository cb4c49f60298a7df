"""Sold out in between."""

import asyncio

from domain.model.commands import LineRequest
from domain.model.orders import OrderStatus
from domain.model.payments import PaymentStatus
from domain.policies.progress import payment_status
from tests.domain.services.placing.ordering import codes
from tests.trade import Trade


async def test_stock_that_is_lost_in_the_race_cancels_the_order_and_lets_its_money_go(trade: Trade) -> None:
    held = trade.hold_back()
    lines = (LineRequest("MUG", 1), LineRequest("TEE", 3))
    placing = asyncio.create_task(trade.place(lines=lines))
    await held.something()
    await trade.adjust("TEE", -8)
    held.let_go()
    placement = await placing
    order = placement.order
    assert codes(placement.refusals) == [("OUT_OF_STOCK", ("lines", "1", "quantity"))]
    assert order.flow.status is OrderStatus.CANCELED
    assert order.payments[0].status is PaymentStatus.VOIDED
    assert trade.world.payments.held == {}
    assert (await trade.level("MUG"), await trade.level("TEE")) == ((10, 0), (2, 0))
    assert payment_status(order) == "VOIDED"


async def test_of_buyers_who_all_saw_the_last_ones_some_have_them(trade: Trade) -> None:
    """Everybody passed the check: twelve want one each of ten."""
    held = trade.hold_back()
    placing = [asyncio.create_task(trade.place()) for _ in range(12)]
    await held.something(12 * 3)
    held.let_go()
    placements = await asyncio.gather(*placing)
    statuses = [placement.order.flow.status for placement in placements]
    assert statuses.count(OrderStatus.CONFIRMED) == 10
    assert statuses.count(OrderStatus.CANCELED) == 2
    assert await trade.level() == (10, 10)
    assert len(trade.world.payments.held) == 10
