"""Effects that belong to no single order: a received event to be read, stock to be offered to those who wait."""

from domain.actions.contract import Recording
from domain.actions.stock import BACKORDER, WAKE_BACKORDERS, hold, reserve
from domain.model.actors import WORKFLOW
from domain.model.effects import Effect, EffectStatus
from domain.ports import Errand, Ports
from domain.services.changing import READ_EVENT, Writing, rules_of, write
from domain.services.claiming import CLAIM_ORDERS, claim_orders
from domain.services.inbox import read_event
from domain.services.retrying import describe, pause
from domain.workflow import engine
from domain.workflow.engine import Trigger
from domain.workflow.triggers import STOCK_ARRIVED

AT_ONCE = 20


async def carry_out(effect: Effect, ports: Ports) -> None:
    """The errand is done and finished in its own transaction, or due again later; a fault is never silent."""
    try:
        errand = ERRANDS.get(effect.action) or ports.errands[effect.action]
        await errand(effect, ports)
    except Exception as failure:  # noqa: BLE001 - a fault of any kind is tried again, then left to people
        reason = describe(failure)
        now = ports.clock.now()
        if effect.attempt < effect.retry.attempts:
            again = now + pause(effect, ports)
            await ports.store.write(lambda uow: uow.postpone_effect(effect, again, reason))
        else:
            await ports.store.write(lambda uow: uow.finish_effect(effect, EffectStatus.FAILED, reason, now))


async def wake_backorders(effect: Effect, ports: Ports) -> None:
    """Orders that wait for the SKU have their stock, oldest first, as far as it goes; nobody overtakes."""
    sku = effect.payload["sku"]

    async def work(writing: Writing) -> bool:
        waiting = await writing.uow.waiting_for(sku, AT_ONCE)
        for order_id in waiting:
            if not await _serve(order_id, sku, writing):
                break
        else:
            if len(waiting) == AT_ONCE:
                return False
        await writing.uow.finish_effect(effect, EffectStatus.SUCCEEDED, None, ports.clock.now())
        return True

    while not await write(ports, work):
        pass


async def _serve(order_id: str, sku: str, writing: Writing) -> bool:
    """The waiting order has what it waited for of this SKU, and goes on if that was all; False if too little is there.

    An order that waits for other things as well keeps what it has, so that those behind it need not wait with it.
    """
    changes = await writing.load(order_id, WORKFLOW)
    if changes is None:
        return True
    waiting = [line for line in changes.order.lines if line.backordered and line.sku == sku]
    taken, missing = await reserve(changes.order, waiting, writing.ports.shops.current(), writing.uow)
    if taken:
        hold(Recording(changes, writing.uow, writing.ports, late=False), taken)
    if not missing:
        changes.drop(BACKORDER, sku)
    if taken and not any(line.backordered for line in changes.order.lines):
        engine.fire(changes, rules_of(changes.order, writing.ports), Trigger(STOCK_ARRIVED))
    await writing.save(changes)
    return not missing


ERRANDS: dict[str, Errand] = {
    WAKE_BACKORDERS: wake_backorders,
    READ_EVENT: read_event,
    CLAIM_ORDERS: claim_orders,
}
