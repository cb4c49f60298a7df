"""Orders of a Brazilian marketplace as it recorded them, and a fair choice of them that leaves no kind out.

Source: Olist, "Brazilian E-Commerce Public Dataset" (CC BY-NC-SA 4.0). One SKU per product and price, prices in
centavos, the freight of all items as one price; a thing that was never written down is one SKU at what was paid.
"""

import csv
import gzip
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

DATA = Path(os.environ.get("WAYMARK_TEST_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
THERE = ZoneInfo("America/Sao_Paulo")
NOBODY = "unknown-seller"
METHODS = {"credit_card": "CARD", "debit_card": "CARD", "boleto": "BANK_TRANSFER", "voucher": "STORE_CREDIT"}
Row = dict[str, str]


@dataclass(frozen=True)
class Item:
    """Units of one SKU of an order, all from one seller."""

    sku: str
    seller: str
    quantity: int
    price: int


@dataclass(frozen=True)
class RealOrder:
    """`paid` is method and amount; the last one pays what the others leave. Moments are those that were recorded."""

    id: str
    status: str
    items: tuple[Item, ...]
    freight: int
    paid: tuple[tuple[str, int], ...]
    city: str
    state: str
    zip: str
    bought: datetime
    approved: datetime | None
    carried: datetime | None
    delivered: datetime | None
    promised: datetime
    hand_over_by: datetime | None

    @property
    def total(self) -> int:
        return sum(item.price * item.quantity for item in self.items) + self.freight

    @property
    def sellers(self) -> tuple[str, ...]:
        return tuple(sorted({item.seller for item in self.items}))

    @property
    def path(self) -> str:
        """What became of it, and what is out of order in that."""
        if self.status == "canceled":
            reached = "delivered" if self.delivered else "out" if self.carried else "paid" if self.approved else "open"
            return f"canceled, {reached}"
        oddity = self._oddity
        return f"{self.status}, {oddity}" if oddity else self.status

    @property
    def _oddity(self) -> str | None:
        if self.status == "delivered":
            for name in ("approved", "carried", "delivered"):
                if getattr(self, name) is None:
                    return f"no time {name}"
        if self.delivered and self.approved and self.delivered < self.approved:
            return "there before paid"
        if self.delivered and self.carried and self.delivered < self.carried:
            return "there before sent"
        if self.carried and self.approved and self.carried < self.approved:
            return "sent before paid"
        return "several sellers" if len(self.sellers) > 1 else None


def read_orders(folder: Path = DATA) -> list[RealOrder]:
    """Every order, by the time of its purchase."""
    items, payments = _by_order(_rows(folder, "items_dev")), _by_order(_rows(folder, "payments_dev"))
    found = [_order(row, items[row["order_id"]], payments[row["order_id"]]) for row in _rows(folder, "orders_dev")]
    return sorted(found, key=lambda order: (order.bought, order.id))


def chosen(orders: Sequence[RealOrder], wanted: int) -> list[RealOrder]:
    """So many of them: of rare paths all, or at least a few; of the others their share, evenly over the years."""
    by_path: dict[str, list[RealOrder]] = defaultdict(list)
    for order in orders:
        by_path[order.path].append(order)
    left, found = wanted, []
    paths = sorted(by_path.values(), key=len)
    for index, group in enumerate(paths):
        rest = sum(map(len, paths[index:]))
        share = max(round(left * len(group) / rest), min(wanted // 15, left // (len(paths) - index)))
        part = min(share, len(group), left)
        found += [group[number * len(group) // part] for number in range(part)]
        left -= part
    return sorted(found, key=lambda order: (order.bought, order.id))


def _rows(folder: Path, name: str) -> Iterable[Row]:
    with gzip.open(folder / "olist" / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _by_order(rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["order_id"]].append(row)
    return found


def _order(row: Row, items: list[Row], payments: list[Row]) -> RealOrder:
    limits = [at for item in items if (at := _moment(item["shipping_limit_date"]))]
    bought, promised = _moment(row["order_purchase_timestamp"]), _moment(row["order_estimated_delivery_date"])
    assert bought is not None
    assert promised is not None
    paid = [(METHODS[one["payment_type"]], _minor(one["payment_value"])) for one in payments]
    known = _items(items) or (Item(f"unknown-{row['order_id'][:8]}", NOBODY, 1, sum(amount for _, amount in paid)),)
    freight = sum(_minor(item["freight_value"]) for item in items)
    total = freight + sum(item.price * item.quantity for item in known)
    return RealOrder(
        id=row["order_id"],
        status=row["order_status"],
        items=known,
        freight=freight,
        paid=_payable(paid, total),
        city=row["customer_city"],
        state=row["customer_state"],
        zip=f"{row['customer_zip5']}-000",
        bought=bought,
        approved=_moment(row["order_approved_at"]),
        carried=_moment(row["order_delivered_carrier_date"]),
        delivered=_moment(row["order_delivered_customer_date"]),
        promised=promised,
        hand_over_by=max(limits, default=None),
    )


def _items(rows: list[Row]) -> tuple[Item, ...]:
    units: dict[tuple[str, str, int], int] = defaultdict(int)
    for row in rows:
        price = _minor(row["price"])
        units[f"{row['product_id'][:12]}-{price}", f"seller-{row['seller_id'][:10]}", price] += 1
    return tuple(Item(sku, seller, quantity, price) for (sku, seller, price), quantity in sorted(units.items()))


def _payable(paid: list[tuple[str, int]], total: int) -> tuple[tuple[str, int], ...]:
    """The payments with amounts that add up to the total: interest on instalments is between a buyer and their bank."""
    found, left = [], total
    for method, amount in sorted(paid, key=lambda one: one[0] != "STORE_CREDIT"):
        part = min(amount, left)
        if part:
            found.append((method, part))
            left -= part
    if not found:
        return (("CARD", total),)
    method, amount = found.pop()
    return (*found, (method, amount + left))


def _minor(text: str) -> int:
    return int(Decimal(text) * 100)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=THERE) if text else None
