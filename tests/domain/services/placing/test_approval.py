"""Approval."""

from datetime import timedelta

import pytest

from domain.model.actors import Actor, ActorKind
from domain.model.orders import OrderStatus
from tests.trade import Trade


@pytest.fixture
async def clocks(trade: Trade) -> Trade:
    await trade.stocked(CLOCK=3)
    return trade


async def test_a_large_order_waits_for_an_approval(clocks: Trade) -> None:
    order = (await clocks.place(sku="CLOCK")).order
    assert (order.flow.status, clocks.is_in(order, "awaitingApproval")) == (OrderStatus.ON_HOLD, True)
    order = await clocks.fire(order, "staff.approve")
    assert clocks.is_in(order, "scheduled")


async def test_a_gold_customer_needs_no_approval(clocks: Trade) -> None:
    customer = await clocks.customer(tier="gold")
    order = (await clocks.place(sku="CLOCK", actor=Actor(ActorKind.CUSTOMER, customer.id))).order
    assert order.flow.status is OrderStatus.CONFIRMED


async def test_an_approval_that_nobody_gives_runs_out(clocks: Trade) -> None:
    order = (await clocks.place(sku="CLOCK")).order
    await clocks.world.wait(timedelta(days=3))
    order = await clocks.now(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert (await clocks.level("CLOCK"), clocks.world.payments.held) == ((3, 0), {})


async def test_the_limit_counts_in_the_shops_own_currency(clocks: Trade) -> None:
    """1,200 dollars are 1,104 euros; 12 dollars are nothing to speak of."""
    order = (await clocks.place(sku="CLOCK", currency="USD")).order
    assert clocks.is_in(order, "awaitingApproval")
    order = (await clocks.place(sku="TEE", currency="USD")).order
    assert order.flow.status is OrderStatus.CONFIRMED
