import asyncio
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import asyncpg

from domain.adapters.clock import SystemClock
from domain.adapters.ids import RandomIds
from domain.adapters.sql import journal, open_store
from domain.adapters.sql.codec import encode_order
from domain.adapters.sql.replay import Replay
from tests.domain.adapters.sql.lives import found, lived
from tests.histories import a_history

ROOT = Path(__file__).resolve().parents[4]

READ_AGAIN = """
import asyncio, sys
from functools import reduce
from domain.adapters.clock import SystemClock
from domain.adapters.ids import RandomIds
from domain.adapters.sql import open_store
from domain.adapters.sql.codec import encode_order
from domain.adapters.sql.migrating import migrate
from domain.adapters.sql.replay import Replay
from domain.model.fold import fold
from domain.ports import OrderFilter, SortOrders

async def main():
    replay = Replay(sys.argv[1])
    for finding in [finding async for finding in replay.findings()]:
        sys.exit(f"found {finding}")
    store = await open_store(sys.argv[1], SystemClock(), RandomIds(), read_only=True)
    rows = await store.read(lambda reader: reader.order_rows(OrderFilter(), SortOrders.OLDEST, None, 1000))
    for row in rows.items:
        events = await store.read(lambda reader: reader.events(row.id, limit=10000))
        print(encode_order(reduce(fold, events, None)).decode())
    await store.close()

asyncio.run(main())
"""


# ------------------------------------------------------------------ nothing to find


async def test_nothing_is_found_where_nothing_was_changed(lives: Path) -> None:
    replay = Replay(f"sqlite:///{lives}")
    assert [finding async for finding in replay.findings()] == []
    assert replay.orders == 6
    assert replay.events > 50


async def test_another_process_makes_the_same_orders_of_the_journal(database: Path) -> None:
    ends = await lived(f"sqlite:///{database}", 20, 10)
    command = [sys.executable, "-c", READ_AGAIN, f"sqlite:///{database}"]
    run = await asyncio.to_thread(subprocess.run, command, capture_output=True, cwd=ROOT, text=True, check=False)
    assert run.stderr == ""
    again = {json.loads(line)["id"]: line for line in run.stdout.splitlines()}
    assert again == {end.id: encode_order(end).decode() for end in ends}


async def test_replay_only_reads(lives: Path) -> None:
    before = await asyncio.to_thread(lives.read_bytes)
    await found(f"sqlite:///{lives}")
    assert await asyncio.to_thread(lives.read_bytes) == before


async def test_replay_reads_beside_a_server_that_writes(lives: Path) -> None:
    store = await open_store(f"sqlite:///{lives}", SystemClock(), RandomIds())
    await store.write(lambda uow: uow.save(a_history(Random(99), 1)[0]))
    assert await found(f"sqlite:///{lives}") == []
    await store.close()


async def test_an_erased_person_is_no_finding(lives: Path) -> None:
    with closing(sqlite3.connect(lives, isolation_level=None)) as raw:
        assert raw.execute("DELETE FROM personal").rowcount > 0
    assert await found(f"sqlite:///{lives}") == []


# ------------------------------------------------------------------ what a finding says


async def test_a_changed_quantity_is_named_by_its_path(lives: Path) -> None:
    with closing(sqlite3.connect(lives, isolation_level=None)) as raw:
        order_id, number, doc = raw.execute("SELECT id, number, doc FROM orders LIMIT 1").fetchone()
        order = json.loads(doc)
        order["lines"][0]["quantity"] += 1
        told = json.dumps(order, separators=(",", ":"), ensure_ascii=False).encode()
        raw.execute("UPDATE orders SET doc = ?, total = total + 1 WHERE id = ?", (told, order_id))
    findings = await found(f"sqlite:///{lives}")
    assert [(one.order_id, one.number, one.sequence) for one in findings] == [(order_id, number, None)] * 2
    assert [one.field for one in findings] == ["lines[0].quantity", "orders.total"]
    assert str(findings[0]).startswith(f"order {number} ({order_id}), snapshot, lines[0].quantity: is ")


async def test_a_misspelled_key_of_a_snapshot_is_noticed(lives: Path) -> None:
    with closing(sqlite3.connect(lives, isolation_level=None)) as raw:
        raw.execute("UPDATE orders SET doc = CAST(replace(doc, '\"reference\":', '\"referense\":') AS BLOB)")
    findings = await found(f"sqlite:///{lives}")
    assert "referense" in {one.field for one in findings}


async def test_an_event_that_is_gone_is_missed(lives: Path) -> None:
    with closing(sqlite3.connect(lives, isolation_level=None)) as raw:
        (order_id,) = raw.execute("SELECT id FROM orders LIMIT 1").fetchone()
        raw.execute("DELETE FROM journal WHERE order_id = ? AND sequence = 2", (order_id,))
    findings = await found(f"sqlite:///{lives}")
    assert [(one.order_id, one.sequence, one.problem) for one in findings] == [(order_id, 2, "this event is missing")]


async def test_the_last_events_that_are_gone_are_missed(lives: Path) -> None:
    with closing(sqlite3.connect(lives, isolation_level=None)) as raw:
        order_id, version = raw.execute("SELECT id, version FROM orders LIMIT 1").fetchone()
        raw.execute("DELETE FROM journal WHERE order_id = ? AND sequence > ?", (order_id, version - 2))
    findings = await found(f"sqlite:///{lives}")
    assert [one.sequence for one in findings] == [version - 1, version]


async def test_an_order_that_is_gone_is_missed_by_its_events(lives: Path) -> None:
    with closing(sqlite3.connect(lives, isolation_level=None)) as raw:
        order_id, version = raw.execute("SELECT id, version FROM orders LIMIT 1").fetchone()
        raw.execute("DELETE FROM orders WHERE id = ?", (order_id,))
    findings = await found(f"sqlite:///{lives}")
    assert [(one.sequence, one.problem) for one in findings] == [
        (sequence, "there is no such order") for sequence in range(1, version + 1)
    ]


async def test_a_rewritten_event_whose_hash_was_made_to_fit_breaks_the_next_link(lives: Path) -> None:
    with closing(sqlite3.connect(lives, isolation_level=None)) as raw:
        raw.row_factory = sqlite3.Row
        order_id = raw.execute("SELECT id FROM orders LIMIT 1").fetchone()[0]
        first, second = raw.execute(
            "SELECT * FROM journal WHERE order_id = ? AND sequence < 3 ORDER BY sequence", (order_id,)
        ).fetchall()
        forged = dict(second) | {"actor_kind": "STAFF"}
        plain = [journal.canonical(forged[name]) for name in journal.COLUMNS]
        raw.execute(
            "UPDATE journal SET actor_kind = 'STAFF', hash = ?, seals = ? WHERE order_id = ? AND sequence = 2",
            (journal.chained(first["hash"], plain), journal.sealed(plain), order_id),
        )
    findings = await found(f"sqlite:///{lives}")
    assert [(one.order_id, one.sequence, one.field) for one in findings] == [(order_id, 3, "hash")]


# ------------------------------------------------------------------ Postgres


async def test_a_change_in_postgres_is_reported_just_so(migrated_postgres: str) -> None:
    await lived(migrated_postgres, 4)
    assert await found(migrated_postgres) == []
    raw = await asyncpg.connect(migrated_postgres)
    order_id = await raw.fetchval("SELECT id FROM orders ORDER BY id LIMIT 1")
    await raw.execute(
        "UPDATE journal SET data = set_byte(data, 5, get_byte(data, 5) # 1) WHERE order_id = $1 AND sequence = 2",
        order_id,
    )
    await raw.execute("UPDATE orders SET total = total + 1, state = 'elsewhere' WHERE id = $1", order_id)
    await raw.close()
    findings = await found(migrated_postgres)
    assert {(one.order_id, one.sequence, one.field) for one in findings} == {
        (order_id, 2, "data"),
        (order_id, None, "orders.total"),
        (order_id, None, "orders.state"),
    }
