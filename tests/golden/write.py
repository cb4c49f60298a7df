"""Writes the golden journal of today's format: `python -m tests.golden.write [--again]`.

A golden journal stands for every journal that was ever committed in its format: once released it is never written
again, only read. Until then, `--again` says that nobody has such a journal yet.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from domain.adapters.sql.codec import encode_order
from domain.adapters.sql.journal import event_row, genesis
from domain.adapters.sql.saving import columns
from domain.model.changes import Changes
from domain.model.events import EVENT_TYPES, FORMAT
from tests.histories import a_history

HERE = Path(__file__).parent
SEEDS = range(1, 1000)


def golden() -> list[dict[str, Any]]:
    """A few histories that hold every kind of event between them."""
    missing, histories = set(EVENT_TYPES), []
    for seed in SEEDS:
        history = a_history(Random(seed), saves=12)
        kinds = {event.type for changes in history for event in changes.events}
        if missing & kinds:
            missing -= kinds
            histories.append(as_stored(history))
        if not missing:
            return histories
    raise SystemExit(f"tests/histories.py makes no {', '.join(sorted(missing))}")


def as_stored(history: Sequence[Changes]) -> dict[str, Any]:
    order, rows = history[-1].order, []
    head = genesis(order.id)
    for changes in history:
        for event in changes.events:
            row = event_row(event, head)
            head = row["hash"]
            rows.append(row | {"data": row["data"].decode(), "hash": head.hex(), "seals": row["seals"].hex()})
    return {"journal": rows, "doc": encode_order(order).decode(), "columns": columns(order)}


if __name__ == "__main__":
    path = HERE / f"format-{FORMAT}.json"
    if path.exists() and "--again" not in sys.argv:
        raise SystemExit(f"{path.name} is there: a released format is never written again")
    path.write_text(json.dumps(golden(), indent=1, ensure_ascii=False) + "\n")
