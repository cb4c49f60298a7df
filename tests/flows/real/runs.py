"""Whole runs: the marketplace's orders, and the wholesaler's invoices with what came back."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from time import perf_counter

from domain.model.orders import Order
from domain.policies.progress import quantities
from tests.flows.real import auditing, words
from tests.flows.real.agenda import Agenda
from tests.flows.real.figures import Figures, of_marketplace
from tests.flows.real.invoices import InvoiceLife
from tests.flows.real.lives import Life
from tests.flows.real.marketplace import RealOrder
from tests.flows.real.shops import freights, marketplace, wholesaler
from tests.flows.real.stage import Stage, a_stage
from tests.flows.real.wholesale import Invoice

TOGETHER = 100
AFTERWARDS = timedelta(days=60)
LONG_AFTERWARDS = timedelta(days=600)


async def run_marketplace(orders: Sequence[RealOrder], folder: Path, failing: float) -> Figures:
    """Every one of these orders, lived from its purchase to the end that the data gives it."""
    figures = Figures(f"Marketplace, {orders[0].bought:%Y-%m-%d} to {orders[-1].bought:%Y-%m-%d}")
    async with a_stage(marketplace(orders), folder, orders[0].bought, failing) as stage:
        await _sell(stage, ((item.sku, item.price) for order in orders for item in order.items), "BRL")
        places, agenda = await _places(stage), Agenda()
        for _, month in groupby(orders, key=lambda order: (order.bought.year, order.bought.month)):
            _set_rates(stage, agenda, list(month))
        lives = [Life(stage, order, places, agenda) for order in orders]
        for life in lives:
            life.begin()
        began = perf_counter()
        await agenda.live(stage)
        await stage.until(stage.now + AFTERWARDS)
        seconds = perf_counter() - began
        figures.complaints += agenda.complaints
        known = await auditing.stored(stage)
        if not figures.complaints:
            await of_marketplace(figures, stage, lives, known)
        figures.add("orders a second", f"{len(orders) / seconds:.1f}, one after another")
        await _audit_marketplace(figures, stage, lives, known)
    return figures


def _set_rates(stage: Stage, agenda: Agenda, orders: Sequence[RealOrder]) -> None:
    """Before the first of these is bought, the shop's table has what they pay for the way to them."""

    async def act() -> None:
        stage.shops.shop = replace(stage.shops.shop, shipping=freights(orders))

    agenda.add(orders[0].bought, "the shop", act)


async def _audit_marketplace(figures: Figures, stage: Stage, lives: Sequence[Life], known: Mapping[str, Order]) -> None:
    balance = stage.bank.balance()
    for life in lives:
        order = known.get(life.order.id)
        if order is None:
            figures.complaints.append(f"{life.order.path} {life.order.id} was not placed")
            continue
        seen = (await stage.ask(words.SEEN, {"id": life.buyer.id}, life.buyer.token))["order"]
        figures.complaints += auditing.of_end(life.order, order, seen)
        figures.complaints += auditing.of_money(life.order, order, balance[life.order.id])
    figures.complaints += await auditing.of_stock(stage, [life.order for life in lives])
    figures.complaints += [complaint async for complaint in auditing.of_rest(stage)]


async def run_wholesale(invoices: Sequence[Invoice], folder: Path, failing: float) -> Figures:
    """Every one of these invoices ordered, delivered, and returned in the quantities that came back."""
    figures = Figures(f"Wholesale, {invoices[0].at:%Y-%m-%d} to {invoices[-1].at:%Y-%m-%d}")
    async with a_stage(wholesaler(), folder, invoices[0].at - timedelta(days=1), failing) as stage:
        wares = Counter[tuple[str, int]]()
        for invoice in invoices:
            wares.update(invoice.units)
        await _sell(stage, wares, "GBP")
        await _count_in(stage, {sku: units for (sku, _), units in wares.items()})
        agenda = Agenda()
        lives = [InvoiceLife(stage, invoice, agenda) for invoice in invoices]
        for life in lives:
            life.begin()
        began = perf_counter()
        await agenda.live(stage)
        await stage.until(stage.now + LONG_AFTERWARDS)
        seconds = perf_counter() - began
        figures.complaints += agenda.complaints
        await _audit_wholesale(figures, stage, invoices, {sku: units for (sku, _), units in wares.items()})
        figures.add("orders a second", f"{len(invoices) / seconds:.1f}, one after another")
    return figures


async def _audit_wholesale(
    figures: Figures, stage: Stage, invoices: Sequence[Invoice], wares: Mapping[str, int]
) -> None:
    known, balance = await auditing.stored(stage), stage.bank.balance()
    left = Counter[str]()
    for invoice in invoices:
        order = known.get(invoice.id)
        if order is None:
            figures.complaints.append(f"invoice {invoice.id} was not placed")
            continue
        came_back = {line.sku: quantities(order, line).returned for line in order.lines}
        really = sum((Counter(note.units) for note in invoice.notes), Counter[str]())
        left.update(came_back)
        if {sku: units for sku, units in came_back.items() if units} != dict(really):
            figures.complaints.append(f"invoice {invoice.id}: {came_back} came back, not {dict(really)}")
        money, due = (0, *balance[invoice.id][1:]), (0, invoice.total, invoice.paid_back)
        if not money == (0, order.captured, order.refunded) == due or order.flow.status != "COMPLETED":
            figures.complaints.append(f"invoice {invoice.id} {order.flow.status}: {money}, due {due}")
    rows = await stage.rows("SELECT sku, on_hand, reserved FROM stock")
    for sku, on_hand, reserved in rows:
        if (on_hand, reserved) != (left[sku], 0):
            figures.complaints.append(f"{sku}: {on_hand} there, {reserved} set aside, {left[sku]} came back")
    figures.complaints += [complaint async for complaint in auditing.of_rest(stage)]
    figures.add("invoices", len(invoices))
    figures.add("lines, units", f"{sum(len(one.units) for one in invoices)}, {sum(wares.values())}")
    figures.add("returns", sum(len(one.notes) for one in invoices))
    figures.add("units that came back", sum(left.values()))
    taken, back = sum(one.total for one in invoices), sum(one.paid_back for one in invoices)
    figures.add("taken, paid back", f"GBP {taken / 100:,.2f}, {back / 100:,.2f}")


async def _sell(stage: Stage, wares: Iterable[tuple[str, int]], currency: str) -> None:
    """Each SKU is in the catalogue at its price."""
    named = sorted(set(wares))
    for start in range(0, len(named), TOGETHER):
        products = [
            {"sku": sku, "title": f"Thing {number}", "price": words.decimal(price), "currency": currency}
            for number, (sku, price) in enumerate(named[start : start + TOGETHER], start)
        ]
        await stage.do(words.PRODUCTS, {"products": products}, stage.staff)


async def _count_in(stage: Stage, units: Mapping[str, int]) -> None:
    """So much of all of it is in the one place that there is."""
    (place,) = (await _places(stage)).values()
    for sku, count in units.items():
        shelf = {"idempotencyKey": f"first {sku}", "sku": sku, "locationId": place, "delta": count, "reason": "first"}
        await stage.do(words.STOCK, shelf, stage.staff)
    await stage.world.settle()


async def _places(stage: Stage) -> dict[str, str]:
    found = (await stage.ask(words.LOCATIONS, None, stage.staff))["locations"]
    return {one["name"]: one["id"] for one in found}
