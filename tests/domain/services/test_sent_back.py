"""Parcels that come back to us unasked, and goods that turn out not to be there: the money goes back by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.model.commands import LineRequest
from domain.model.errors import Refused
from domain.model.orders import Order, OrderStatus
from domain.model.payments import RefundStatus
from domain.model.reports import PaymentOutcome
from domain.model.shipments import PreparationStatus, TrackingStatus
from domain.policies.progress import fulfillment_status, payment_status, quantities
from tests.trade import Trade

BACK, THERE = TrackingStatus.RETURN_TO_SENDER, TrackingStatus.DELIVERED


async def in_two_parcels(trade: Trade) -> Order:
    """A mug from Hamburg, two tees from Newark, all on its way."""
    await trade.adjust("TEE", -10)
    await trade.adjust("TEE", 5, "newark")
    order = await trade.placed(lines=(LineRequest("MUG", 1), LineRequest("TEE", 2)))
    await trade.handed_over(order, "s1")
    return await trade.handed_over(order, "s2")


async def why_not_canceled(trade: Trade, order: Order) -> str:
    with pytest.raises(Refused) as no:
        await trade.cancel(order)
    return no.value.refusals[0].code.value


# ------------------------------------------------------------------ returned to sender


async def test_a_parcel_returned_to_its_sender_is_paid_back_and_its_order_is_canceled(trade: Trade) -> None:
    order = await trade.handed_over(await trade.placed(quantity=2))
    assert await why_not_canceled(trade, order) == "ALREADY_SHIPPED"
    order = await trade.scanned(order, trade.scan("back", BACK))
    assert (order.flow.status, order.flow.final) == (OrderStatus.CANCELED, True)
    assert (payment_status(order), order.refunded) == ("REFUNDED", order.total)
    assert (fulfillment_status(order), quantities(order, order.lines[0]).canceled) == ("UNFULFILLED", 2)
    assert {task.status for task in order.flow.tasks} == {"SUCCEEDED"}
    assert trade.world.payments.paid_back == {"pi_1": order.total}
    assert await trade.level() == (8, 0), "what came back is on no shelf before somebody has looked at it"
    assert await why_not_canceled(trade, order) == "ALREADY_CANCELED"


async def test_a_parcel_first_heard_of_when_it_was_returned_lets_the_hold_go(trade: Trade) -> None:
    order = await trade.prepared(await trade.placed(), PreparationStatus.LABELED)
    order = await trade.scanned(order, trade.scan("back", BACK))
    assert (order.flow.status, payment_status(order)) == (OrderStatus.CANCELED, "VOIDED")
    assert trade.world.payments.taken == {}


async def test_a_parcel_that_is_returned_after_its_delivery_is_paid_back_as_well(trade: Trade) -> None:
    order = await trade.delivered(await trade.placed())
    await trade.world.wait(timedelta(days=3))
    order = await trade.scanned(order, trade.scan("back", BACK))
    assert (order.flow.status, order.refunded) == (OrderStatus.CANCELED, order.total)


async def test_of_two_parcels_the_one_that_came_back_is_paid_back_and_the_other_keeps_its_order_alive(
    trade: Trade,
) -> None:
    order = await in_two_parcels(trade)
    order = await trade.scanned(order, trade.scan("back", BACK), shipment="s2")
    assert (order.flow.status, order.refunded) == (OrderStatus.CONFIRMED, 0)
    order = await trade.scanned(order, trade.scan("there", THERE), shipment="s1")
    assert trade.is_in(order, "delivered")
    (refund,) = order.refunds
    assert [(line.line_id, line.quantity) for line in refund.lines] == [("l2", 2)]
    assert (refund.status, refund.amount) == (RefundStatus.SUCCEEDED, order.refunded)
    assert 0 < refund.amount < order.total
    await trade.scanned(order, trade.scan("later", THERE), shipment="s1")
    await trade.world.wait(timedelta(days=15))
    order = await trade.now(order)
    assert (order.flow.status, order.refunded) == (OrderStatus.COMPLETED, refund.amount)


async def test_both_parcels_returned_one_after_the_other_pay_back_all_of_it_once(trade: Trade) -> None:
    order = await in_two_parcels(trade)
    order = await trade.scanned(order, trade.scan("there", THERE), shipment="s1")
    order = await trade.scanned(order, trade.scan("back 2", BACK), shipment="s2")
    assert trade.is_in(order, "delivered")
    order = await trade.scanned(order, trade.scan("back 1", BACK), shipment="s1")
    assert (order.flow.status, order.refunded) == (OrderStatus.CANCELED, order.total)
    assert sum(trade.world.payments.paid_back.values()) == order.total


async def test_a_refund_of_what_came_back_that_is_refused_waits_for_somebody_and_is_asked_for_anew(
    trade: Trade,
) -> None:
    order = await in_two_parcels(trade)
    await trade.scanned(order, trade.scan("back", BACK), shipment="s2")
    trade.world.payments.refuses_refund = True
    order = await trade.scanned(order, trade.scan("there", THERE), shipment="s1")
    assert (order.flow.status, order.refunded) == (OrderStatus.ON_HOLD, 0)
    trade.world.payments.refuses_refund = False
    order = await trade.fire(order, "staff.capture")
    assert trade.is_in(order, "delivered")
    assert [refund.status for refund in order.refunds] == [RefundStatus.FAILED, RefundStatus.SUCCEEDED]


# ------------------------------------------------------------------ not there when it came to it


async def test_goods_that_the_warehouse_does_not_have_cancel_the_order_and_are_on_no_shelf(trade: Trade) -> None:
    order = await trade.placed(quantity=2)
    await trade.hears(replace(trade.step(order, None), missing=True))
    order = await trade.now(order)
    assert (order.flow.status, order.stock_lost) == (OrderStatus.CANCELED, (("l1", 2),))
    assert (payment_status(order), order.allocations) == ("VOIDED", ())
    assert await trade.level() == (8, 0)


async def test_money_that_was_taken_for_what_is_not_there_goes_back(trade: Trade) -> None:
    order = await trade.placed()
    await trade.hears(trade.word(order, PaymentOutcome.CAPTURED))
    await trade.hears(replace(trade.step(order, None), missing=True))
    order = await trade.now(order)
    assert (order.flow.status, payment_status(order)) == (OrderStatus.CANCELED, "REFUNDED")


async def test_where_one_parcel_is_not_there_the_other_is_called_off_and_free_again(trade: Trade) -> None:
    await trade.adjust("TEE", -10)
    await trade.adjust("TEE", 5, "newark")
    order = await trade.placed(lines=(LineRequest("MUG", 1), LineRequest("TEE", 2)))
    await trade.hears(replace(trade.step(order, None, "s2"), missing=True))
    order = await trade.now(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert trade.world.warehouse.called_off == [f"{order.id}:s1:call_off"]
    assert (await trade.level("MUG"), await trade.level("TEE", "newark")) == ((10, 0), (3, 0))


@pytest.mark.parametrize("stoppable", [True, False])
async def test_where_something_has_left_or_cannot_be_stopped_what_is_not_there_is_paid_back(
    trade: Trade, stoppable: bool
) -> None:
    await trade.adjust("TEE", -10)
    await trade.adjust("TEE", 5, "newark")
    order = await trade.placed(lines=(LineRequest("MUG", 1), LineRequest("TEE", 2)))
    if stoppable:
        await trade.handed_over(order, "s1")
    trade.world.warehouse.stoppable = stoppable
    await trade.hears(replace(trade.step(order, None, "s2"), missing=True))
    if not stoppable:
        await trade.handed_over(order, "s1")
    order = await trade.scanned(order, trade.scan("there", THERE))
    assert trade.is_in(order, "delivered")
    (refund,) = order.refunds
    assert [(line.line_id, line.quantity) for line in refund.lines] == [("l2", 2)]
    assert refund.amount == order.refunded < order.total
    assert [quantities(order, line).canceled for line in order.lines] == [0, 2]
