import asyncio
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from domain.adapters.sql.errors import DatabaseNotReady
from domain.adapters.sql.migrating import migrate
from domain.adapters.sql.migration_steps import configured
from domain.adapters.sql.readiness import VERSIONS
from domain.adapters.sql.statements import POSTGRES, SQLITE
from domain.adapters.sql.tables import metadata
from tests.servers.postgres import PostgresServer

CATALOG = """
SELECT 'column ' || table_name || '.' || column_name AS thing,
       concat_ws(' ', data_type, is_nullable, column_default, is_identity) AS shape
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index ' || tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'options ' || relname, concat_ws(' ', reloptions::text,
       (SELECT toast.reloptions::text FROM pg_class AS toast WHERE toast.oid = pg_class.reltoastrelid))
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""


def test_every_constraint_and_index_has_a_name() -> None:
    things = [
        thing for table in metadata.sorted_tables for group in (table.constraints, table.indexes) for thing in group
    ]
    assert len(things) > 30
    assert [thing for thing in things if not thing.name] == []


def test_the_versions_known_at_the_start_are_those_of_the_scripts() -> None:
    scripts = ScriptDirectory.from_config(configured(Config()))
    assert tuple(script.revision for script in reversed(list(scripts.walk_revisions()))) == VERSIONS


def test_a_migrated_file_has_the_tables_of_the_code(database: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_migrated_file_is_word_for_word_what_a_store_in_memory_makes(database: Path) -> None:
    def schema(raw: sqlite3.Connection) -> dict[str, str]:
        rows = raw.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return {name: re.sub(r"\s+", "", text) for name, text in rows if "alembic" not in name}

    with closing(sqlite3.connect(database)) as migrated, closing(sqlite3.connect(":memory:")) as made:
        for statement in SQLITE.ddl(metadata):
            made.execute(statement)
        assert schema(migrated) == schema(made)


async def catalog(url: str) -> dict[str, str]:
    raw = await asyncpg.connect(url)
    try:
        return {row["thing"]: row["shape"] for row in await raw.fetch(CATALOG) if "alembic" not in row["thing"]}
    finally:
        await raw.close()


async def test_a_migrated_postgres_has_the_tables_of_the_code(migrated_postgres: str, postgres_url: str) -> None:
    raw = await asyncpg.connect(postgres_url)
    for statement in POSTGRES.ddl(metadata):
        await raw.execute(statement)
    await raw.close()
    migrated = await catalog(migrated_postgres)
    assert migrated == await catalog(postgres_url)
    assert migrated["options orders"] == "{fillfactor=85} {autovacuum_vacuum_scale_factor=0.03}"


async def test_documents_are_compressed_the_cheap_way_where_the_server_can(migrated_postgres: str) -> None:
    raw = await asyncpg.connect(migrated_postgres)
    compression = await raw.fetchval(
        "SELECT attcompression FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'doc'"
    )
    able = await raw.fetchval("SELECT enumvals @> '{lz4}' FROM pg_settings WHERE name = 'default_toast_compression'")
    await raw.close()
    assert compression == (b"l" if able else b"\x00")


def test_no_index_looks_into_a_document() -> None:
    for table in metadata.sorted_tables:
        for index in table.indexes:
            assert all(isinstance(part, sa.Column) for part in index.expressions)
            assert not {"doc", "data", "document", "body"} & {column.name for column in index.columns}


async def test_migrating_again_changes_nothing(database: Path, migrated_postgres: str) -> None:
    before = await asyncio.to_thread(database.read_bytes)
    await migrate(f"sqlite:///{database}")
    await migrate(migrated_postgres)
    assert await asyncio.to_thread(database.read_bytes) == before


async def test_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(*_: Any, **__: Any) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("alembic.operations.Operations.create_index", half)
    with pytest.raises(RuntimeError, match="the power went"):
        await migrate(f"sqlite:///{tmp_path}/waymark.db")
    monkeypatch.undo()
    with closing(sqlite3.connect(tmp_path / "waymark.db")) as raw:
        assert raw.execute("SELECT name FROM sqlite_schema").fetchall() == []
    await migrate(f"sqlite:///{tmp_path}/waymark.db")


async def test_two_migrations_of_one_postgres_wait_for_each_other(postgres_url: str) -> None:
    await asyncio.gather(*(migrate(postgres_url) for _ in range(4)))
    assert "column orders.doc" in await catalog(postgres_url)


async def test_a_postgres_that_is_not_there_is_named_without_its_password(postgres_server: PostgresServer) -> None:
    with pytest.raises(DatabaseNotReady, match="cannot be reached") as refused:
        await migrate("postgresql://waymark:hunter2@127.0.0.1:1/nothing")
    assert "127.0.0.1:1/nothing" in str(refused.value)
    assert "hunter2" not in str(refused.value)
