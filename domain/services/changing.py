"""How every change is made: load, decide, save in one transaction; then whoever waits is woken.

Effects that are due at once are claimed by the process that owes them, in the same transaction, and carried out
beside the caller as soon as it is committed. If the process dies, their lease runs out and a worker takes them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from domain.model.actors import Actor
from domain.model.changes import Changes
from domain.model.effects import Effect, EffectStatus
from domain.model.events import Event, ShipmentPlanned
from domain.model.orders import Order
from domain.ports import EFFECTS, Ports, UnitOfWork
from domain.workflow.engine import FIRE_TIMER, Rules
from domain.workflow.subjects import THE_ORDER, Subject, TheReturn

T = TypeVar("T")
READ_EVENT = "readEvent"
ANNOUNCE = "announce"


class Writing:
    """One transaction of a use case: remembers what it touched, so that the right ears hear of it after the commit."""

    def __init__(self, uow: UnitOfWork, ports: Ports) -> None:
        self.uow = uow
        self.ports = ports
        self.saved: dict[str, Order] = {}
        self.mine: list[Effect] = []

    async def load(self, order_id: str, actor: Actor) -> Changes | None:
        """The order, locked, ready to be changed by `actor`; None if there is none."""
        order = await self.uow.order(order_id)
        return None if order is None else Changes(order, actor.ref, self.ports.clock.now())

    async def save(self, changes: Changes) -> Order:
        """Everything in `changes` is part of this transaction."""
        if ANNOUNCE in self.ports.errands:
            changes.effects += [announcement(event) for event in changes.events if event.public]
        changes.effects = [self._claimed(effect, changes) for effect in changes.effects]
        order = await self.uow.save(changes)
        for entry in changes.left_entries:
            await self.uow.cancel_effects(order.id, entry, changes.now)
        for name in waited_for(changes):
            await self._rejoin(name, changes)
        self.saved[order.id] = order
        return order

    async def _rejoin(self, name: str, changes: Changes) -> None:
        """Events that came before what they are about are read once more."""
        for provider, event_id in await self.uow.unpark(name):
            await self.owe([read_again(provider, event_id, f"{changes.order.id}:{changes.version}", changes.now)])

    async def owe(self, effects: list[Effect]) -> None:
        """Effects that belong to no order, due at once."""
        claimed = [self._claim(effect) for effect in effects]
        await self.uow.owe(claimed)
        self.mine.extend(claimed)

    def _claimed(self, effect: Effect, changes: Changes) -> Effect:
        if effect.run_at > changes.now or effect.action == FIRE_TIMER:
            return effect
        claimed = self._claim(effect)
        self.mine.append(claimed)
        return claimed

    def _claim(self, effect: Effect) -> Effect:
        return replace(
            effect,
            status=EffectStatus.RUNNING,
            owner=self.ports.worker_id,
            attempt=1,
            run_at=self.ports.clock.now() + timedelta(seconds=self.ports.limits.lease),
        )


def waited_for(changes: Changes) -> list[str]:
    """The names under which early events may wait for what this save brings into the world."""
    names = [f"{one.kind}:{one.value}" for one in changes.references if one.kind in ("tracking", "payment")]
    planned = (event.data.shipment.id for event in changes.events if isinstance(event.data, ShipmentPlanned))
    return names + [f"shipment:{changes.order.id}/{shipment_id}" for shipment_id in planned]


def announcement(event: Event) -> Effect:
    """The effect that tells people of an event; it is no task of the order's, and changes nothing about it."""
    return Effect(
        key=f"{event.order_id}:{event.sequence}:{ANNOUNCE}",
        action=ANNOUNCE,
        run_at=event.recorded_at,
        created_at=event.recorded_at,
        payload={"order": event.order_id, "sequence": str(event.sequence), "type": event.type},
    )


def read_again(provider: str, event_id: str, occasion: str, now: datetime) -> Effect:
    """The effect that reads a received event; `occasion` makes its key unique."""
    return Effect(
        key=f"inbox:{provider}:{event_id}:{occasion}",
        action=READ_EVENT,
        run_at=now,
        created_at=now,
        payload={"provider": provider, "event_id": event_id},
    )


def rules_of(order: Order, ports: Ports, return_id: str | None = None) -> Rules:
    """What decides about this order, or about a return of it: the definition it began with, the shop as it is."""
    subject: Subject = TheReturn(return_id) if return_id is not None else THE_ORDER
    flow = subject.flow(order)
    return Rules(ports.workflows.get(flow.workflow, flow.version), ports.shops.current(), ports.conditions, subject)


async def write(ports: Ports, work: Callable[[Writing], Awaitable[T]]) -> T:
    """`work` is committed and durable, what it owes at once is begun, and those who watch its orders are woken."""
    last: list[Writing] = []

    async def one_try(uow: UnitOfWork) -> T:
        last[:] = [Writing(uow, ports)]
        return await work(last[0])

    result = await ports.store.write(one_try)
    writing = last[0]
    ports.fault("after_commit")
    if writing.mine:
        ports.begin(writing.mine)
    if writing.saved:
        await ports.feed.publish([*writing.saved, EFFECTS])
    return result
