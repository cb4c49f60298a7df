"""Carrying out what is owed: call the partner, record what came of it as the workflow's next step, or try later."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.actions.contract import Recording
from domain.actions.parcels import PARCEL
from domain.actions.stock import EXPIRE_RESERVATION
from domain.actions.table import ACTIONS
from domain.model.actors import WORKFLOW
from domain.model.changes import Changes
from domain.model.effects import Effect, EffectStatus
from domain.model.orders import Order, TaskStatus
from domain.ports import Declined, Ports, Unavailable, UnitOfWork
from domain.services import errands
from domain.services.changing import Writing, rules_of, write
from domain.services.parcel_news import tell_workflow
from domain.services.placement_answer import answer_if_settled
from domain.services.retrying import describe, pause
from domain.workflow import engine
from domain.workflow.engine import FIRE_TIMER, Outcome, Trigger
from domain.workflow.subjects import RETURN
from domain.workflow.triggers import STOCK_EXPIRED, TASK_LATE

log = logging.getLogger(__name__)

TOGETHER = 1.0
"""Seconds that outcomes of one order wait for each other, so that they are recorded in one save."""
KNOWN = ACTIONS.keys() | {FIRE_TIMER, EXPIRE_RESERVATION}


@dataclass(frozen=True, slots=True)
class Came:
    """What came of calling: a result, or the failure that kept it from coming."""

    effect: Effect
    result: Any = None
    failure: Exception | None = None


async def carry_out(effects: Sequence[Effect], ports: Ports) -> None:
    """Each of these claimed effects was tried; its outcome is recorded, or it is due again later."""
    by_order: dict[str | None, list[Effect]] = defaultdict(list)
    for effect in effects:
        by_order[effect.order_id].append(effect)
    groups: list[Awaitable[None]] = []
    for order_id, group in by_order.items():
        if order_id is None:
            groups.extend(errands.carry_out(effect, ports) for effect in group)
        else:
            groups.append(_carry_out_of(order_id, group, ports))
    await asyncio.gather(*groups)


async def _carry_out_of(order_id: str, effects: list[Effect], ports: Ports) -> None:
    order = await _planned(order_id, effects, ports)
    if order is None:
        return
    calls = {asyncio.create_task(_call(effect, order, ports)) for effect in effects}
    try:
        while calls:
            done, calls = await asyncio.wait(calls, timeout=TOGETHER)
            if not done:
                done, calls = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
            came = sorted((call.result() for call in done), key=lambda one: effects.index(one.effect))
            await _record_all(order_id, came, ports)
    finally:
        for call in calls:
            call.cancel()


async def _planned(order_id: str, effects: list[Effect], ports: Ports) -> Order | None:
    """The order as it is; where an action notes what it is about to ask for, that is stored. None: put off."""
    planning = [effect for effect in effects if effect.action in ACTIONS and ACTIONS[effect.action].plan is not None]
    if not planning:
        return await ports.store.read(lambda reader: reader.order(order_id))

    async def work(writing: Writing) -> Order | None:
        changes = await writing.load(order_id, WORKFLOW)
        if changes is None:
            return None
        for effect in planning:
            plan = ACTIONS[effect.action].plan
            if plan is not None:
                await plan(effect, Recording(changes, writing.uow, ports, _is_late(effect, changes.order, ports)))
        return await writing.save(changes) if changes.events else changes.order

    try:
        return await write(ports, work)
    except Exception as fault:
        log.exception("what is to be asked for could not be noted", extra={"order_id": order_id})
        await _put_off(order_id, [Came(effect, failure=fault) for effect in effects], ports)
        return None


def _is_late(effect: Effect, order: Order, ports: Ports) -> bool:
    """The workflow has moved on from the visit that started this task."""
    flow = rules_of(order, ports, effect.payload.get(RETURN)).subject.flow(order)
    return effect.task is not None and not engine.running(flow, effect.task, effect.entry)


async def _call(effect: Effect, order: Order, ports: Ports) -> Came:
    action = ACTIONS.get(effect.action)
    if action is None or action.call is None:
        return Came(effect)
    patience = min(effect.timeout, ports.limits.lease / 2)
    try:
        async with asyncio.timeout(patience):
            return Came(effect, await action.call(effect, order, ports))
    except TimeoutError:
        return Came(effect, failure=Unavailable(f"no answer in {patience:g} s"))
    except Exception as failure:  # noqa: BLE001 - whatever a partner's adapter raises, it becomes an outcome
        return Came(effect, failure=failure)


async def _record_all(order_id: str, came: list[Came], ports: Ports) -> None:
    """One save for all that came. What cannot be recorded is tried again later; in the end it counts as failed."""
    try:
        await _record_together(order_id, came, ports)
    except Exception as fault:
        log.exception("outcome could not be recorded", extra={"order_id": order_id})
        await _put_off(order_id, [replace(one, failure=fault) for one in came], ports)


async def _record_together(order_id: str, came: Sequence[Came], ports: Ports) -> None:
    async def work(writing: Writing) -> None:
        changes = await writing.load(order_id, WORKFLOW)
        if changes is None:
            return
        before = changes.order
        for one in came:
            await _record(one, changes, writing)
        if changes.anything:
            await writing.save(changes)
            await answer_if_settled(before, changes.order, writing.uow)

    await write(ports, work)


async def _put_off(order_id: str, came: Sequence[Came], ports: Ports) -> None:
    """Each is due again, or has failed for good and its workflow knows; where even that fails, only staff do."""
    again = [one for one in came if one.effect.attempt < one.effect.retry.attempts]
    worn = [one for one in came if one not in again]

    async def work(uow: UnitOfWork) -> None:
        for one in again:
            await _postpone(one, ports.clock.now(), uow, ports)

    await ports.store.write(work)
    if not worn:
        return
    try:
        await _record_together(order_id, worn, ports)
    except Exception:
        log.exception("effects were given up", extra={"order_id": order_id})
        await ports.store.write(lambda uow: _give_up(worn, ports.clock.now(), uow))


async def _postpone(came: Came, now: datetime, uow: UnitOfWork, ports: Ports) -> None:
    reason = describe(came.failure) if came.failure is not None else None
    await uow.postpone_effect(came.effect, now + pause(came.effect, ports), reason)


async def _give_up(came: Sequence[Came], now: datetime, uow: UnitOfWork) -> None:
    for one in came:
        failed = _failure(one)
        await uow.finish_effect(one.effect, EffectStatus.FAILED, failed.detail if failed else None, now)


def _failure(came: Came) -> Outcome | None:
    """Why it did not come about; None if it did."""
    match came.failure:
        case None if came.effect.action not in KNOWN:
            return Outcome(TaskStatus.FAILED, "UNKNOWN_ACTION", came.effect.action)
        case None:
            return None
        case Declined():
            return Outcome(TaskStatus.FAILED, "REFUSED", str(came.failure))
        case Unavailable():
            return Outcome(TaskStatus.FAILED, "UNAVAILABLE", describe(came.failure))
        case _:
            return Outcome(TaskStatus.FAILED, "FAULT", describe(came.failure))


async def _record(came: Came, changes: Changes, writing: Writing) -> None:
    """A failure that may pass is put off, as long as there are attempts; all else is an outcome."""
    may_pass = came.failure is not None and not isinstance(came.failure, Declined)
    if may_pass and came.effect.attempt < came.effect.retry.attempts:
        await _postpone(came, changes.now, writing.uow, writing.ports)
    else:
        await _settle(came, _failure(came), changes, writing)


async def _settle(came: Came, failed: Outcome | None, changes: Changes, writing: Writing) -> None:
    """The claim is given back for good, fenced; then the facts are recorded and the workflow goes on."""
    effect = came.effect
    status = EffectStatus.FAILED if failed is not None else EffectStatus.SUCCEEDED
    if not await writing.uow.finish_effect(effect, status, failed.detail if failed else None, changes.now):
        return
    rules = rules_of(changes.order, writing.ports, effect.payload.get(RETURN))
    if effect.action == FIRE_TIMER:
        if effect.entry is not None:
            engine.fire_timer(changes, rules, effect.entry, effect.payload["after"])
        return
    if effect.action == EXPIRE_RESERVATION:
        engine.fire(changes, rules, Trigger(STOCK_EXPIRED))
        return
    late = _is_late(effect, changes.order, writing.ports)
    before = changes.version
    recording = Recording(changes, writing.uow, writing.ports, late)
    outcome = failed or await ACTIONS[effect.action].record(effect, came.result, recording)
    news = changes.version > before
    if effect.task is None:
        if news and PARCEL in effect.payload:
            tell_workflow(changes, effect.payload[PARCEL], writing.ports)
    elif late:
        if news:
            engine.fire(changes, rules, Trigger(TASK_LATE))
    else:
        engine.settle(changes, rules, effect.task, outcome)
