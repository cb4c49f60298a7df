"""Journals of every format ever committed are still read, verified and folded to the orders that they told then."""

import json
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from domain.adapters.sql.codec import SNAPSHOT_FORMAT, decode_order
from domain.adapters.sql.journal import COLUMNS, canonical, chained, genesis, row_event, sealed
from domain.adapters.sql.saving import columns
from domain.model.events import EVENT_TYPES, FORMAT
from domain.model.fold import fold
from domain.model.orders import Order

GOLDEN = Path(__file__).resolve().parents[3] / "golden"
FORMATS = sorted(GOLDEN.glob("format-*.json"))


def histories(path: Path) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(path.read_text())
    for history in read:
        for row in history["journal"]:
            row["data"] = row["data"].encode()
            row["hash"], row["seals"] = bytes.fromhex(row["hash"]), bytes.fromhex(row["seals"])
    return read


def folded(history: dict[str, Any]) -> Order:
    none: Order | None = None
    order = reduce(fold, (row_event(row) for row in history["journal"]), none)
    assert order is not None
    return order


def test_there_is_a_golden_journal_of_every_format() -> None:
    assert [path.name for path in FORMATS] == [f"format-{number}.json" for number in range(1, FORMAT + 1)]


def test_the_newest_golden_journal_has_every_kind_of_event() -> None:
    kinds = {row["type"] for history in histories(FORMATS[-1]) for row in history["journal"]}
    assert kinds == set(EVENT_TYPES)


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.stem)
def test_a_golden_journal_still_verifies(path: Path) -> None:
    for history in histories(path):
        head = genesis(history["journal"][0]["order_id"])
        for row in history["journal"]:
            plain = [canonical(row[name]) for name in COLUMNS]
            head = chained(head, plain)
            assert row["hash"] == head
            assert row["seals"] == sealed(plain)


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.stem)
def test_a_golden_journal_still_folds_to_the_same_order(path: Path) -> None:
    for history in histories(path):
        order = folded(history)
        told = decode_order(history["doc"].encode())
        if told.format == SNAPSHOT_FORMAT:
            assert order == told
        assert columns(order) | {"format": told.format} == history["columns"]
