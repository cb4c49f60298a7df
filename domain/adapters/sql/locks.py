"""One writing process for a SQLite database, held by a lock file beside it that the kernel frees with the process."""

import fcntl
import os
from pathlib import Path

from domain.adapters.sql.errors import DatabaseInUse, DatabaseNotReady


class WriterLock:
    """Held from here until `release`. Raises: DatabaseInUse, DatabaseNotReady (the folder cannot be written)."""

    def __init__(self, database: Path) -> None:
        path = Path(f"{database}.lock")
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseNotReady(f"{database} cannot be written: {error.strerror} ({path}).") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._file, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            raise DatabaseInUse(
                f"{database} is in use by process {holder}: a SQLite database has one writing process, "
                "so stop that one first (or use Postgres, which takes any number)."
            ) from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, b"%d\n" % os.getpid(), 0)

    def release(self) -> None:
        """The file stays: removing it could take it from under somebody who waits for it."""
        os.close(self._file)
