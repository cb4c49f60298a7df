import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from domain.adapters.sql.errors import DatabaseNotReady
from domain.adapters.sql.tables import metadata
from tests.domain.adapters.sql.lives import found

TABLES = ("journal", "orders", "personal")


def flipped(value: Any, random: Random) -> Any:
    """The value with one bit of it turned over; a text may stop being one."""
    if isinstance(value, int):
        return value ^ 1 << random.randrange(16)
    plain = bytearray(value.encode() if isinstance(value, str) else value)
    place = random.randrange(len(plain))
    plain[place] ^= 1 << random.randrange(8)
    return bytes(plain)


def damaged(original: Path, copy: Path, table: str, column: str, random: Random) -> dict[str, Any] | None:
    """A copy in which one bit of that column is another; the row as it was, None if there is nothing to damage."""
    shutil.copy(original, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as raw:
        raw.row_factory = sqlite3.Row
        rows = raw.execute(f"SELECT rowid AS place, * FROM {table} WHERE length({column}) > 0").fetchall()
        if not rows:
            return None
        row = random.choice(rows)
        new = "CAST(? AS TEXT)" if isinstance(row[column], str) else "?"
        try:
            raw.execute(
                f"UPDATE {table} SET {column} = {new} WHERE rowid = ?", (flipped(row[column], random), row["place"])
            )
        except sqlite3.IntegrityError:
            return None  # it has become what another row is
        return dict(row)


COLUMNS = [(table, column.name) for table in TABLES for column in metadata.tables[table].columns]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
async def test_one_bit_changed_in_a_row_is_reported(lives: Path, tmp_path: Path, table: str, column: str) -> None:
    random = Random(f"{table}.{column}")
    tried = 0
    for _ in range(4):
        row = damaged(lives, tmp_path / "damaged.db", table, column, random)
        if row is None:
            continue
        tried += 1
        findings = await found(f"sqlite:///{tmp_path}/damaged.db")
        moved = (table, column) in {
            ("journal", "order_id"),
            ("journal", "sequence"),
            ("orders", "id"),
            ("personal", "order_id"),
        }
        order_id = row["id"] if table == "orders" else row["order_id"]
        if not moved:
            assert {finding.order_id for finding in findings} == {order_id}
        match table:
            case "journal" if moved:
                assert (order_id, row["sequence"]) in {(one.order_id, one.sequence) for one in findings}
            case "journal":
                assert [(one.sequence, one.field) for one in findings] == [(row["sequence"], column)]
            case "personal":
                assert [one.field for one in findings] == [f"personal.{column}"]
            case "orders" if column == "doc":
                assert findings
                assert all(one.sequence is None for one in findings)
            case "orders":
                assert f"orders.{column}" in {one.field for one in findings}
    assert tried, "nothing in this column could be damaged"


async def test_one_bit_changed_anywhere_in_the_file_is_reported_if_it_changed_any_row(
    lives: Path, tmp_path: Path
) -> None:
    def content(path: Path) -> object:
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as raw:
                raw.text_factory = bytes
                return [raw.execute(f"SELECT * FROM {table} NOT INDEXED ORDER BY rowid").fetchall() for table in TABLES]
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return None

    random, path = Random(7), tmp_path / "damaged.db"
    whole = await asyncio.to_thread(lives.read_bytes)
    truth = content(lives)
    reported = 0
    for _ in range(100):
        changed = bytearray(whole)
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
        await asyncio.to_thread(path.write_bytes, changed)
        try:
            findings = await found(f"sqlite:///{path}")
        except DatabaseNotReady:
            continue  # not a database any more: that is said, too
        assert findings or content(path) == truth
        reported += bool(findings)
    assert reported > 10
