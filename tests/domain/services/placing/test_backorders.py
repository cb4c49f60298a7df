"""Backorders."""

from datetime import timedelta

from domain.model.commands import LineRequest
from domain.model.orders import OrderStatus, UnavailablePolicy
from domain.model.payments import PaymentStatus
from domain.model.reports import PaymentOutcome
from domain.policies.progress import fulfillment_status
from tests.trade import Trade


async def test_who_waits_for_stock_is_confirmed_and_served_oldest_first(trade: Trade) -> None:
    """Three wait for four each; six come: enough for one, and nobody overtakes."""
    orders = [await trade.placed(quantity=4, sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER) for _ in range(3)]
    for order in orders:
        assert (order.flow.status, trade.is_in(order, "backordered")) == (OrderStatus.CONFIRMED, True)
        assert (order.lines[0].backordered, fulfillment_status(order)) == (4, "ON_HOLD")
        trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=1))
    await trade.stocked(BOOK=6)
    states = [trade.is_in(await trade.now(order), "scheduled") for order in orders]
    assert states == [True, False, False]
    assert await trade.level("BOOK") == (6, 4)
    await trade.stocked(BOOK=6)
    assert await trade.level("BOOK") == (12, 12)
    for order in orders:
        assert trade.is_in(await trade.now(order), "scheduled")


async def test_who_waits_for_several_things_does_not_hold_up_others(trade: Trade) -> None:
    both = (LineRequest("BOOK", 1), LineRequest("CLOCK", 1))
    first = await trade.placed(lines=both, if_unavailable=UnavailablePolicy.BACKORDER)
    second = await trade.placed(sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER)
    await trade.stocked(BOOK=2)
    assert trade.is_in(await trade.now(second), "scheduled")
    first = await trade.now(first)
    assert trade.is_in(first, "backordered")
    assert [line.backordered for line in first.lines] == [0, 1]
    await trade.stocked(CLOCK=1)
    assert trade.is_in(await trade.now(first), "awaitingApproval"), "a clock is dear"
    assert (await trade.level("BOOK"), await trade.level("CLOCK")) == ((2, 2), (1, 1))


async def test_stock_that_a_canceled_order_frees_goes_to_who_waits(trade: Trade) -> None:
    holding = await trade.placed(quantity=10)
    waiting = await trade.placed(quantity=2, if_unavailable=UnavailablePolicy.BACKORDER)
    assert trade.is_in(waiting, "backordered")
    await trade.cancel(holding)
    await trade.world.settle()
    assert trade.is_in(await trade.now(waiting), "scheduled")
    assert await trade.level() == (10, 2)


async def test_who_waits_no_more_is_not_served(trade: Trade) -> None:
    gone = await trade.placed(sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER)
    waiting = await trade.placed(sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER)
    await trade.cancel(gone)
    await trade.stocked(BOOK=1)
    assert trade.is_in(await trade.now(waiting), "scheduled")
    assert await trade.level("BOOK") == (1, 1)


async def test_an_unpaid_order_that_waits_for_stock_is_served_and_waits_for_its_money(trade: Trade) -> None:
    order = await trade.placed(sku="BOOK", token="nope", if_unavailable=UnavailablePolicy.BACKORDER)
    assert trade.is_in(order, "awaitingPayment")
    await trade.stocked(BOOK=1)
    order = await trade.now(order)
    assert (trade.is_in(order, "awaitingPayment"), order.lines[0].backordered) == (True, 0)
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    assert trade.is_in(await trade.now(order), "scheduled")


async def test_many_who_wait_are_served_in_several_goes(trade: Trade) -> None:
    orders = []
    for _ in range(25):
        orders.append(await trade.placed(sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER))
        trade.world.clock.set(trade.world.clock.now() + timedelta(milliseconds=1))
    await trade.stocked(BOOK=24)
    served = [trade.is_in(await trade.now(order), "scheduled") for order in orders]
    assert served == [True] * 24 + [False]


async def test_money_that_was_let_go_while_stock_was_waited_for_is_asked_for_again(trade: Trade) -> None:
    order = await trade.placed(sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER)
    await trade.world.wait(timedelta(days=8))
    await trade.hears(trade.word(order, PaymentOutcome.VOIDED))
    await trade.stocked(BOOK=1)
    order = await trade.now(order)
    assert (order.flow.status, trade.is_in(order, "awaitingPayment")) == (OrderStatus.ON_HOLD, True)
    await trade.fire(order, "payment.retry")
    await trade.world.settle()
    order = await trade.now(order)
    assert (order.payments[0].status, trade.is_in(order, "scheduled")) == (PaymentStatus.AUTHORIZED, True)
    assert await trade.level("BOOK") == (1, 1)
