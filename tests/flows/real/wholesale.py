"""Invoices of a British wholesaler, and which of their units came back when.

Source: Daqing Chen, "Online Retail II", UCI Machine Learning Repository (CC BY 4.0). A credit note names no invoice:
what it takes back is looked for in the newest earlier invoices of the same customer, at the same price.
"""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.flows.real.marketplace import DATA

THERE = ZoneInfo("Europe/London")
Ware = tuple[str, int]
"""SKU and price in pence."""


@dataclass(frozen=True)
class Note:
    """What came back at once."""

    at: datetime
    units: dict[str, int]


@dataclass
class Invoice:
    id: str
    at: datetime
    units: Counter[Ware] = field(default_factory=Counter)
    notes: list[Note] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(price * quantity for (_, price), quantity in self.units.items())

    @property
    def paid_back(self) -> int:
        prices = dict(self.units.keys())
        return sum(prices[sku] * quantity for note in self.notes for sku, quantity in note.units.items())


def read_invoices(folder: Path = DATA) -> list[Invoice]:
    """Every invoice of which something came back, by its date."""
    lines: dict[str, list[tuple[str, int, Decimal]]] = defaultdict(list)
    for row in _rows(folder, "lines"):
        lines[row["invoice"]].append((row["stock_code"], int(row["quantity"]), Decimal(row["price"]) * 100))
    customers: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in _rows(folder, "invoices"):
        at = datetime.fromisoformat(row["invoice_date"]).replace(tzinfo=THERE)
        customers[row["customer_id"]].append((at, row["invoice"]))
    customers.pop("", None)
    found = [invoice for notes in customers.values() for invoice in _of_customer(sorted(notes), lines)]
    return sorted(found, key=lambda invoice: (invoice.at, invoice.id))


def some_invoices(invoices: list[Invoice], wanted: int) -> list[Invoice]:
    """So many of them, evenly over the year."""
    wanted = min(wanted, len(invoices))
    return [invoices[number * len(invoices) // wanted] for number in range(wanted)]


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with gzip.open(folder / "online_retail" / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _of_customer(
    papers: list[tuple[datetime, str]], lines: dict[str, list[tuple[str, int, Decimal]]]
) -> Iterator[Invoice]:
    """This customer's invoices that something came back of; those with parts of a penny are left out."""
    invoices: list[Invoice] = []
    left: dict[str, Counter[Ware]] = {}
    for at, name in papers:
        if any(price % 1 for _, _, price in lines[name]):
            continue
        if name.startswith("C"):
            _take_back(at, lines[name], invoices, left)
        else:
            units: Counter[Ware] = Counter()
            for code, quantity, price in lines[name]:
                if quantity > 0:
                    units[f"{code}-{int(price)}", int(price)] += quantity
            invoices.append(Invoice(name, at, units))
            left[name] = Counter(units)
    yield from (invoice for invoice in invoices if invoice.notes)


def _take_back(
    at: datetime, note: list[tuple[str, int, Decimal]], invoices: list[Invoice], left: dict[str, Counter[Ware]]
) -> None:
    """What the note takes back is written down at the invoices that it came from."""
    back: dict[str, Counter[str]] = defaultdict(Counter)
    for code, quantity, price in note:
        ware, wanted = (f"{code}-{int(price)}", int(price)), -quantity
        for invoice in reversed(invoices):
            part = min(left[invoice.id][ware], wanted)
            if part > 0:
                left[invoice.id][ware] -= part
                back[invoice.id][ware[0]] += part
                wanted -= part
    for invoice in invoices:
        if invoice.id in back:
            invoice.notes.append(Note(at, dict(back[invoice.id])))
