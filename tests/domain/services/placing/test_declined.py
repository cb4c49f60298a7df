"""Declined."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from domain.model.commands import PaymentRequest
from domain.model.orders import OrderStatus
from domain.model.payments import PaymentMethod
from domain.model.reports import PaymentOutcome
from domain.policies.progress import payment_status
from tests.domain.services.placing.ordering import codes
from tests.trade import Trade


async def test_a_declined_payment_leaves_the_order_on_hold_with_its_stock(trade: Trade) -> None:
    placement = await trade.place(token="pm_card_chargeDeclined")
    order = placement.order
    assert codes(placement.refusals) == [("PAYMENT_DECLINED", ("payments", "0"))]
    assert placement.refusals[0].message == "Your card was declined."
    assert (order.flow.status, payment_status(order)) == (OrderStatus.ON_HOLD, "FAILED")
    assert trade.is_in(order, "awaitingPayment")
    assert await trade.level() == (10, 1)


async def test_the_declined_one_of_several_payments_is_named(trade: Trade) -> None:
    payments = (
        PaymentRequest(PaymentMethod.CARD, "pm_card_visa", amount=Decimal("10.00")),
        PaymentRequest(PaymentMethod.CARD, "nope"),
    )
    placement = await trade.place(trade.cart(payments=payments))
    assert codes(placement.refusals) == [("PAYMENT_DECLINED", ("payments", "1"))]
    nothing_left = (PaymentRequest(PaymentMethod.CARD, "pm_card_visa"), replace(payments[1], amount=Decimal("24.80")))
    placement = await trade.place(trade.cart(payments=nothing_left))
    assert codes(placement.refusals) == [("PAYMENT_DECLINED", ("payments", "1"))]


async def test_an_order_that_is_not_paid_in_time_is_canceled_and_its_stock_is_free(trade: Trade) -> None:
    order = (await trade.place(token="nope")).order
    await trade.world.wait(timedelta(hours=1, minutes=59))
    assert trade.is_in(await trade.now(order), "awaitingPayment")
    await trade.world.wait(timedelta(minutes=1))
    order = await trade.now(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert await trade.level() == (10, 0)
    assert order.cancellation is None


async def test_a_payment_that_is_tried_again_confirms_the_order(trade: Trade) -> None:
    order = (await trade.place(token="nope")).order
    order = await trade.fire(order, "payment.retry")
    assert trade.is_in(order, "awaitingPayment")
    declined = [event for event in await trade.events(order) if event.type == "payment.declined"]
    assert len(declined) == 2, "the second no is on record too"
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert await trade.level() == (10, 1)
