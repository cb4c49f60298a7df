"""Carrying out what is owed: whoever has the claim, once, and nothing is lost when they fall."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from domain.actions.contract import Action
from domain.actions.table import ACTIONS
from domain.model.commands import AdjustStock
from domain.model.effects import Effect, EffectStatus
from domain.model.orders import Order, OrderStatus, TaskStatus
from domain.ports import Ports
from domain.services.crews import Crew, EffectWorker, run_due
from domain.services.stock import adjust_stock
from tests.trade import Trade
from tests.world import STAFF


async def abandoned(trade: Trade) -> Order:
    """It was stored, and then its process died before it began with any of what it owes."""
    trade.hold_back()
    placing = asyncio.create_task(trade.place())
    await asyncio.sleep(0.02)
    placing.cancel()
    (order,) = await trade.orders()
    return order


def elsewhere(trade: Trade, name: str = "there") -> Ports:
    """Another process on the same store."""
    crew = Crew()
    ports = replace(trade.world.ports, worker_id=name, begin=crew.begin)
    crew.serve(ports)
    return ports


async def open_tasks(trade: Trade, order: Order) -> dict[str, Effect]:
    return {effect.task: effect for effect in await trade.effects(order) if effect.task is not None}


# ------------------------------------------------------------------ claims


async def test_what_is_owed_at_once_is_claimed_by_who_owes_it(trade: Trade) -> None:
    order = await abandoned(trade)
    effects = await open_tasks(trade, order)
    assert {(one.status, one.owner, one.attempt) for one in effects.values()} == {(EffectStatus.RUNNING, "here", 1)}
    assert await run_due(elsewhere(trade)) == 0


async def test_what_a_dead_process_held_is_taken_over_when_its_lease_ends(trade: Trade) -> None:
    order = await abandoned(trade)
    there = elsewhere(trade)
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=30))
    assert await run_due(there) == 3
    order = await trade.now(order)
    assert order.flow.status is OrderStatus.CONFIRMED
    effects = await trade.effects(order)
    done = [effect for effect in effects if effect.task in ("stock", "payment", "risk")]
    assert {(one.status, one.owner, one.attempt) for one in done} == {(EffectStatus.SUCCEEDED, "there", 2)}


async def test_who_lost_the_claim_records_nothing(trade: Trade) -> None:
    """The first is only slow: its answer comes when another has taken over, and counts once."""
    gate = trade.world.payments.gate = asyncio.Event()
    placing = asyncio.create_task(trade.place())
    await trade.until(lambda: trade.world.payments.waiting == 1)
    trade.world.payments.gate = None
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=30))
    assert await run_due(elsewhere(trade)) == 3
    (order,) = await trade.orders()
    assert order.flow.status is OrderStatus.CONFIRMED
    gate.set()
    await placing
    await trade.world.settle()
    types = await trade.types(order)
    for once in ("stock.reserved", "payment.authorized", "risk.assessed", "shipment.planned"):
        assert types.count(once) == 1
    assert set(trade.world.payments.keys("authorize")) == {f"{order.id}:2:payment"}
    assert await trade.level() == (10, 1)


async def test_of_two_workers_each_effect_has_one(trade: Trade) -> None:
    for _ in range(5):
        await abandoned_once_more(trade)
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=30))
    counts = await asyncio.gather(run_due(elsewhere(trade, "one")), run_due(elsewhere(trade, "two")))
    assert sum(counts) == 15
    for order in await trade.orders():
        assert order.flow.status is OrderStatus.CONFIRMED
    assert len(trade.world.payments.keys("authorize")) == 5


async def abandoned_once_more(trade: Trade) -> None:
    trade.hold_back()
    placing = asyncio.create_task(trade.place())
    await asyncio.sleep(0.02)
    placing.cancel()


# ------------------------------------------------------------------ failures


async def test_what_cannot_be_recorded_is_tried_again_and_then_left_to_people(
    trade: Trade, caplog: pytest.LogCaptureFixture
) -> None:
    """A condition that fails for this order: nothing of it is stored, and somebody is told."""

    class Broken:
        def compile(self, *_: object) -> Any:
            raise RuntimeError("no such language")

    sound = trade.world.ports.conditions
    trade.world.change(conditions=Broken())
    order = (await trade.patiently(trade.place())).order
    await trade.world.wait(timedelta(minutes=10))
    payment = (await open_tasks(trade, order))["payment"]
    assert (payment.status, payment.attempt, payment.failure) == (EffectStatus.FAILED, 6, "RuntimeError")
    assert "outcome could not be recorded" in caplog.text
    assert order.id in {getattr(record, "order_id", None) for record in caplog.records}
    trade.world.change(conditions=sound)
    await trade.world.wait(timedelta(hours=2))
    assert (await trade.now(order)).flow.status is OrderStatus.CANCELED, "its state has a timer"


async def test_a_task_whose_outcome_can_never_be_recorded_has_failed_and_its_workflow_goes_on(
    trade: Trade, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: object) -> Any:
        raise RuntimeError("cannot be written down")

    monkeypatch.setitem(ACTIONS, "planFulfillment", Action(never))
    order = await trade.placed()
    await trade.world.wait(timedelta(hours=1))
    order = await trade.now(order)
    assert trade.is_in(order, "inReview")
    plan = (await open_tasks(trade, order))["plan"]
    assert (plan.status, plan.failure) == (EffectStatus.FAILED, "RuntimeError")
    assert "outcome could not be recorded" in caplog.text


async def test_a_failure_tells_staff_its_kind_and_never_what_somebody_typed(trade: Trade) -> None:
    class Indiscreet:
        async def authorize(self, *_: object) -> Any:
            raise ValueError("ada@example.org")

    trade.world.change(payments={"stripe": cast(Any, Indiscreet())})
    order = (await trade.patiently(trade.place())).order
    effect = (await open_tasks(trade, order))["payment"]
    assert effect.failure == "ValueError"


async def test_a_call_that_hangs_is_given_up_before_its_claim_ends(trade: Trade) -> None:
    trade.world.change(limits=replace(trade.world.ports.limits, lease=0.1))
    trade.world.payments.gate = asyncio.Event()
    order = (await trade.patiently(trade.place())).order
    await asyncio.sleep(0.1)
    effect = (await open_tasks(trade, order))["payment"]
    assert (effect.status, effect.failure) == (EffectStatus.PENDING, "Unavailable: no answer in 0.05 s")
    trade.world.payments.gate = None


async def test_an_action_that_this_release_does_not_know_fails_its_task(trade: Trade) -> None:
    order = await abandoned(trade)
    await trade.world.store.write(
        lambda uow: uow.owe([Effect("odd", "teleport", trade.world.clock.now(), trade.world.clock.now(), order.id)])
    )
    assert await run_due(elsewhere(trade)) == 1
    (odd,) = [effect for effect in await trade.effects(order) if effect.key == "odd"]
    assert (odd.status, odd.failure) == (EffectStatus.FAILED, "teleport")


async def test_a_task_fails_alone_and_the_others_are_recorded(trade: Trade) -> None:
    trade.world.payments.down = 1
    order = (await trade.patiently(trade.place())).order
    statuses = {task.name: task.status for task in order.flow.tasks}
    assert statuses == {
        "stock": TaskStatus.SUCCEEDED,
        "payment": TaskStatus.RUNNING,
        "risk": TaskStatus.SUCCEEDED,
    }


# ------------------------------------------------------------------ the worker


class Slow:
    """A gateway that begins and ends when it is told to."""

    def __init__(self, trade: Trade) -> None:
        self.gateway = trade.world.payments
        self.gateway.gate = asyncio.Event()

    async def begun(self) -> None:
        async with asyncio.timeout(5):
            while not self.gateway.waiting:
                await asyncio.sleep(0.01)

    def end(self) -> None:
        assert self.gateway.gate is not None
        self.gateway.gate.set()


async def test_a_worker_finishes_what_it_holds_before_it_ends(trade: Trade) -> None:
    slow = Slow(trade)
    order = await abandoned(trade)
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=30))
    working = asyncio.create_task(EffectWorker(elsewhere(trade)).run())
    await slow.begun()
    working.cancel()
    await asyncio.sleep(0.05)
    assert not working.done()
    slow.end()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert (await trade.now(order)).flow.status is OrderStatus.CONFIRMED


async def test_a_partner_who_does_not_answer_holds_up_nobody_elses_order(trade: Trade) -> None:
    await trade.placed(token="nope")
    slow = Slow(trade)
    await abandoned_once_more(trade)
    working = asyncio.create_task(EffectWorker(elsewhere(trade)).run())
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=30))
    await slow.begun()
    trade.world.clock.set(trade.world.clock.now() + timedelta(hours=2))
    await trade.world.ports.feed.publish(["effects"])
    unpaid = (await trade.orders())[0]
    async with asyncio.timeout(5):
        while (await trade.now(unpaid)).flow.status is not OrderStatus.CANCELED:
            await asyncio.sleep(0.01)
    slow.end()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working


async def test_a_worker_is_woken_when_something_is_owed_and_when_it_falls_due(trade: Trade) -> None:
    held = trade.hold_back()
    ports = replace(elsewhere(trade), limits=replace(trade.world.ports.limits, poll=60.0))
    working = asyncio.create_task(EffectWorker(ports).run())
    await asyncio.sleep(0.02)
    order = await abandoned(trade)
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=30))
    await adjust_stock(AdjustStock("k", "MUG", "hamburg", -1, "x"), STAFF, trade.world.ports)
    await trade.world.ports.feed.publish(["effects"])
    async with asyncio.timeout(5):
        while not (await trade.now(order)).allocations:
            await asyncio.sleep(0.01)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    held.let_go()


async def test_a_worker_whose_store_fails_says_so(trade: Trade) -> None:
    class Lost:
        async def write(self, _: object) -> Any:
            raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        await EffectWorker(replace(trade.world.ports, store=cast(Any, Lost()))).run()


# ------------------------------------------------------------------ the crew


async def test_a_crew_without_ports_refuses_to_begin() -> None:
    with pytest.raises(RuntimeError):
        Crew().begin([])


async def test_a_crew_leaves_what_it_cannot_do_to_the_lease(trade: Trade, caplog: pytest.LogCaptureFixture) -> None:
    class Lost:
        async def read(self, _: object) -> Any:
            raise ConnectionError("gone")

    crew = Crew()
    crew.serve(replace(trade.world.ports, store=cast(Any, Lost())))
    order = await abandoned(trade)
    effects: Sequence[Effect] = list((await open_tasks(trade, order)).values())
    crew.begin(effects)
    await crew.drain(5)
    assert "left to their lease" in caplog.text
    assert {one.status for one in (await open_tasks(trade, order)).values()} == {EffectStatus.RUNNING}


async def test_a_crew_does_not_begin_what_is_not_its_own_any_more(trade: Trade) -> None:
    order = await abandoned(trade)
    effects = list((await open_tasks(trade, order)).values())
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=31))
    trade.world.crew.begin(effects)
    await trade.world.crew.drain(5)
    assert trade.world.payments.asked == []


async def test_draining_gives_up_after_its_time(trade: Trade) -> None:
    slow = Slow(trade)
    placing = asyncio.create_task(trade.place())
    await slow.begun()
    await trade.world.crew.drain(0.01)
    slow.end()
    await placing
