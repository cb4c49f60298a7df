"""Slow, broken, strange."""

import asyncio
from datetime import timedelta

import pytest

from domain.model.effects import EffectStatus
from domain.model.errors import ErrorCode, Refused
from domain.model.orders import OrderStatus, TaskStatus
from domain.model.payments import PaymentStatus, RiskLevel
from domain.policies.progress import fulfillment_status
from tests.domain.services.placing.ordering import codes
from tests.trade import Trade


async def test_what_is_still_running_when_the_caller_has_waited_enough_is_pending_without_an_error(
    trade: Trade,
) -> None:
    gate = trade.world.payments.gate = asyncio.Event()
    placing = asyncio.create_task(trade.place())
    await trade.until(lambda: trade.world.payments.waiting == 1)
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=2))
    placement = await placing
    assert placement.refusals == ()
    assert placement.order.flow.status is OrderStatus.PENDING
    gate.set()
    await trade.world.settle()
    order = await trade.now(placement.order)
    assert trade.is_in(order, "scheduled")


@pytest.mark.parametrize("fault", ["down", "drop"])
async def test_a_gateway_that_does_not_answer_is_asked_again_with_the_same_key(trade: Trade, fault: str) -> None:
    setattr(trade.world.payments, fault, 2)
    order = (await trade.patiently(trade.place())).order
    assert order.flow.status is OrderStatus.PENDING
    await trade.world.wait(timedelta(minutes=1))
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    asked = trade.world.payments.keys("authorize")
    assert (len(asked), len(set(asked))) == (3, 1)
    assert trade.world.payments.held == {"pi_1": order.total}


async def test_retries_wait_longer_each_time_and_not_all_alike(trade: Trade) -> None:
    trade.world.payments.down = 3
    order = (await trade.patiently(trade.place())).order
    waits, tried_at = [], order.placed_at
    for _ in range(3):
        (effect,) = [one for one in await trade.effects(order) if one.action == "authorizePayment"]
        assert (effect.status, effect.failure) == (EffectStatus.PENDING, "Unavailable: down")
        waits.append((effect.run_at - tried_at).total_seconds())
        tried_at = max(effect.run_at, trade.world.clock.now())
        trade.world.clock.set(tried_at)
        await trade.world.settle()
    assert 1 <= waits[0] <= 2 <= waits[1] <= 4 <= waits[2] <= 8
    assert len(set(waits)) == 3


async def test_a_gateway_that_stays_silent_leaves_the_order_to_a_person(trade: Trade) -> None:
    trade.world.payments.down = 99
    order = (await trade.patiently(trade.place())).order
    await trade.world.wait(timedelta(minutes=10))
    order = await trade.now(order)
    assert (order.flow.status, trade.is_in(order, "inReview")) == (OrderStatus.ON_HOLD, True)
    (effect,) = [one for one in await trade.effects(order) if one.action == "authorizePayment"]
    assert (effect.status, effect.attempt, effect.failure) == (EffectStatus.FAILED, 6, "Unavailable: down")
    trade.world.payments.down = 0
    order = await trade.fire(order, "payment.retry")
    assert trade.is_in(order, "scheduled")


async def test_a_hold_of_another_amount_is_looked_at_by_a_person(trade: Trade) -> None:
    trade.world.payments.wrong_by = -1
    order = (await trade.place()).order
    assert (order.flow.status, trade.is_in(order, "inReview")) == (OrderStatus.ON_HOLD, True)
    assert order.payments[0].authorized == order.total - 1
    assert [task.code for task in order.flow.tasks] == []
    settled = [event.data for event in await trade.events(order) if event.type == "task.settled"]
    assert "WRONG_AMOUNT" in repr(settled)
    order = await trade.fire(order, "staff.approve")
    assert trade.is_in(order, "awaitingPayment"), "too little is no payment, whoever approves of it"


async def test_never_more_is_taken_than_was_agreed(trade: Trade) -> None:
    trade.world.payments.wrong_by = 1
    order = (await trade.place()).order
    assert trade.is_in(order, "inReview")
    order = await trade.fire(order, "staff.approve")
    order = await trade.delivered(order)
    assert trade.is_in(order, "delivered")
    assert trade.world.payments.taken == {"pi_1": order.total}


async def test_an_elevated_risk_holds_the_order_until_a_person_has_looked(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_riskLevelElevated")).order
    assert (order.flow.status, trade.is_in(order, "inReview")) == (OrderStatus.ON_HOLD, True)
    assert order.payments[0].risk is not None
    assert order.payments[0].risk.level is RiskLevel.HIGH
    assert fulfillment_status(order) == "ON_HOLD"
    order = await trade.fire(order, "staff.approve")
    assert trade.is_in(order, "scheduled")


async def test_a_rejected_order_gives_everything_back(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_riskLevelElevated")).order
    order = await trade.fire(order, "staff.reject", note="stolen card")
    assert order.flow.status is OrderStatus.CANCELED
    assert order.payments[0].status is PaymentStatus.VOIDED
    assert (await trade.level(), trade.world.payments.held) == ((10, 0), {})


async def test_outcomes_do_not_wait_for_a_slow_one_for_ever(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.services.effects.TOGETHER", 0.01)
    gate = trade.world.payments.gate = asyncio.Event()
    order = (await trade.patiently(trade.place())).order
    gate.set()
    assert [task.name for task in order.flow.tasks if task.status is TaskStatus.RUNNING] == ["payment"]
    assert await trade.level() == (10, 1)


async def test_a_card_number_anywhere_is_refused_and_nothing_is_stored(trade: Trade) -> None:
    with pytest.raises(Refused) as refused:
        await trade.place(note="4111 1111 1111 1111")
    assert codes(refused.value.refusals) == [(ErrorCode.CARD_DATA_REFUSED, ("note",))]
    assert "4111" not in str(refused.value)
    assert await trade.orders() == []
