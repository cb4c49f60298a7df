"""A part of the real orders, every path among them; all of them by `python -m tests.flows.real_orders`."""

from pathlib import Path

import pytest

from tests.flows.real.marketplace import chosen, read_orders
from tests.flows.real.runs import run_marketplace, run_wholesale
from tests.flows.real.wholesale import read_invoices, some_invoices

FAILING = 0.1


@pytest.mark.needs_data
async def test_marketplace_orders_end_as_they_really_did_whatever_order_things_happened_in(
    test_data: Path, tmp_path: Path
) -> None:
    orders = read_orders(test_data)
    some = chosen(orders, 150)
    assert {order.path for order in some} == {order.path for order in orders}
    figures = await run_marketplace(some, tmp_path, FAILING)
    assert figures.complaints == []
    assert ("orders", "150") in figures.lines


@pytest.mark.needs_data
async def test_what_a_wholesalers_customers_sent_back_is_paid_back_to_the_penny(
    test_data: Path, tmp_path: Path
) -> None:
    figures = await run_wholesale(some_invoices(read_invoices(test_data), 30), tmp_path, FAILING)
    assert figures.complaints == []
    assert ("invoices", "30") in figures.lines
