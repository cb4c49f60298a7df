"""In every state."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.model.effects import EffectStatus
from domain.model.orders import Order, OrderStatus, UnavailablePolicy
from domain.model.shipments import PreparationStatus
from tests.domain.services.cancellations.calling_off import quoted, refused, scheduled, shipped
from tests.trade import Trade


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
