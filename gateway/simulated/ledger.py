"""A simulated program's ledger: one SQLite file that survives the program, and the read-only eyes of tests on it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COMMON_TABLES = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
  at REAL NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS asks (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, path TEXT NOT NULL, at REAL NOT NULL, outcome TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS asks_key ON asks (key);
CREATE TABLE IF NOT EXISTS steps (
  id INTEGER PRIMARY KEY, object TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, due REAL NOT NULL,
  done_at REAL) STRICT;
CREATE INDEX IF NOT EXISTS steps_due ON steps (due) WHERE done_at IS NULL;
CREATE TABLE IF NOT EXISTS callbacks (
  id INTEGER PRIMARY KEY, object TEXT NOT NULL, event TEXT NOT NULL, target TEXT NOT NULL, body TEXT NOT NULL,
  due REAL NOT NULL, overtakable INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  ended_at REAL, outcome TEXT) STRICT;
CREATE INDEX IF NOT EXISTS callbacks_open ON callbacks (object, id) WHERE ended_at IS NULL;
"""


class Ledger:
    """The one writer of its file; every call is short and made from the program's event loop.

    WAL with synchronous NORMAL: what is committed survives kill -9 of the program. A power cut may take the last
    commits with it, which no test here stages, and it spares the machine an fsync for every pretended payment.
    """

    def __init__(self, path: Path, tables: str = "") -> None:
        self.path = path
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=5000"):
            self._connection.execute(f"PRAGMA {pragma}").close()
        self._connection.executescript(COMMON_TABLES + tables)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything written inside is committed together at the end, or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def execute(self, statement: str, *values: object) -> int:
        """Answers the number of rows changed."""
        return self._connection.execute(statement, values).rowcount

    def rows(self, statement: str, *values: object) -> list[sqlite3.Row]:
        return self._connection.execute(statement, values).fetchall()

    def row(self, statement: str, *values: object) -> sqlite3.Row | None:
        found = self.rows(statement, *values)
        return found[0] if found else None

    def setting(self, name: str, otherwise: str) -> str:
        """The stored value; `otherwise` is stored and answered when there is none yet."""
        self.execute("INSERT INTO settings VALUES (?, ?) ON CONFLICT DO NOTHING", name, otherwise)
        return str(self.rows("SELECT value FROM settings WHERE name = ?", name)[0][0])

    def set(self, name: str, value: str) -> None:
        self.execute("INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, value)

    def close(self) -> None:
        self._connection.close()
