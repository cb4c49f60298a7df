"""What is done to a database before anything serves from it."""

from pathlib import Path

from domain.adapters.sql.errors import DatabaseUnusable
from domain.adapters.sql.migrating import migrate
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
