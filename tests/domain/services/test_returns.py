"""Sending things back, from asking to the money: the real use cases, twins for partners."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.model.actors import AccessScope, Actor, ActorKind, Role
from domain.model.commands import (
    AskReturnQuote,
    CancelReturn,
    DecideReturn,
    FireTrigger,
    ReceivedLine,
    ReceiveReturn,
    RefundOrder,
)
from domain.model.errors import AccessDenied, ErrorCode, NotFound
from domain.model.orders import Order
from domain.model.payments import RefundStatus
from domain.model.reports import FoundLine, ReturnReport, TrackerReport
from domain.model.returns import Disposition, ItemCondition, Return, ReturnMethod, ReturnResolution, ReturnStatus
from domain.model.shipments import Scan, TrackingStatus
from domain.model.shop import AutoApprove
from domain.policies.progress import OrderReturnStatus, quantities, return_status
from domain.policies.refunds import promised
from domain.services.inbox import apply_report
from domain.services.refunds import refund_order
from domain.services.return_quotes import return_options, return_quote
from domain.services.returns import cancel_return, decide_return, receive_return, request_return
from domain.services.triggers import fire_trigger
from tests.domain.services.returning import (
    BASKET,
    a_request,
    back,
    bought,
    buyer_of,
    here,
    in_two,
    now,
    only,
    received,
    refused,
)
from tests.factories import a_shop
from tests.world import STAFF, FixedShop, World

# ------------------------------------------------------------------ the main road


async def test_what_is_sent_back_is_approved_labeled_received_inspected_paid_back_and_on_its_shelf(
    world: World, order: Order
) -> None:
    asked, return_id = await request_return(a_request(order, back("l1", 1)), buyer_of(order), world.ports)
    rma = only(asked)
    assert (rma.id, rma.status, rma.fee, rma.refund_total) == (return_id, ReturnStatus.APPROVED, 290, 2199 - 290)
    assert rma.expires_at == world.clock.now() + timedelta(days=14)
    (parcel,) = rma.shipments
    assert parcel.label is not None
    assert parcel.label.drop_off_code == "4711"
    assert return_status(asked) is OrderReturnStatus.IN_PROGRESS
    free = (await world.ports.store.read(lambda reader: reader.stock(["TEE"])))[0].available
    done = await received(world, order, here(rma))
    assert only(done).status is ReturnStatus.CLOSED
    (refund,) = done.refunds
    assert (refund.amount, refund.status, refund.return_id) == (1909, RefundStatus.SUCCEEDED, return_id)
    assert sum(line.amount for line in refund.lines) == refund.amount
    assert done.refunded == 1909
    assert (await world.ports.store.read(lambda reader: reader.stock(["TEE"])))[0].available == free + 1
    stages = quantities(done, done.lines[0])
    assert (stages.delivered, stages.returned) == (1, 1)
    assert return_status(done) is OrderReturnStatus.PARTIALLY_RETURNED


async def test_all_that_was_paid_comes_back_with_all_that_was_bought(world: World, order: Order) -> None:
    for number, line in enumerate(
        (back("l1", 1, "WRONG_ITEM"), back("l2", 1, "WRONG_ITEM"), back("l1", 1, "WRONG_ITEM"))
    ):
        asked, _ = await request_return(a_request(order, line, key=f"r{number}"), buyer_of(order), world.ports)
        order = await received(world, order, here(asked.returns[-1], key=f"here{number}"))
    assert order.refunded == order.captured == order.total
    assert return_status(order) is OrderReturnStatus.RETURNED
    assert all(rma.status is ReturnStatus.CLOSED for rma in order.returns)


async def test_a_carrier_and_a_warehouse_carry_it_all_the_way_back(world: World, order: Order) -> None:
    asked, return_id = await request_return(a_request(order), buyer_of(order), world.ports)
    number = only(asked).shipments[0].tracking_number
    assert number is not None
    scan = Scan("k1", world.clock.now(), TrackingStatus.IN_TRANSIT, "Picked up")
    await apply_report(TrackerReport(number, (scan,)), world.ports)
    assert only(await now(world, order.id)).status is ReturnStatus.IN_TRANSIT
    for _ in range(2):
        await apply_report(ReturnReport(order.id, return_id, world.clock.now()), world.ports)
    assert only(await now(world, order.id)).status is ReturnStatus.RECEIVED
    found = (FoundLine(f"{return_id}l1", 1, ItemCondition.NEW, Disposition.RESTOCK),)
    for _ in range(2):
        await apply_report(ReturnReport(order.id, return_id, world.clock.now(), found), world.ports)
    await world.settle()
    done = await now(world, order.id)
    assert only(done).status is ReturnStatus.CLOSED
    assert [refund.amount for refund in done.refunds] == [1909]


async def test_a_week_after_the_money_nothing_can_happen_to_it_any_more(world: World, order: Order) -> None:
    asked, _ = await request_return(a_request(order), buyer_of(order), world.ports)
    await received(world, order, here(only(asked)))
    await world.wait(timedelta(days=8))
    assert only(await now(world, order.id)).flow.final


# ------------------------------------------------------------------ what is paid back


async def test_a_quote_is_paid_exactly_even_if_the_shop_has_become_dearer_since(world: World, order: Order) -> None:
    lines = (back("l1", 2), back("l2", 1))
    quote = await return_quote(AskReturnQuote(order.id, lines), buyer_of(order), world.ports)
    assert (quote.fee, quote.refund_total) == (290, order.total - 290)
    ways = tuple(replace(way, fees={"EUR": "9.90"}) for way in a_shop().return_methods)
    world.change(shops=FixedShop(a_shop(return_methods=ways)))
    asked, _ = await request_return(a_request(order, *lines, quote_id=quote.id), buyer_of(order), world.ports)
    done = await received(world, order, here(only(asked)))
    assert [refund.amount for refund in done.refunds] == [quote.refund_total]


async def test_a_quote_holds_for_what_was_quoted_and_for_as_long_as_it_says(world: World, order: Order) -> None:
    buyer, ports = buyer_of(order), world.ports
    quote = await return_quote(AskReturnQuote(order.id, (back(),)), buyer, ports)
    other = a_request(order, back(quantity=2), quote_id=quote.id)
    assert await refused(request_return(other, buyer, ports)) == [(ErrorCode.CONFLICT, ("quoteId",))]
    forged = a_request(order, quote_id=f"{quote.id}0")
    assert await refused(request_return(forged, buyer, ports)) == [(ErrorCode.NOT_FOUND, ("quoteId",))]
    world.clock.set(world.clock.now() + timedelta(minutes=31))
    late = a_request(order, quote_id=quote.id)
    assert await refused(request_return(late, buyer, ports)) == [(ErrorCode.QUOTE_EXPIRED, ("quoteId",))]


async def test_units_that_are_missing_or_go_back_to_the_buyer_are_not_paid_for(world: World, order: Order) -> None:
    asked, _ = await request_return(
        a_request(order, back("l1", 2, "WRONG_ITEM"), back("l2", 1, "WRONG_ITEM")), buyer_of(order), world.ports
    )
    rma = only(asked)
    lines = (
        ReceivedLine(rma.lines[0].id, 1, ItemCondition.OPENED, Disposition.QUARANTINE),
        ReceivedLine(rma.lines[0].id, 1, ItemCondition.MISSING, Disposition.DISCARD),
    )
    some = await received(world, order, ReceiveReturn("one", order.id, rma.id, lines))
    assert (only(some).status, some.refunds) == (ReturnStatus.RECEIVED, ())
    rest = (ReceivedLine(rma.lines[1].id, 1, ItemCondition.USED, Disposition.SEND_BACK),)
    done = await received(world, order, ReceiveReturn("two", order.id, rma.id, rest))
    assert [refund.amount for refund in done.refunds] == [2199]
    options = await return_options(order.id, buyer_of(order), world.ports)
    assert [one.quantity for one in options.lines] == [1, 0], "what never arrived may still come"


async def test_a_unit_that_goes_back_to_its_buyer_is_not_paid_for_with_the_next(world: World, order: Order) -> None:
    asked, _ = await request_return(a_request(order, back("l1", 1, "WRONG_ITEM")), buyer_of(order), world.ports)
    worn = ReceivedLine(only(asked).lines[0].id, 1, ItemCondition.USED, Disposition.SEND_BACK)
    order = await received(world, order, ReceiveReturn("worn", order.id, only(asked).id, (worn,)))
    again = a_request(order, back("l1", 1, "WRONG_ITEM"), key="again")
    asked, _ = await request_return(again, buyer_of(order), world.ports)
    done = await received(world, order, here(asked.returns[-1], key="here again"))
    assert [refund.amount for refund in done.refunds] == [2199]


async def test_what_may_be_kept_is_paid_back_at_once(world: World, order: Order) -> None:
    asked, _ = await request_return(a_request(order, method=ReturnMethod.KEEP), buyer_of(order), world.ports)
    await world.settle()
    done = await now(world, order.id)
    assert (only(done).status, only(done).shipments) == (ReturnStatus.CLOSED, ())
    assert [refund.amount for refund in done.refunds] == [2199]
    assert only(asked).fee == 0


async def test_a_provider_that_is_down_is_asked_again_and_pays_once(world: World, order: Order) -> None:
    asked, _ = await request_return(a_request(order), buyer_of(order), world.ports)
    world.change(limits=replace(world.ports.limits, settle_for=0.0))
    world.payments.down = 3
    await receive_return(replace(here(only(asked)), order_id=order.id), STAFF, world.ports)
    await world.wait(timedelta(minutes=5))
    done = await now(world, order.id)
    assert [refund.status for refund in done.refunds] == [RefundStatus.SUCCEEDED]
    assert {key for verb, key in world.payments.asked if verb == "refund"} == {f"{order.id}:r1:refund"}


async def test_a_return_rests_until_all_parts_of_its_money_are_paid(world: World) -> None:
    order = await bought(world, *BASKET, payments=in_two("10.00"))
    world.payments.disputed = {order.payments[0].reference}
    asked, return_id = await request_return(a_request(order, back(reason="WRONG_ITEM")), buyer_of(order), world.ports)
    some = await received(world, order, here(only(asked)))
    assert [(one.amount, one.status) for one in some.refunds] == [
        (1000, RefundStatus.FAILED),
        (1199, RefundStatus.SUCCEEDED),
    ]
    assert (only(some).status, promised(some)) == (ReturnStatus.INSPECTED, 1000)
    again, _ = await decide_return(DecideReturn("still disputed", order.id, return_id, True), STAFF, world.ports)
    assert (only(again).status, again.refunded) == (ReturnStatus.INSPECTED, 1199)
    world.payments.disputed.clear()
    done, _ = await decide_return(DecideReturn("settled", order.id, return_id, True), STAFF, world.ports)
    assert (only(done).status, done.refunded, promised(done)) == (ReturnStatus.CLOSED, 2199, 0)
    paid = [line for one in done.refunds if one.status is RefundStatus.SUCCEEDED for line in one.lines]
    assert sum(line.quantity for line in paid) == 1


async def test_a_return_of_what_was_not_paid_yet_rests_until_there_is_money_to_pay_back(world: World) -> None:
    world.payments.refuses_capture = True
    order = await bought(world, *BASKET)
    asked, return_id = await request_return(a_request(order, back(reason="WRONG_ITEM")), buyer_of(order), world.ports)
    order = await received(world, order, here(only(asked)))
    assert (only(order).status, order.refunds, order.captured) == (ReturnStatus.INSPECTED, (), 0)
    world.payments.refuses_capture = False
    await fire_trigger(FireTrigger("take it", order.id, "staff.capture"), STAFF, world.ports)
    await world.settle()
    done, _ = await decide_return(DecideReturn("now", order.id, return_id, True), STAFF, world.ports)
    assert (only(done).status, done.captured, done.refunded) == (ReturnStatus.CLOSED, order.total, 2199)


# ------------------------------------------------------------------ decisions


async def test_what_does_not_approve_itself_waits_for_staff(world: World, order: Order) -> None:
    world.change(shops=FixedShop(a_shop(auto_approve=AutoApprove())))
    asked, return_id = await request_return(a_request(order), buyer_of(order), world.ports)
    assert (only(asked).status, return_status(asked)) == (ReturnStatus.REQUESTED, OrderReturnStatus.RETURN_REQUESTED)
    said_yes, _ = await decide_return(DecideReturn("yes", order.id, return_id, True), STAFF, world.ports)
    assert only(said_yes).status is ReturnStatus.APPROVED
    assert only(said_yes).decided_at == world.clock.now()
    assert only(said_yes).shipments


async def test_what_staff_decline_may_be_asked_for_again(world: World, order: Order) -> None:
    world.change(shops=FixedShop(a_shop(auto_approve=AutoApprove())))
    _, return_id = await request_return(a_request(order), buyer_of(order), world.ports)
    no = DecideReturn("no", order.id, return_id, False, "Send us a photo first.")
    declined, _ = await decide_return(no, STAFF, world.ports)
    assert only(declined).status is ReturnStatus.DECLINED
    assert only(declined).decision_note is not None
    assert return_status(declined) is OrderReturnStatus.NO_RETURN
    again, _ = await request_return(a_request(order, key="again"), buyer_of(order), world.ports)
    assert [rma.status for rma in again.returns] == [ReturnStatus.DECLINED, ReturnStatus.REQUESTED]


async def test_a_return_that_is_never_sent_expires_and_the_warehouse_hears_of_it(world: World, order: Order) -> None:
    await request_return(a_request(order), buyer_of(order), world.ports)
    await world.wait(timedelta(days=15))
    assert only(await now(world, order.id)).status is ReturnStatus.EXPIRED
    assert world.warehouse.forgotten == [f"{order.id}:t1:forget"]


async def test_a_buyer_may_change_their_mind_until_it_is_on_its_way(world: World, order: Order) -> None:
    buyer = buyer_of(order)
    _, first = await request_return(a_request(order), buyer, world.ports)
    for _ in range(2):
        called_off, _ = await cancel_return(CancelReturn("off", order.id, first), buyer, world.ports)
        assert only(called_off).status is ReturnStatus.CANCELED
    again = CancelReturn("off again", order.id, first)
    assert await refused(cancel_return(again, buyer, world.ports)) == [(ErrorCode.ALREADY_DONE, ())]
    _, second = await request_return(a_request(order, key="second"), buyer, world.ports)
    await apply_report(ReturnReport(order.id, second, world.clock.now()), world.ports)
    too_late = CancelReturn("too late", order.id, second)
    assert await refused(cancel_return(too_late, buyer, world.ports)) == [(ErrorCode.NOT_ALLOWED, ())]


async def paid_before_anybody_looked(world: World, order: Order) -> Return:
    _, return_id = await request_return(a_request(order), buyer_of(order), world.ports)
    await received(world, order, ReceiveReturn("in the house", order.id, return_id, ()))
    paid, _ = await decide_return(DecideReturn("pay", order.id, return_id, True), STAFF, world.ports)
    assert (only(paid).status, paid.refunded) == (ReturnStatus.CLOSED, 1909)
    return only(paid)


@pytest.mark.parametrize(
    ("condition", "disposition"),
    [(ItemCondition.MISSING, Disposition.DISCARD), (ItemCondition.USED, Disposition.SEND_BACK)],
)
async def test_what_was_paid_for_before_anybody_looked_is_not_found_missing_and_paid_for_again(
    world: World, order: Order, condition: ItemCondition, disposition: Disposition
) -> None:
    rma = await paid_before_anybody_looked(world, order)
    late = (ReceivedLine(rma.lines[0].id, 1, condition, disposition),)
    no = receive_return(ReceiveReturn("late", order.id, rma.id, late), STAFF, world.ports)
    assert await refused(no) == [(ErrorCode.NOT_ALLOWED, ("lines", "0"))]
    said = (FoundLine(rma.lines[0].id, 1, condition, disposition),)
    await apply_report(ReturnReport(order.id, rma.id, world.clock.now(), said), world.ports)
    assert only(await now(world, order.id)).lines[0].inspections == ()
    both = a_request(order, back(quantity=2), key="both")
    exceeded = [(ErrorCode.QUANTITY_EXCEEDED, ("lines", "0", "quantity"))]
    assert await refused(request_return(both, buyer_of(order), world.ports)) == exceeded


async def test_what_was_paid_for_before_anybody_looked_may_still_be_found_here(world: World, order: Order) -> None:
    rma = await paid_before_anybody_looked(world, order)
    done = await received(world, order, here(rma, key="late"))
    assert (only(done).lines[0].here, done.refunded) == (1, 1909)
    assert return_status(done) is OrderReturnStatus.PARTIALLY_RETURNED


# ------------------------------------------------------------------ refusals


async def test_everything_that_stands_against_a_return_is_said_at_once(world: World, order: Order) -> None:
    lines = (
        back("l1", 3),
        back("l2", 1, "BORED"),
        back("l9"),
        back("l2", 1, "DEFECTIVE"),
        replace(back("l1"), resolution=ReturnResolution.EXCHANGE),
    )
    command = a_request(order, *lines, method=ReturnMethod.COLLECTION)
    found = await refused(request_return(command, buyer_of(order), world.ports))
    assert set(found) == {
        (ErrorCode.INVALID, ("method",)),
        (ErrorCode.QUANTITY_EXCEEDED, ("lines", "0", "quantity")),
        (ErrorCode.INVALID, ("lines", "1", "reason")),
        (ErrorCode.NOT_FOUND, ("lines", "2", "lineId")),
        (ErrorCode.INVALID, ("lines", "3", "note")),
        (ErrorCode.QUANTITY_EXCEEDED, ("lines", "3", "quantity")),
        (ErrorCode.EXCHANGE_UNAVAILABLE, ("lines", "4", "resolution")),
        (ErrorCode.QUANTITY_EXCEEDED, ("lines", "4", "quantity")),
    }


async def test_what_is_not_there_yet_cannot_come_back(world: World) -> None:
    order = await bought(world, ("TEE", 1), delivered=False)
    code = [(ErrorCode.NOT_DELIVERED, ("lines", "0", "lineId"))]
    assert await refused(request_return(a_request(order), buyer_of(order), world.ports)) == code


async def test_what_came_too_late_cannot_come_back(world: World, order: Order) -> None:
    await world.wait(timedelta(days=15))
    code = [(ErrorCode.WINDOW_CLOSED, ("lines", "0", "lineId"))]
    assert await refused(request_return(a_request(order), buyer_of(order), world.ports)) == code


async def test_each_unit_comes_back_once(world: World, order: Order) -> None:
    buyer = buyer_of(order)
    asked, _ = await request_return(a_request(order, back(quantity=2)), buyer, world.ports)
    again = a_request(order, key="again")
    going = [(ErrorCode.RETURN_IN_PROGRESS, ("lines", "0", "lineId"))]
    assert await refused(request_return(again, buyer, world.ports)) == going
    await received(world, order, here(only(asked)))
    gone = [(ErrorCode.ALREADY_RETURNED, ("lines", "0", "lineId"))]
    assert await refused(request_return(again, buyer, world.ports)) == gone


async def test_a_return_is_asked_for_once_however_often_it_is_said(world: World, order: Order) -> None:
    for _ in range(3):
        asked, return_id = await request_return(a_request(order), buyer_of(order), world.ports)
        assert (len(asked.returns), return_id) == (1, "t1")


async def test_what_is_not_theirs_is_not_there_and_a_link_to_look_does_not_return(world: World, order: Order) -> None:
    stranger = Actor(ActorKind.CUSTOMER, "c9")
    with pytest.raises(NotFound):
        await request_return(a_request(order), stranger, world.ports)
    gift = replace(buyer_of(order), scopes=frozenset({AccessScope.VIEW}))
    assert await refused(request_return(a_request(order), gift, world.ports)) == [(ErrorCode.VIEW_ONLY_LINK, ())]
    asked = AskReturnQuote(order.id, a_request(order).lines)
    assert (await return_quote(asked, gift, world.ports)).id is None, "it says what it would pay"
    for actor in (buyer_of(order), Actor(ActorKind.STAFF, "sue", roles=frozenset({Role.SUPPORT}))):
        with pytest.raises(AccessDenied):
            await receive_return(ReceiveReturn("k", order.id, "t1", ()), actor, world.ports)
        with pytest.raises(AccessDenied):
            await refund_order(RefundOrder("k", order.id, "why", amount=Decimal(1)), actor, world.ports)
