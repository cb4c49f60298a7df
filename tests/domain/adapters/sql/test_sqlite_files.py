import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from domain.adapters.clock import SystemClock
from domain.adapters.ids import RandomIds
from domain.adapters.sql import OpenStore, open_store
from domain.adapters.sql.errors import DatabaseInUse, DatabaseNotReady
from domain.adapters.sql.migrating import migrate
from domain.adapters.sql.readiness import VERSIONS
from domain.adapters.sql.sqlite import sqlite_note
from domain.adapters.sql.sqlite_connection import connect
from domain.adapters.sql.urls import sqlite_path
from tests.factories import a_product

ROOT = Path(__file__).resolve().parents[4]

HOLDER = """
import asyncio, sys
from domain.adapters.clock import SystemClock
from domain.adapters.ids import RandomIds
from domain.adapters.sql import open_store

async def hold():
    store = await open_store(sys.argv[1], SystemClock(), RandomIds())
    print("held", flush=True)
    await asyncio.Event().wait()

asyncio.run(hold())
"""


async def opened(path: Path, read_only: bool = False) -> OpenStore:
    return await open_store(f"sqlite:///{path}", SystemClock(), RandomIds(), read_only=read_only)


async def test_a_second_writing_process_is_told_who_has_the_file(database: Path) -> None:
    command = [sys.executable, "-c", HOLDER, f"sqlite:///{database}"]
    holder = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    with pytest.raises(DatabaseInUse) as refused:
        await opened(database)
    with pytest.raises(DatabaseInUse):
        await migrate(f"sqlite:///{database}")
    holder.kill()
    await holder.wait()
    message = str(refused.value)
    assert f"{database} is in use by process {holder.pid}" in message
    assert "\n" not in message
    # The kernel has freed what the killed process held.
    await (await opened(database)).close()


async def test_whoever_only_reads_does_not_mind_the_writer(database: Path) -> None:
    writer = await opened(database)
    reader = await opened(database, read_only=True)
    await writer.write(lambda uow: uow.put_product(a_product()))
    assert await reader.read(lambda reader: reader.product("TEE-M")) == a_product()
    with pytest.raises(RuntimeError, match="only reads"):
        await reader.write(lambda uow: uow.put_product(a_product()))
    await reader.close()
    await writer.close()


async def test_a_closed_store_leaves_its_file_and_a_free_lock(database: Path) -> None:
    store = await opened(database)
    await store.write(lambda uow: uow.put_product(a_product()))
    await store.read(lambda reader: reader.product("TEE-M"))
    await store.close()
    await store.close()
    assert sorted(path.name for path in database.parent.iterdir()) == ["waymark.db", "waymark.db.lock"]


async def test_a_new_file_is_its_owners_alone(database: Path) -> None:
    store = await opened(database)
    await store.write(lambda uow: uow.put_product(a_product()))
    assert {path.stat().st_mode & 0o777 for path in database.parent.iterdir()} == {0o600}
    await store.close()


async def test_a_commit_waits_for_the_disk(database: Path) -> None:
    with closing(connect(str(database))) as raw:
        pragmas = {
            name: raw.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


async def refusal(path: Path) -> str:
    with pytest.raises(DatabaseNotReady) as refused:
        await opened(path)
    message = str(refused.value)
    assert str(path) in message
    assert "\n" not in message
    # Nobody keeps the lock after a refusal.
    with pytest.raises(DatabaseNotReady):
        await opened(path)
    return message


async def test_a_file_that_is_not_there_has_to_be_made_first(tmp_path: Path) -> None:
    assert "run `waymark migrate`" in await refusal(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


async def test_an_empty_file_has_to_be_migrated_first(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    assert "has no tables yet: run `waymark migrate`" in await refusal(tmp_path / "empty.db")


async def test_something_else_is_not_taken_for_a_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not a database, but long enough to be one. " * 100)
    assert "file is not a database" in await refusal(tmp_path / "notes.txt")
    with pytest.raises(DatabaseNotReady):
        await migrate(f"sqlite:///{tmp_path}/notes.txt")


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseNotReady, match="No such file or directory"):
        await migrate(f"sqlite:///{tmp_path}/nowhere/waymark.db")


async def changed(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as raw:
        for statement in statements:
            raw.execute(statement)
        raw.commit()


async def test_a_half_migrated_file_is_not_opened(database: Path) -> None:
    await changed(database, "DROP TABLE effects", "DROP TABLE inbox")
    assert "half migrated (without effects, inbox)" in await refusal(database)
    await changed(database, "DELETE FROM alembic_version")
    assert "half migrated (it has tables, but no version)" in await refusal(database)
    with pytest.raises(DatabaseNotReady, match="half migrated"):
        await migrate(f"sqlite:///{database}")


async def test_a_file_of_a_newer_version_is_not_opened(database: Path) -> None:
    await changed(database, "UPDATE alembic_version SET version_num = '9999'")
    assert "migrated by a newer Waymark (to 9999)" in await refusal(database)
    with pytest.raises(DatabaseNotReady, match="newer"):
        await migrate(f"sqlite:///{database}")


async def test_a_file_of_an_older_version_has_to_be_migrated(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.adapters.sql.readiness.VERSIONS", (*VERSIONS, "9998"))
    assert f"older Waymark (it is at {VERSIONS[-1]}): run `waymark migrate`" in await refusal(database)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///var/waymark.db", "var/waymark.db"),
        ("sqlite:////srv/waymark.db", "/srv/waymark.db"),
        ("sqlite://", ":memory:"),
        ("sqlite:///:memory:", ":memory:"),
        ("postgresql://waymark@host/name", None),
    ],
)
def test_an_address_names_a_file_or_postgres(url: str, path: str | None) -> None:
    assert sqlite_path(url) == path


def test_any_other_address_is_refused() -> None:
    with pytest.raises(ValueError, match="sqlite:/// or postgresql://"):
        sqlite_path("mysql://host/name")


@pytest.mark.parametrize(
    ("version", "noted"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 60, 0), False),
    ],
)
def test_a_library_with_the_log_fault_is_noted(
    version: tuple[int, int, int], noted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    assert (sqlite_note() is not None) is noted


async def test_a_simulation_may_keep_everything_in_its_own_thread(database: Path) -> None:
    store = await open_store(f"sqlite:///{database}", SystemClock(), RandomIds(), inline=True)
    writing = store.write(lambda uow: uow.put_product(a_product()))
    with pytest.raises(StopIteration):
        writing.send(None)  # done at once: nothing was waited for
    with pytest.raises(DatabaseInUse, match=f"process {os.getpid()}"):
        await opened(database)
    await store.close()
