"""Calling an order off, wherever it stands, and what it would pay back."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from domain.model.actors import ANONYMOUS, AccessScope, Actor, ActorKind, Role
from domain.model.commands import LineQuantity, LineRequest
from domain.model.effects import EffectStatus
from domain.model.errors import AccessDenied, ErrorCode, NotFound, Refused
from domain.model.orders import Order, OrderStatus, UnavailablePolicy
from domain.model.payments import PaymentStatus, RefundStatus
from domain.model.reports import PaymentOutcome
from domain.model.shipments import PreparationStatus, TrackingStatus
from domain.services.cancellations import CancelQuote, cancel_quote
from domain.services.inbox import apply_report
from tests.trade import Trade
from tests.world import STAFF


async def quoted(trade: Trade, order: Order, *lines: LineQuantity, actor: Actor | None = None) -> CancelQuote:
    return await cancel_quote(order.id, lines, actor or trade.holder(order), trade.world.ports)


async def refused(trade: Trade, order: Order, actor: Actor | None = None, **changes: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await trade.cancel(order, actor, **changes)
    (refusal,) = caught.value.refusals
    return refusal.code.value, ".".join(refusal.field)


# ------------------------------------------------------------------ in every state


async def challenged(trade: Trade) -> Order:
    return await trade.placed(token="pm_card_authenticationRequired")


async def declined(trade: Trade) -> Order:
    return await trade.placed(token="nope")


async def backordered(trade: Trade) -> Order:
    return await trade.placed(quantity=11, if_unavailable=UnavailablePolicy.BACKORDER)


async def in_review(trade: Trade) -> Order:
    return await trade.placed(token="pm_card_riskLevelElevated")


async def awaiting_approval(trade: Trade) -> Order:
    await trade.stocked(CLOCK=1)
    return await trade.placed(sku="CLOCK")


async def scheduled(trade: Trade) -> Order:
    return await trade.placed()


async def picking(trade: Trade) -> Order:
    return await trade.prepared(await trade.placed(), PreparationStatus.PICKING)


async def packed(trade: Trade) -> Order:
    return await trade.prepared(await trade.placed(), PreparationStatus.PICKING, PreparationStatus.PACKED)


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (challenged, "received"),
        (declined, "awaitingPayment"),
        (backordered, "backordered"),
        (in_review, "inReview"),
        (awaiting_approval, "awaitingApproval"),
        (scheduled, "scheduled"),
        (picking, "picking"),
        (packed, "packed"),
    ],
)
async def test_an_order_that_has_not_left_can_be_called_off(
    trade: Trade, make: Callable[[Trade], Awaitable[Order]], state: str
) -> None:
    order = await make(trade)
    assert trade.is_in(order, state)
    quote = await quoted(trade, order)
    assert (quote.refusals, quote.refund_total, quote.fee) == ((), 0, 0)
    canceled = await trade.cancel(order, quote_id=quote.id)
    await trade.world.settle()
    canceled = await trade.now(canceled)
    assert canceled.flow.status is OrderStatus.CANCELED
    assert canceled.flow.final
    assert (canceled.allocations, canceled.outstanding) == ((), 0)
    assert all(shipment.canceled for shipment in canceled.shipments)
    assert trade.world.payments.held == {}
    assert (await trade.level())[1] == 0
    assert canceled.cancellation is not None
    assert canceled.cancellation.reason == "CHANGED_MIND"
    open_effects = [
        effect.action
        for effect in await trade.effects(canceled)
        if effect.status in (EffectStatus.PENDING, EffectStatus.RUNNING) and effect.action != "expireReservation"
    ]
    assert open_effects == []


async def labelled(trade: Trade) -> Order:
    return await trade.prepared(await trade.placed(), PreparationStatus.LABELED)


async def shipped(trade: Trade) -> Order:
    return await trade.handed_over(await trade.placed())


async def delivered(trade: Trade) -> Order:
    return await trade.delivered(await trade.placed())


async def completed(trade: Trade) -> Order:
    order = await trade.delivered(await trade.placed())
    await trade.world.wait(timedelta(days=14))
    return await trade.now(order)


async def canceled(trade: Trade) -> Order:
    return await trade.cancel(await trade.placed())


@pytest.mark.parametrize(
    ("make", "state", "code"),
    [
        (labelled, "labelled", "NOT_ALLOWED"),
        (shipped, "shipped", "ALREADY_SHIPPED"),
        (delivered, "delivered", "ALREADY_SHIPPED"),
        (completed, "completed", "ALREADY_SHIPPED"),
        (canceled, "canceled", "ALREADY_CANCELED"),
    ],
)
async def test_what_is_about_to_leave_has_left_or_is_canceled_cannot_be(
    trade: Trade, make: Callable[[Trade], Awaitable[Order]], state: str, code: str
) -> None:
    order = await make(trade)
    assert trade.is_in(order, state)
    before = order.version
    assert await refused(trade, order) == (code, "")
    quote = await quoted(trade, order)
    assert (quote.id, [refusal.code for refusal in quote.refusals]) == (None, [code])
    assert (await trade.now(order)).version == before


# ------------------------------------------------------------------ at the same moment as something else


async def test_a_hold_that_comes_after_the_cancellation_is_let_go(trade: Trade) -> None:
    """The payment call is still under way when the buyer changes their mind."""
    gate = trade.world.payments.gate = asyncio.Event()
    order = (await trade.patiently(trade.place())).order
    trade.world.payments.gate = None
    order = await trade.cancel(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert trade.world.payments.held != {}, "the provider holds it, and nobody here knows"
    gate.set()
    await trade.world.settle()
    order = await trade.now(order)
    assert order.payments[0].status is PaymentStatus.VOIDED
    assert (trade.world.payments.held, await trade.level()) == ({}, (10, 0))
    assert order.flow.status is OrderStatus.CANCELED


async def test_a_hold_that_is_told_late_by_webhook_is_let_go(trade: Trade) -> None:
    order = await trade.placed(token="pm_card_authenticationRequired")
    trade.world.payments.down = 9
    order = await trade.patiently(trade.cancel(order))
    assert order.payments[0].status is PaymentStatus.REQUIRES_ACTION, "the provider did not hear of it"
    trade.world.payments.held["pi_1"] = order.total
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    trade.world.payments.down = 0
    await trade.world.wait(timedelta(minutes=5))
    order = await trade.now(order)
    assert order.payments[0].status is PaymentStatus.VOIDED
    assert trade.world.payments.held == {}


async def test_an_order_in_the_warehouse_is_canceled_once_the_warehouse_has_stopped_it(trade: Trade) -> None:
    order = await trade.placed()
    gate = trade.world.warehouse.gate = asyncio.Event()
    cancelling = asyncio.create_task(trade.cancel(order))
    await trade.until(lambda: trade.world.warehouse.waiting == 1)
    assert trade.is_in(await trade.now(order), "canceling")
    gate.set()
    order = await cancelling
    assert order.flow.status is OrderStatus.CANCELED
    assert [shipment.status for shipment in order.shipments] == [TrackingStatus.CANCELED]


async def test_a_warehouse_that_cannot_stop_the_parcel_any_more_sends_it(trade: Trade) -> None:
    order = await trade.placed()
    trade.world.warehouse.stoppable = False
    assert await refused(trade, order, key="k") == ("ALREADY_SHIPPED", "")
    assert await refused(trade, order, key="k") == ("ALREADY_SHIPPED", ""), "and says so again"
    await trade.world.settle()
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert order.payments[0].status is PaymentStatus.AUTHORIZED
    order = await trade.handed_over(order)
    assert trade.is_in(order, "shipped")
    assert await trade.level() == (9, 0)


async def test_a_parcel_that_leaves_while_it_is_being_stopped_has_left(trade: Trade) -> None:
    order = await trade.placed()
    gate = trade.world.warehouse.gate = asyncio.Event()
    cancelling = asyncio.create_task(trade.cancel(order))
    await trade.until(lambda: trade.world.warehouse.waiting == 1)
    for step in (PreparationStatus.LABELED, PreparationStatus.HANDED_OVER):
        await apply_report(trade.step(order, step), trade.world.ports)
    gate.set()
    with pytest.raises(Refused) as caught:
        await cancelling
    assert caught.value.refusals[0].code is ErrorCode.ALREADY_SHIPPED
    await trade.world.settle()
    order = await trade.now(order)
    assert trade.is_in(order, "shipped")
    assert not order.shipments[0].canceled


async def test_one_parcel_of_two_that_cannot_be_stopped_brings_the_other_back(trade: Trade) -> None:
    """All or nothing is canceled: what was stopped already is planned and asked for once more."""
    await trade.adjust("TEE", -10)
    await trade.adjust("TEE", 5, "newark")
    order = await trade.placed(lines=(LineRequest("MUG", 1), LineRequest("TEE", 2)))
    assert [shipment.origin for shipment in order.shipments] == ["hamburg", "newark"]
    await trade.hears(trade.step(order, PreparationStatus.HANDED_OVER, "s2"))
    assert await refused(trade, order) == ("ALREADY_SHIPPED", "")
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    other = await trade.placed(lines=(LineRequest("MUG", 1), LineRequest("TEE", 2)))
    trade.world.warehouse.stoppable = False
    assert (await refused(trade, other))[0] == "ALREADY_SHIPPED"
    other = await trade.now(other)
    assert [shipment.canceled for shipment in other.shipments] == [False, False]


# ------------------------------------------------------------------ money


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


# ------------------------------------------------------------------ the quote


async def test_a_quote_says_what_would_come_back_and_for_what_reasons(trade: Trade) -> None:
    order = await trade.placed(quantity=2)
    quote = await quoted(trade, order)
    assert quote.valid_until == trade.world.clock.now() + timedelta(minutes=15)
    assert [(line.line_id, line.quantity, line.amount) for line in quote.lines] == [("l1", 2, 3980)]
    assert [reason.handle for reason in quote.reasons] == ["CHANGED_MIND", "OTHER"]
    assert (await trade.now(order)).version == order.version


async def test_a_quote_holds_for_its_time_and_no_longer(trade: Trade) -> None:
    order, late = await trade.placed(), await trade.placed()
    quotes = [await quoted(trade, one) for one in (order, late)]
    trade.world.clock.set(trade.world.clock.now() + timedelta(minutes=15))
    assert (await trade.cancel(order, quote_id=quotes[0].id)).flow.status is OrderStatus.CANCELED
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=2))
    assert await refused(trade, late, quote_id=quotes[1].id) == ("QUOTE_EXPIRED", "quoteId")


async def test_a_quote_is_of_one_order_and_cannot_be_made_up(trade: Trade) -> None:
    order, other = await trade.placed(), await trade.placed()
    quote = (await quoted(trade, order)).id or ""
    assert await refused(trade, other, quote_id=quote) == ("NOT_FOUND", "quoteId")
    for forged in (quote[:-1], "x" + quote[1:], quote.replace(".0.", ".1."), "", "....", "\ud800", quote + "\udfff"):
        assert await refused(trade, order, quote_id=forged) == ("NOT_FOUND", "quoteId")
    assert (await trade.cancel(order, quote_id=quote)).flow.status is OrderStatus.CANCELED


async def test_a_quote_is_void_once_the_order_would_pay_back_something_else(trade: Trade) -> None:
    order = await trade.placed()
    quote = await quoted(trade, order)
    await trade.hears(trade.word(order, PaymentOutcome.CAPTURED))
    assert await refused(trade, order, quote_id=quote.id) == ("CONFLICT", "quoteId")


@pytest.mark.parametrize(
    ("lines", "code", "place"),
    [
        ((("l1", 2), ("l2", 1)), None, None),
        ((("l1", 1), ("l1", 1), ("l2", 1)), None, None),
        ((("l1", 1),), "NOT_ALLOWED", "lines"),
        ((("l1", 2),), "NOT_ALLOWED", "lines"),
        ((("l1", 2), ("l1", 2), ("l2", 1)), "NOT_ALLOWED", "lines"),
        ((("l3", 1),), "NOT_FOUND", "lines.0.lineId"),
        ((("l1", 3),), "QUANTITY_EXCEEDED", "lines.0.quantity"),
        ((("l1", 2), ("l2", 0)), "QUANTITY_EXCEEDED", "lines.1.quantity"),
    ],
)
async def test_lines_may_be_named_if_they_are_all_there_is(
    trade: Trade, lines: tuple[tuple[str, int], ...], code: str | None, place: str | None
) -> None:
    order = await trade.placed(lines=(LineRequest("MUG", 2), LineRequest("TEE", 1)))
    named = tuple(LineQuantity(*line) for line in lines)
    quote = await quoted(trade, order, *named)
    if code is None:
        assert quote.refusals == ()
        assert (await trade.cancel(order, lines=named)).flow.status is OrderStatus.CANCELED
    else:
        assert [(one.code, ".".join(one.field)) for one in quote.refusals] == [(code, place)]
        assert await refused(trade, order, lines=named) == (code, place)


# ------------------------------------------------------------------ who, and why


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"reason": "BECAUSE"}, "INVALID", "reason"),
        ({"reason": ""}, "INVALID", "reason"),
        ({"reason": "OTHER"}, "INVALID", "note"),
        ({"reason": "OTHER", "note": "  "}, "INVALID", "note"),
        ({"note": "4111 1111 1111 1111"}, "CARD_DATA_REFUSED", "note"),
        ({"note": "\x00"}, "INVALID", "note"),
    ],
)
async def test_a_cancellation_says_why(trade: Trade, changes: dict[str, Any], code: str, place: str) -> None:
    order = await trade.placed()
    assert await refused(trade, order, **changes) == (code, place)
    assert (await trade.now(order)).flow.status is OrderStatus.CONFIRMED


async def test_a_note_is_kept_apart_from_the_journal(trade: Trade) -> None:
    order = await trade.placed()
    await trade.cancel(order, reason="OTHER", note="it is for my aunt Erna")
    assert "Erna" not in repr([event.data for event in await trade.events(order)])


async def test_only_who_may_change_the_order_may_call_it_off(trade: Trade) -> None:
    customer = await trade.customer()
    order = await trade.placed(actor=Actor(ActorKind.CUSTOMER, customer.id))
    foreign = await trade.placed()
    strangers = (ANONYMOUS, Actor(ActorKind.CUSTOMER, "c2"), trade.holder(foreign))
    for stranger in strangers:
        with pytest.raises(NotFound):
            await trade.cancel(order, stranger)
        with pytest.raises(NotFound):
            await quoted(trade, order, actor=stranger)
    gift = trade.holder(order, AccessScope.VIEW)
    assert await refused(trade, order, gift) == ("VIEW_ONLY_LINK", "")
    with pytest.raises(AccessDenied):
        await trade.cancel(order, Actor(ActorKind.STAFF, "wim", frozenset({Role.WAREHOUSE})))
    assert (await trade.now(order)).flow.status is OrderStatus.CONFIRMED
    assert (await trade.cancel(order, Actor(ActorKind.CUSTOMER, customer.id))).flow.status is OrderStatus.CANCELED
    assert (await trade.cancel(foreign, STAFF)).flow.status is OrderStatus.CANCELED


async def test_who_canceled_is_in_the_journal(trade: Trade) -> None:
    order = await trade.placed()
    await trade.cancel(order, STAFF)
    (request,) = [event for event in await trade.events(order) if event.type == "order.cancel_requested"]
    assert (request.actor.kind, request.actor.name) == (ActorKind.STAFF, "olga")


async def test_a_revoked_link_cancels_nothing(trade: Trade) -> None:
    order = await trade.placed()
    holder = await trade.link(order)
    await trade.world.store.write(lambda uow: uow.revoke_link("f" * 32, trade.world.clock.now()))
    with pytest.raises(NotFound):
        await trade.cancel(order, holder)
    with pytest.raises(NotFound):
        await quoted(trade, order, actor=holder)


async def test_a_link_that_has_run_out_cancels_nothing(trade: Trade) -> None:
    order = await trade.placed()
    holder = trade.holder(order)
    trade.world.clock.set(trade.world.clock.now() + timedelta(days=91))
    with pytest.raises(NotFound):
        await trade.cancel(order, holder)
