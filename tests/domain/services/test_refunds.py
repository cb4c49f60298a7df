"""Money that goes back without a return: by staff's word, or because units will not come."""

from dataclasses import replace
from decimal import Decimal

from domain.model.commands import FireTrigger, LineQuantity, RefundOrder
from domain.model.errors import ErrorCode
from domain.model.orders import Order
from domain.model.payments import RefundStatus
from domain.model.returns import ReturnStatus
from domain.model.shipments import TrackingStatus
from domain.services.refunds import refund_order
from domain.services.returns import request_return
from domain.services.triggers import fire_trigger
from tests.domain.services.returning import (
    a_request,
    back,
    bought,
    buyer_of,
    here,
    in_two,
    now,
    only,
    placed,
    received,
    refused,
    seen,
    sent,
)
from tests.world import STAFF, World

# ------------------------------------------------------------------ by staff's word


async def test_staff_pay_back_lines_and_goodwill_but_never_more_than_was_taken(world: World, order: Order) -> None:
    from_staff = RefundOrder("gift", order.id, "sorry", amount=Decimal("5.00"))
    for _ in range(2):
        order = await refund_order(from_staff, STAFF, world.ports)
    assert [(one.amount, one.status) for one in order.refunds] == [(500, RefundStatus.SUCCEEDED)]
    assert sum(line.amount for line in order.refunds[0].lines) == 500
    assert all(line.quantity == 0 for line in order.refunds[0].lines)
    too_much = RefundOrder("much", order.id, "sorry", amount=Decimal("48.89"))
    assert await refused(refund_order(too_much, STAFF, world.ports)) == [(ErrorCode.AMOUNT_EXCEEDED, ("amount",))]
    rest = RefundOrder("rest", order.id, "sorry", amount=Decimal("48.88"))
    order = await refund_order(rest, STAFF, world.ports)
    assert order.refunded == order.captured == 5388


async def test_what_goes_back_over_two_payments_is_one_unit_and_the_next_is_worth_what_it_cost(world: World) -> None:
    order = await bought(world, ("TEE", 3), payments=in_two("10.00"))
    unit = RefundOrder("damaged", order.id, "damaged", (LineQuantity("l1", 1),))
    await refund_order(unit, STAFF, world.ports)
    await world.settle()
    order = await now(world, order.id)
    assert [(one.amount, one.part_of) for one in order.refunds] == [(1000, None), (1162, "r1")]
    asked, _ = await request_return(a_request(order, back(reason="WRONG_ITEM")), buyer_of(order), world.ports)
    assert only(asked).refund_total == 2163


async def test_of_a_unit_that_one_of_two_payments_did_not_pay_back_only_that_part_is_paid_again(world: World) -> None:
    order = await bought(world, ("TEE", 3), payments=in_two("10.00"))
    world.payments.disputed = {order.payments[0].reference}
    unit = RefundOrder("damaged", order.id, "damaged", (LineQuantity("l1", 1),))
    await refund_order(unit, STAFF, world.ports)
    await world.settle()
    world.payments.disputed.clear()
    await refund_order(replace(unit, key="again"), STAFF, world.ports)
    await world.settle()
    order = await now(world, order.id)
    assert [(one.amount, one.status) for one in order.refunds] == [
        (1000, RefundStatus.FAILED),
        (1162, RefundStatus.SUCCEEDED),
        (1000, RefundStatus.SUCCEEDED),
    ]
    asked, _ = await request_return(
        a_request(order, back(quantity=2, reason="WRONG_ITEM")), buyer_of(order), world.ports
    )
    assert only(asked).refund_total + order.refunded == order.total


async def test_what_a_return_was_promised_is_not_given_away(world: World, order: Order) -> None:
    asked, _ = await request_return(a_request(order, back("l1", 2), back("l2")), buyer_of(order), world.ports)
    gift = RefundOrder("gift", order.id, "sorry", amount=Decimal("2.91"))
    assert await refused(refund_order(gift, STAFF, world.ports)) == [(ErrorCode.AMOUNT_EXCEEDED, ("amount",))]
    await refund_order(replace(gift, amount=Decimal("2.90")), STAFF, world.ports)
    done = await received(world, order, here(only(asked)))
    assert done.refunded == done.captured


# ------------------------------------------------------------------ beside units that will not come


async def two_of_three(world: World) -> tuple[Order, str]:
    """Two are there; the third is in a parcel of its own, on its way."""
    order = await placed(world, ("TEE", 3), payments=in_two("10.00"))
    first = await sent(world, order, LineQuantity("l1", 2), key="two")
    second = await sent(world, order, LineQuantity("l1", 1), key="one")
    return await seen(world, order, first, TrackingStatus.DELIVERED, key="two"), second


async def test_what_was_delivered_may_come_back_though_another_was_returned_to_us_and_paid_back(world: World) -> None:
    order, parcel = await two_of_three(world)
    order = await seen(world, order, parcel, TrackingStatus.RETURN_TO_SENDER, key="back")
    assert order.refunded == 2162
    lines = back(quantity=3, reason="WRONG_ITEM"), back(quantity=2, reason="WRONG_ITEM")
    too_many = request_return(a_request(order, lines[0]), buyer_of(order), world.ports)
    assert await refused(too_many) == [(ErrorCode.QUANTITY_EXCEEDED, ("lines", "0", "quantity"))]
    asked, _ = await request_return(a_request(order, lines[1]), buyer_of(order), world.ports)
    done = await received(world, order, here(only(asked)))
    assert (only(done).status, done.refunded) == (ReturnStatus.CLOSED, done.total)


async def test_what_is_returned_to_us_is_paid_back_though_staff_paid_back_one_that_was_delivered(world: World) -> None:
    order, parcel = await two_of_three(world)
    await refund_order(RefundOrder("torn", order.id, "torn", (LineQuantity("l1", 1),)), STAFF, world.ports)
    order = await seen(world, order, parcel, TrackingStatus.RETURN_TO_SENDER, key="back")
    assert order.refunded == 2162 + 2163
    asked, _ = await request_return(a_request(order, back(reason="WRONG_ITEM")), buyer_of(order), world.ports)
    assert only(asked).refund_total + order.refunded == order.total


async def test_of_what_is_returned_to_us_nothing_is_paid_back_that_staff_paid_back_before(world: World) -> None:
    order, parcel = await two_of_three(world)
    await refund_order(RefundOrder("all", order.id, "lost", (LineQuantity("l1", 3),)), STAFF, world.ports)
    order = await seen(world, order, parcel, TrackingStatus.RETURN_TO_SENDER, key="back")
    assert (order.refunded, len(order.refunds)) == (order.total, 2)


async def test_of_what_is_returned_to_us_a_part_that_was_refused_is_asked_for_anew(world: World) -> None:
    order, parcel = await two_of_three(world)
    world.payments.disputed = {order.payments[0].reference}
    order = await seen(world, order, parcel, TrackingStatus.RETURN_TO_SENDER, key="back")
    assert order.refunded == 1162
    world.payments.disputed.clear()
    await fire_trigger(FireTrigger("again", order.id, "staff.capture"), STAFF, world.ports)
    await world.settle()
    assert (await now(world, order.id)).refunded == 2162
