"""The audit of real orders finds what is planted."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.model.payments import Payment
from tests.flows.real.marketplace import THERE, Item, RealOrder
from tests.flows.real.partners import Bank
from tests.flows.real.runs import run_marketplace

DAY = timedelta(days=1)
BOUGHT = datetime(2017, 5, 2, 10, 0, tzinfo=THERE)
ORDER = RealOrder(
    id="0123456789abcdef",
    status="canceled",
    items=(Item("thing-1990", "seller-1", 2, 1990),),
    freight=850,
    paid=(("STORE_CREDIT", 1000), ("BANK_TRANSFER", 3830)),
    city="sao paulo",
    state="SP",
    zip="01001-000",
    bought=BOUGHT,
    approved=BOUGHT + DAY,
    carried=BOUGHT + timedelta(hours=3),
    delivered=None,
    promised=BOUGHT + 9 * DAY,
    hand_over_by=None,
)


async def test_an_order_that_went_as_it_should_is_no_complaint(tmp_path: Path) -> None:
    later = replace(ORDER, bought=BOUGHT + DAY, approved=BOUGHT + DAY, carried=BOUGHT + 3 * DAY)
    kept = replace(later, id="fedcba9876543210", status="shipped")
    figures = await run_marketplace([ORDER, kept], tmp_path, 1.0)
    assert figures.complaints == []


async def test_a_bank_that_keeps_what_it_should_pay_back_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def keep(bank: Bank, key: str, payment: Payment, amount: int, currency: str) -> str:
        return "re_never"

    monkeypatch.setattr(Bank, "refund", keep)
    figures = await run_marketplace([ORDER], tmp_path, 0.0)
    assert figures.complaints == [
        "0123456789abcdef: we say 4830 and 4830, the bank 4830 and 0",
        "canceled, out 0123456789abcdef of 4830: 0 held, 4830 taken, 0 paid back",
    ]


async def test_an_order_that_ends_otherwise_than_it_really_did_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.flows.real.senders.Senders.came_back", _nothing)
    figures = await run_marketplace([ORDER], tmp_path, 0.0)
    assert any("ended ('CONFIRMED', 'FULFILLED')" in complaint for complaint in figures.complaints)


async def _nothing(senders: object) -> None:
    """Nobody tells that the parcel came back."""
