"""Alembic run in the process, on a SQLite connection or into the text that Postgres is given."""

import io
import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from domain.adapters.sql.errors import DatabaseNotReady

SCRIPTS = Path(__file__).with_name("migrations")


def upgrade_sqlite(raw: sqlite3.Connection, place: str) -> None:
    """All steps and the new version in one transaction. Raises: DatabaseNotReady."""
    raw.execute("PRAGMA foreign_keys = OFF")  # a batch step builds a table anew under another's keys
    engine = sa.create_engine("sqlite://", creator=lambda: raw, poolclass=sa.pool.StaticPool)
    sa.event.listen(engine, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as connection:
        config = configured(Config())
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone() is not None:
            raise DatabaseNotReady(f"{place} cannot be migrated: a row refers to one that is not there.")


def postgres_steps(version: str | None) -> str:
    """What brings a Postgres database from that version to the newest, as SQL."""
    text = io.StringIO()
    command.upgrade(configured(Config(output_buffer=text)), f"{version or 'base'}:head", sql=True)
    return text.getvalue()


def configured(config: Config) -> Config:
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config
