"""Units that the order waits for, holds, loses and lets go."""

from dataclasses import replace

from domain.model import events as e
from domain.model.folds.contract import Folds
from domain.model.orders import Order


def _reserved(order: Order, data: e.StockReserved, event: e.Event) -> Order:
    held = {allocation.line_id for allocation in data.allocations}
    lines = tuple(replace(line, backordered=0) if line.id in held else line for line in order.lines)
    return replace(order, lines=lines, allocations=order.allocations + data.allocations)


def _backordered(order: Order, data: e.StockBackordered, event: e.Event) -> Order:
    waiting = dict(data.lines)
    lines = tuple(replace(line, backordered=waiting.get(line.id, line.backordered)) for line in order.lines)
    return replace(order, lines=lines)


def _released(order: Order, data: e.StockReleased | e.StockShipped, event: e.Event) -> Order:
    gone: dict[tuple[str, str], int] = {}
    for one in data.allocations:
        gone[one.line_id, one.location_id] = gone.get((one.line_id, one.location_id), 0) + one.quantity
    kept = []
    for allocation in order.allocations:
        less = min(gone.get((allocation.line_id, allocation.location_id), 0), allocation.quantity)
        if less:
            gone[allocation.line_id, allocation.location_id] -= less
        if allocation.quantity > less:
            kept.append(replace(allocation, quantity=allocation.quantity - less))
    return replace(order, allocations=tuple(kept))


def _lost(order: Order, data: e.StockLost, event: e.Event) -> Order:
    return replace(order, stock_lost=data.lines)


FOLDS: Folds = {
    e.StockReserved: _reserved,
    e.StockBackordered: _backordered,
    e.StockLost: _lost,
    e.StockReleased: _released,
    e.StockShipped: _released,
}
