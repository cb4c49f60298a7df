"""The demo shop, made in the order in which it happened: opened six weeks ago, and lived through up to now."""

import asyncio
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from domain.model.commands import AdjustStock
from domain.ports import Ports
from domain.services.customers import upsert_customers
from domain.services.products import upsert_products
from domain.services.stock import adjust_stock
from gateway.demo.acts import OPERATIONS, WAREHOUSE, StoryBroken
from gateway.demo.agenda import agenda
from gateway.demo.catalogue import CURRENCIES, first_stock, people, product_entries
from gateway.demo.moments import Times
from gateway.demo.passing import Passing, SetClock
from gateway.demo.past import PastWarehouse, PaymentsUntil, WarehouseUntil, all_payments
from gateway.demo.summary import Summary, summarize
from gateway.demo.table import LIVE_SINCE

OPENED = timedelta(days=42)
PAST = timedelta(days=21)
"""What was placed before that many days stays with the payment provider of the past."""


async def build(ports: Ports, set_clock: SetClock, now: datetime, *, partners_running: bool = False) -> Summary:
    """The empty store holds the demo shop, as if it had been open for six weeks; `set_clock` sets `ports.clock`.

    All by the use cases that serve the public, with partners of the past. `partners_running` says that the programs
    behind `ports.payments` and `ports.warehouse` answer: then what was ordered in the last three weeks is paid at that
    provider, so that it can be captured and paid back after the start, and the newest order is in that warehouse's
    hands and goes on by itself. Other orders that wait in the past's warehouse stay there, until somebody cancels them.
    Raises: StoryBroken.
    """
    payments, warehouse = all_payments(ports.clock, ports.payments), PastWarehouse()
    placed = Times(now, ZoneInfo(ports.shops.current().time_zone)).placed
    passing = Passing(
        ports,
        set_clock,
        {name: PaymentsUntil(now - PAST, payments[name], today) for name, today in ports.payments.items()}
        if partners_running
        else payments,
        WarehouseUntil(placed(LIVE_SINCE), warehouse, ports.warehouse) if partners_running else warehouse,
    )
    set_clock(now - OPENED)
    customers = await _open(passing)
    for at, together in groupby(agenda(passing.ports, customers, now), key=lambda one: one.at):
        await passing.until(at)
        for happening in together:
            await happening.do()
        await passing.settle()
    await passing.until(now)
    summary = await summarize(ports)
    if summary is None:
        raise StoryBroken("the order to be watched was not placed")
    return summary


async def _open(passing: Passing) -> dict[str, str]:
    """The shop has products, customers and full shelves; answers the customers' ids by e-mail."""
    ports = passing.ports
    for currency in CURRENCIES:
        await upsert_products(product_entries(currency), OPERATIONS, ports)
    known = [person.entry for person in people().values() if person.customer]
    customers = await upsert_customers(tuple(known), OPERATIONS, ports)
    await asyncio.gather(
        *(
            adjust_stock(AdjustStock(f"opening-{sku}-{location}", sku, location, units, "Opening"), WAREHOUSE, ports)
            for sku, location, units in first_stock()
        )
    )
    await passing.settle()
    return {customer.email: customer.id for customer in customers}
