"""Money on the way."""

from datetime import timedelta

from domain.model.orders import OrderStatus
from domain.model.reports import PaymentOutcome
from tests.domain.services.parcels.numbering import THERE
from tests.trade import Trade


async def test_money_that_cannot_be_taken_holds_the_order_until_somebody_decides(trade: Trade) -> None:
    order = await trade.placed()
    trade.world.payments.refuses_capture = True
    order = await trade.handed_over(order)
    assert (order.flow.status, trade.is_in(order, "unpaid")) == (OrderStatus.ON_HOLD, True)
    order = await trade.scanned(order, trade.scan("there", THERE))
    order = await trade.fire(order, "staff.capture")
    assert trade.is_in(order, "unpaid")
    trade.world.payments.refuses_capture = False
    other = await trade.fire(order, "staff.capture")
    assert trade.is_in(other, "delivered")
    assert trade.world.payments.taken == {"pi_1": order.total}


async def test_money_that_is_waived_is_not_asked_for_again(trade: Trade) -> None:
    trade.world.payments.refuses_capture = True
    order = await trade.delivered(await trade.placed())
    assert trade.is_in(order, "unpaid")
    order = await trade.fire(order, "staff.waive")
    assert trade.is_in(order, "delivered")
    await trade.world.wait(timedelta(days=14))
    assert (await trade.now(order)).flow.status is OrderStatus.COMPLETED


async def test_a_hold_that_the_provider_let_go_is_noticed_when_it_is_needed(trade: Trade) -> None:
    order = await trade.placed()
    await trade.hears(trade.word(order, PaymentOutcome.VOIDED, 0))
    order = await trade.handed_over(order)
    assert trade.is_in(order, "unpaid")


async def test_a_parcel_that_arrives_while_the_money_is_still_being_taken_waits_for_it(trade: Trade) -> None:
    order = await trade.placed()
    trade.world.payments.down = 2
    order = await trade.delivered(order)
    assert trade.is_in(order, "shipped")
    await trade.world.wait(timedelta(minutes=1))
    order = await trade.now(order)
    assert trade.is_in(order, "delivered")
    assert len(set(trade.world.payments.keys("capture"))) == 1
