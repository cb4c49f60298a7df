"""Doing a thing once: the same key and input is the same thing, however often, however many at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.model.actors import ANONYMOUS, Actor, ActorKind
from domain.model.commands import AdjustStock, LineRequest
from domain.model.errors import ErrorCode, IdempotencyConflict, Refused
from domain.model.orders import OrderStatus
from domain.services.crews import run_due
from domain.services.orders import place_order
from domain.services.stock import adjust_stock
from tests.trade import HOME, Trade
from tests.world import STAFF


async def test_the_same_key_and_input_is_the_same_order_as_it_is_now(trade: Trade) -> None:
    cart = trade.cart()
    first = await trade.place(cart)
    await trade.world.settle()
    await trade.handed_over(await trade.now(first.order))
    again = await trade.place(cart)
    assert (again.order.id, again.token, again.refusals) == (first.order.id, first.token, first.refusals)
    assert trade.is_in(again.order, "shipped"), "its fields are as they are now"
    assert len(await trade.orders()) == 1
    assert len(trade.world.payments.keys("authorize")) == 1


async def test_a_decline_is_answered_again_although_the_order_was_paid_since(trade: Trade) -> None:
    cart = trade.cart(token="nope")
    first = await trade.place(cart)
    await trade.fire(first.order, "payment.retry")
    again = await trade.place(cart)
    assert [refusal.code for refusal in again.refusals] == [ErrorCode.PAYMENT_DECLINED]
    assert again.refusals == first.refusals


async def test_an_order_that_was_sold_out_meanwhile_is_answered_again_at_once(trade: Trade) -> None:
    held = trade.hold_back()
    cart = trade.cart()
    placing = asyncio.create_task(trade.place(cart))
    await held.something()
    await trade.adjust("MUG", -10)
    held.let_go()
    first = await placing
    before = trade.world.clock.now()
    again = await trade.place(cart)
    assert again.refusals == first.refusals
    assert [refusal.code for refusal in again.refusals] == [ErrorCode.OUT_OF_STOCK]
    assert trade.world.clock.now() == before, "nobody had to wait for it"


@pytest.mark.parametrize(
    "other",
    [
        {"lines": (LineRequest("MUG", 2),)},
        {"lines": (LineRequest("TEE", 1),)},
        {"email": "other@example.org"},
        {"note": "quickly"},
        {"shipping_address": replace(HOME, address2="back yard")},
        {"expected_total": Decimal("24.80")},
        {"lines": ()},
    ],
)
async def test_another_input_under_the_same_key_is_a_conflict(trade: Trade, other: dict[str, object]) -> None:
    cart = trade.cart()
    await trade.place(cart)
    with pytest.raises(IdempotencyConflict) as caught:
        await trade.place(replace(cart, **other))  # type: ignore[arg-type]
    (refusal,) = caught.value.refusals
    assert (refusal.code, refusal.field) == (ErrorCode.IDEMPOTENCY_CONFLICT, ("idempotencyKey",))
    assert len(await trade.orders()) == 1


async def test_an_amount_is_the_same_however_it_is_written(trade: Trade) -> None:
    cart = trade.cart(expected_total=Decimal("24.8"))
    first = await trade.place(cart)
    again = await trade.place(replace(cart, expected_total=Decimal("24.800")))
    assert again.order.id == first.order.id


async def test_a_refusal_does_not_use_the_key_up(trade: Trade) -> None:
    cart = trade.cart(quantity=11)
    for _ in range(2):
        with pytest.raises(Refused):
            await trade.place(cart)
    await trade.stocked(MUG=1)
    assert (await trade.place(cart)).order.flow.status is OrderStatus.CONFIRMED


async def test_fifty_at_once_are_one_order(trade: Trade) -> None:
    cart = trade.cart()
    placements = await asyncio.gather(*(trade.place(cart) for _ in range(50)))
    assert len({placement.order.id for placement in placements}) == 1
    assert len({placement.token for placement in placements}) == 1
    assert {placement.refusals for placement in placements} == {()}
    assert all(placement.order.flow.status is OrderStatus.CONFIRMED for placement in placements)
    assert (len(await trade.orders()), await trade.level()) == (1, (10, 1))
    assert len(trade.world.payments.keys("authorize")) == 1


async def test_fifty_at_once_are_declined_alike(trade: Trade) -> None:
    cart = trade.cart(token="nope")
    placements = await asyncio.gather(*(trade.place(cart) for _ in range(50)))
    assert len({(placement.order.id, placement.refusals) for placement in placements}) == 1
    assert placements[0].refusals != ()


async def test_a_second_call_waits_for_the_first(trade: Trade) -> None:
    held = trade.hold_back()
    cart = trade.cart(token="nope")
    first = asyncio.create_task(trade.place(cart))
    await held.something()
    second = asyncio.create_task(trade.place(cart))
    await asyncio.sleep(0)
    assert not second.done()
    held.let_go()
    answers = await asyncio.gather(first, second)
    assert answers[0].refusals == answers[1].refusals != ()


async def test_whose_first_caller_died_is_answered_all_the_same(trade: Trade) -> None:
    """The process is gone between its commit and its first effect: a worker carries on, and nobody waits for ever."""
    trade.hold_back()
    cart = trade.cart()
    placing = asyncio.create_task(place_order(cart, ANONYMOUS, trade.world.ports))
    await trade.until(lambda: len(trade.world.payments.asked) == 0)
    for _ in range(20):
        await asyncio.sleep(0)
    placing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await placing
    repeating = asyncio.create_task(trade.place(cart))
    await asyncio.sleep(0)
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=3))
    again = await repeating
    assert (again.order.flow.status, again.refusals) == (OrderStatus.PENDING, ())
    trade.world.change(begin=trade.world.crew.begin)
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=trade.world.ports.limits.lease))
    assert await run_due(trade.world.ports) == 3
    await trade.world.settle()
    later = await trade.place(cart)
    assert later.order.id == again.order.id
    assert trade.is_in(later.order, "scheduled")


async def test_a_key_is_kept_for_a_day(trade: Trade) -> None:
    cart = trade.cart()
    first = await trade.place(cart)
    trade.world.clock.set(trade.world.clock.now() + timedelta(hours=24) - timedelta(seconds=1))
    assert (await trade.place(cart)).order.id == first.order.id
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=2))
    assert (await trade.place(cart)).order.id != first.order.id


async def test_keys_of_different_people_are_different_keys(trade: Trade) -> None:
    cart = trade.cart()
    orders = [
        (await trade.place(cart, actor)).order.id
        for actor in (ANONYMOUS, STAFF, Actor(ActorKind.CUSTOMER, "c1"), Actor(ActorKind.CUSTOMER, "c2"))
    ]
    assert len(set(orders)) == 4


async def test_a_key_of_one_thing_is_no_key_of_another(trade: Trade) -> None:
    order = await trade.placed()
    moved = await trade.cancel(order, STAFF, key="same")
    level = await adjust_stock(AdjustStock("same", "MUG", "hamburg", 1, "count"), STAFF, trade.world.ports)
    assert (moved.flow.status, level.on_hand) == (OrderStatus.CANCELED, 11)


# ------------------------------------------------------------------ every other command


async def test_stock_is_counted_once_however_often_it_is_said(trade: Trade) -> None:
    command = AdjustStock("k", "MUG", "hamburg", 5, "delivery")
    levels = [await adjust_stock(command, STAFF, trade.world.ports) for _ in range(3)]
    assert [level.on_hand for level in levels] == [15, 15, 15]
    with pytest.raises(IdempotencyConflict):
        await adjust_stock(replace(command, delta=6), STAFF, trade.world.ports)


async def test_a_parcel_is_added_once(trade: Trade) -> None:
    order = await trade.placed(quantity=3)
    _, first = await trade.ship(order, key="k")
    _, again = await trade.ship(order, key="k")
    assert first == again
    assert await trade.level() == (9, 2)
    with pytest.raises(IdempotencyConflict):
        await trade.ship(order, 2, key="k")


async def test_a_trigger_is_fired_once(trade: Trade) -> None:
    order = await trade.placed(token="nope")
    await trade.fire(order, "payment.retry", key="k")
    await trade.fire(order, "payment.retry", key="k")
    assert len(trade.world.payments.keys("authorize")) == 2, "when it was placed, and once more"


async def test_an_order_is_canceled_once_and_says_so_again(trade: Trade) -> None:
    order = await trade.placed()
    first = await trade.cancel(order, key="k")
    again = await trade.cancel(order, key="k")
    assert first.flow.status is again.flow.status is OrderStatus.CANCELED
    with pytest.raises(Refused) as caught:
        await trade.cancel(order, key="other")
    assert caught.value.refusals[0].code is ErrorCode.ALREADY_CANCELED


@pytest.mark.parametrize("key", ["", " ", "k" * 256, "\x00", "\ud800"])
async def test_a_key_is_usable_text(trade: Trade, key: str) -> None:
    with pytest.raises(Refused) as caught:
        await adjust_stock(AdjustStock(key, "MUG", "hamburg", 5, "delivery"), STAFF, trade.world.ports)
    assert caught.value.refusals[0].field == ("idempotencyKey",)


async def test_a_key_is_no_card_number(trade: Trade) -> None:
    with pytest.raises(Refused) as caught:
        await adjust_stock(AdjustStock("4111111111111111", "MUG", "hamburg", 5, "x"), STAFF, trade.world.ports)
    assert caught.value.refusals[0].code is ErrorCode.CARD_DATA_REFUSED
