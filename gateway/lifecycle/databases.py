"""What is done to a database while nothing serves from it, and what is asked of it from outside."""

from collections.abc import AsyncIterator
from pathlib import Path

from domain.adapters.sql.errors import DatabaseUnusable
from domain.adapters.sql.migrating import migrate
from domain.adapters.sql.replay import Replay
from domain.adapters.sql.urls import MEMORY, sqlite_path
from gateway.config import Settings
from gateway.problems import CannotStart


async def migrated(settings: Settings) -> None:
    """The database has this version's tables; a SQLite file and its folder are made. Raises: CannotStart."""
    try:
        path = sqlite_path(settings.database_url)
        if path is not None and path != MEMORY:
            _make_folder(Path(path))
        await migrate(settings.database_url)
    except (DatabaseUnusable, ValueError) as error:
        raise CannotStart(str(error)) from None
    except OSError as error:
        raise CannotStart(f"the database cannot be reached: {error.strerror or type(error).__name__}") from None


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"{file} cannot be written: {error.strerror}") from None


class Reading:
    """The whole journal, read again. `orders` and `events` count what was read."""

    def __init__(self, settings: Settings) -> None:
        self._replay = Replay(settings.database_url)

    @property
    def orders(self) -> int:
        return self._replay.orders

    @property
    def events(self) -> int:
        return self._replay.events

    async def findings(self) -> AsyncIterator[str]:
        """A line for everything that is not as it was written. Raises: CannotStart."""
        try:
            async for finding in self._replay.findings():
                yield str(finding)
        except (DatabaseUnusable, ValueError) as error:
            raise CannotStart(str(error)) from None
        except OSError as error:
            raise CannotStart(f"the database cannot be reached: {error.strerror or type(error).__name__}") from None
