"""Units set aside for an order, and put back."""

from collections.abc import Sequence
from typing import Any

from domain.actions.contract import DONE, Recording, failed
from domain.model import events as e
from domain.model.effects import Effect
from domain.model.orders import Order, OrderLine, UnavailablePolicy
from domain.model.shop import Shop
from domain.model.stock import Allocation, StockLevel
from domain.policies.sourcing import source
from domain.ports import UnitOfWork
from domain.workflow.engine import Outcome, window

EXPIRE_RESERVATION = "expireReservation"
WAKE_BACKORDERS = "wakeBackorders"
BACKORDER = "backorder"


async def reserve(
    order: Order, lines: Sequence[OrderLine], shop: Shop, uow: UnitOfWork
) -> tuple[tuple[Allocation, ...], dict[str, int]]:
    """Takes whole lines, SKUs in sorted order; returns what was taken and, by line id, what is missing."""
    taken: list[Allocation] = []
    missing: dict[str, int] = {}
    levels = await uow.stock(sorted({line.sku for line in lines}))
    for line in sorted(lines, key=lambda one: (one.sku, one.id)):
        held = await _reserve_line(order, line, levels, shop, uow)
        if held:
            taken.extend(held)
        else:
            missing[line.id] = line.quantity
        levels = _less(levels, held)
    return tuple(taken), missing


async def _reserve_line(
    order: Order, line: OrderLine, levels: list[StockLevel], shop: Shop, uow: UnitOfWork
) -> tuple[Allocation, ...]:
    """All units of the line or none. A level that was overtaken since it was read is looked at once more."""
    for _ in range(3):
        wanted = source(line, [level for level in levels if level.sku == line.sku], order.country, shop)
        held: list[Allocation] = []
        for allocation in wanted:
            if not await uow.reserve(order.id, allocation, None):
                break
            held.append(allocation)
        if wanted and len(held) == len(wanted):
            return tuple(held)
        for allocation in held:
            await uow.release(order.id, allocation)
        if not wanted:
            return ()
        levels = await uow.stock([line.sku])
    return ()


def _less(levels: list[StockLevel], taken: Sequence[Allocation]) -> list[StockLevel]:
    gone = {(one.sku, one.location_id): one.quantity for one in taken}
    return [
        StockLevel(
            level.sku, level.location_id, level.on_hand, level.reserved + gone.get((level.sku, level.location_id), 0)
        )
        for level in levels
    ]


async def reserve_stock(effect: Effect, result: Any, at: Recording) -> Outcome:
    """Every line is set aside; or lines wait for stock; or, where the buyer does not wait, nothing is held."""
    if at.late:
        return DONE
    order = at.changes.order
    held = {allocation.line_id for allocation in order.allocations}
    lines = [line for line in order.lines if line.id not in held]
    if not lines:
        return DONE
    taken, missing = await reserve(order, lines, at.ports.shops.current(), at.uow)
    if missing and order.if_unavailable is UnavailablePolicy.REJECT:
        for allocation in taken:
            await at.uow.release(order.id, allocation)
        at.changes.add(e.StockLost(tuple(missing.items())))
        return failed("OUT_OF_STOCK")
    if taken:
        hold(at, taken)
    if missing:
        at.changes.add(e.StockBackordered(tuple(missing.items())))
        for line_id in missing:
            line = order.line(line_id)
            if line is not None:
                at.changes.refer(BACKORDER, line.sku)
        return failed("BACKORDERED")
    return DONE


def hold(at: Recording, taken: tuple[Allocation, ...]) -> None:
    """The units are the order's, until the shop's reservation window closes on an order that is still not confirmed."""
    sequence = at.changes.next_sequence
    at.changes.add(e.StockReserved(taken))
    now = at.changes.now
    at.changes.owe(
        Effect(
            key=f"{at.changes.order.id}:{sequence}:reservation",
            action=EXPIRE_RESERVATION,
            run_at=now + window(at.ports.shops.current(), "window:reservation"),
            created_at=now,
            order_id=at.changes.order.id,
        )
    )


async def release_stock(effect: Effect, result: Any, at: Recording) -> Outcome:
    """What was set aside is on sale again, and whoever waits for it is woken."""
    order = at.changes.order
    for line in order.lines:
        if line.backordered:
            at.changes.drop(BACKORDER, line.sku)
    if not order.allocations:
        return DONE
    for allocation in sorted(order.allocations, key=lambda one: (one.sku, one.location_id)):
        await at.uow.release(order.id, allocation)
    at.changes.add(e.StockReleased(order.allocations))
    for sku in sorted({allocation.sku for allocation in order.allocations}):
        at.changes.owe(wake_backorders(sku, f"{effect.key}:{sku}", at))
    return DONE


def wake_backorders(sku: str, key: str, at: Recording) -> Effect:
    """Whoever waits for the SKU will be looked after."""
    return Effect(
        key=key, action=WAKE_BACKORDERS, run_at=at.changes.now, created_at=at.changes.now, payload={"sku": sku}
    )
