"""The auditor of a world: what must hold of its orders and its shelves at any moment, whatever has happened."""

from collections import Counter
from dataclasses import replace

from domain.adapters.sql.store import OpenStore
from domain.model.events import Event
from domain.model.fold import fold
from domain.model.orders import Order
from domain.model.payments import PaymentStatus
from domain.policies.progress import quantities
from domain.ports import OrderFilter, Reader, SortOrders, StockFilter


async def complaints(store: OpenStore) -> list[str]:
    """Everything that is wrong; an empty list if nothing is."""

    async def read(reader: Reader) -> list[str]:
        rows = await reader.order_rows(OrderFilter(), SortOrders.OLDEST, None, 1000)
        orders = await reader.orders([row.id for row in rows.items])
        found: list[str] = []
        for order in orders.values():
            found += _of_order(order, await reader.events(order.id, 0, 10_000))
        stock = await reader.stock_page(StockFilter(), None, 1000)
        allocated: Counter[tuple[str, str]] = Counter()
        for order in orders.values():
            for one in order.allocations:
                allocated[one.sku, one.location_id] += one.quantity
        for level in stock.items:
            here = allocated.pop((level.sku, level.location_id), 0)
            if not 0 <= level.reserved <= level.on_hand:
                found.append(f"stock: {level}")
            if level.reserved != here:
                found.append(f"stock: {level} but {here} allocated")
        return found + [f"stock: {place} is allocated and stands nowhere" for place in +allocated]

    return await store.read(read)


def _of_order(order: Order, journal: list[Event]) -> list[str]:
    found = []
    if [event.sequence for event in journal] != list(range(1, order.version + 1)):
        found.append("its version is not the number of its events")
    folded: Order | None = None
    for event in journal:
        folded = fold(folded, event)
    if folded != replace(order, buyer=None):
        found.append("its snapshot is not the fold of its journal")
    for payment in order.payments:
        if not payment.refunded <= payment.captured <= payment.authorized:
            found.append(f"money: {payment}")
        if payment.status is PaymentStatus.PENDING and payment.authorized:
            found.append(f"money: {payment}")
    for line in order.lines:
        held = sum(one.quantity for one in order.allocations if one.line_id == line.id)
        gone = quantities(order, line)
        if held + gone.shipped + gone.delivered > line.quantity:
            found.append(f"line {line.id}: {held} held beside {gone}")
    return [f"order {order.id}: {what}" for what in found]
