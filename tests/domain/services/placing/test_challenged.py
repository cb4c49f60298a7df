"""Challenged."""

from datetime import timedelta

from domain.model.orders import OrderStatus
from domain.model.payments import PaymentStatus
from domain.model.reports import PaymentOutcome
from domain.policies.progress import payment_status
from tests.trade import Trade


async def test_a_challenge_keeps_the_order_pending_with_its_stock_until_the_bank_has_spoken(trade: Trade) -> None:
    placement = await trade.place(token="pm_card_authenticationRequired")
    order = placement.order
    assert placement.refusals == ()
    assert (order.flow.status, payment_status(order)) == (OrderStatus.PENDING, "PENDING")
    assert order.payments[0].next_action is not None
    assert order.payments[0].next_action.url == "https://pay.example/challenge"
    assert await trade.level() == (10, 1)
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED, brand="visa"))
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert (order.payments[0].status, order.payments[0].next_action) == (PaymentStatus.AUTHORIZED, None)


async def test_a_failed_challenge_is_a_decline(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_authenticationRequired")).order
    await trade.hears(trade.word(order, PaymentOutcome.DECLINED, 0, code="authentication_failed", message="No."))
    order = await trade.now(order)
    assert trade.is_in(order, "awaitingPayment")
    assert order.payments[0].failure == "No."


async def test_a_challenge_that_succeeds_at_the_second_attempt_counts(trade: Trade) -> None:
    """The provider lets a buyer try again with the same payment: its later word is the truer one."""
    order = (await trade.place(token="pm_card_authenticationRequired")).order
    await trade.hears(trade.word(order, PaymentOutcome.DECLINED, 0))
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert order.payments[0].status is PaymentStatus.AUTHORIZED


async def test_a_decline_that_is_told_after_the_success_that_followed_it_changes_nothing(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_authenticationRequired")).order
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    await trade.hears(trade.word(order, PaymentOutcome.DECLINED, 0))
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert order.payments[0].status is PaymentStatus.AUTHORIZED


async def test_a_challenge_that_the_provider_gives_up_is_a_decline(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_authenticationRequired")).order
    await trade.hears(trade.word(order, PaymentOutcome.VOIDED, 0))
    order = await trade.now(order)
    assert trade.is_in(order, "awaitingPayment")
    order = await trade.fire(order, "payment.retry")
    assert order.payments[0].status is PaymentStatus.REQUIRES_ACTION, "it is asked for anew"
    assert order.payments[0].reference == "pi_2"


async def test_money_that_comes_by_a_payment_that_was_given_up_is_money(trade: Trade) -> None:
    """A second try is under way at the bank when the first one succeeds after all."""
    first = await trade.placed(token="pm_card_authenticationRequired")
    await trade.hears(trade.word(first, PaymentOutcome.DECLINED, 0))
    second = await trade.fire(first, "payment.retry")
    assert (second.payments[0].reference, second.payments[0].status) == ("pi_2", PaymentStatus.REQUIRES_ACTION)
    await trade.hears(trade.word(first, PaymentOutcome.DECLINED, 0, reference="pi_1"))
    assert (await trade.now(second)).version == second.version, "an old no is history"
    await trade.hears(trade.word(first, PaymentOutcome.AUTHORIZED, reference="pi_1"))
    order = await trade.now(second)
    assert (order.payments[0].reference, order.payments[0].status) == ("pi_1", PaymentStatus.AUTHORIZED)
    assert trade.is_in(order, "scheduled")


async def test_a_challenge_that_nobody_meets_ends_with_the_time_to_pay(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_authenticationRequired")).order
    await trade.world.wait(timedelta(hours=2))
    order = await trade.now(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert order.payments[0].status is PaymentStatus.VOIDED
    assert await trade.level() == (10, 0)
