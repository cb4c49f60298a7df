"""What a simulated provider's own books say."""

import sqlite3
from contextlib import closing
from pathlib import Path


class Auditor:
    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, statement: str, *values: object) -> list[sqlite3.Row]:
        """Reads the file while the program runs, or after it was killed; cannot write."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(statement, values).fetchall()

    def _counts(self, statement: str, *values: object) -> dict[str, int]:
        return {str(row[0]): int(row[1]) for row in self.rows(statement, *values)}

    def times_asked(self) -> dict[str, int]:
        """Idempotency key -> how often it was asked."""
        return self._counts("SELECT key, count(*) FROM asks GROUP BY key")

    def movements(self, kind: str) -> dict[str, int]:
        """Idempotency key -> how often it moved money; `kind` is authorization, capture, void or refund."""
        return self._counts("SELECT coalesce(key, ''), count(*) FROM movements WHERE kind = ? GROUP BY 1", kind)

    def charges(self) -> dict[str, int]:
        """Idempotency key -> number of authorizations made under it."""
        return self.movements("authorization")

    def duplicates(self) -> list[str]:
        """Keys that moved money of one kind more than once, and payments that hold more than one live authorization."""
        keys = self.rows("SELECT key FROM movements WHERE key IS NOT NULL GROUP BY key, kind HAVING count(*) > 1")
        payments = self.rows(
            "SELECT json_extract(metadata, '$.order') || '/' || json_extract(metadata, '$.payment') AS payment "
            "FROM intents WHERE status IN ('requires_capture', 'succeeded') AND payment IS NOT NULL "
            "GROUP BY payment HAVING count(*) > 1"
        )
        return [str(row[0]) for row in [*keys, *payments]]

    def authorized(self) -> dict[str, int]:
        """Currency -> minor units that are held and neither captured nor given back."""
        return self._counts("SELECT currency, sum(capturable) FROM intents GROUP BY currency")

    def net(self) -> dict[str, int]:
        """Currency -> captured less refunded, in minor units, summed over the movements."""
        return self._counts(
            "SELECT currency, sum(CASE kind WHEN 'capture' THEN amount WHEN 'refund' THEN -amount ELSE 0 END) "
            "FROM movements GROUP BY currency"
        )

    def callbacks(self) -> list[sqlite3.Row]:
        """Every callback owed: object, event, body, attempts, ended_at, outcome."""
        return self.rows("SELECT * FROM callbacks ORDER BY id")
