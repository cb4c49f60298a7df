"""Money."""

from datetime import timedelta

from domain.model.orders import OrderStatus
from domain.model.payments import PaymentStatus, RefundStatus
from domain.model.reports import PaymentOutcome
from tests.domain.services.cancellations.calling_off import quoted
from tests.trade import Trade


async def test_what_was_taken_already_is_paid_back_once(trade: Trade) -> None:
    """The provider takes the money at once; the order is called off, and the answer about the refund is lost."""
    order = await trade.placed()
    trade.world.payments.taken["pi_1"] = trade.world.payments.held.pop("pi_1")
    await trade.hears(trade.word(order, PaymentOutcome.CAPTURED))
    order = await trade.now(order)
    quote = await quoted(trade, order)
    assert quote.refund_total == order.total
    trade.world.payments.drop = 1
    await trade.patiently(trade.cancel(order, quote_id=quote.id))
    await trade.world.wait(timedelta(minutes=1))
    order = await trade.now(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert order.payments[0].status is PaymentStatus.REFUNDED
    assert trade.world.payments.paid_back == {"pi_1": order.total}
    (refund,) = order.refunds
    assert (refund.amount, refund.status, refund.reference) == (order.total, RefundStatus.SUCCEEDED, "re_1")
    assert sum(line.amount for line in refund.lines) == refund.amount, "the way to the buyer is shared out to the lines"
