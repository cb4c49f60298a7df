"""A store by the settings, its refusals as one line each."""

from domain.adapters.sql.errors import DatabaseUnusable
from domain.adapters.sql.store import OpenStore, open_store
from domain.ports import Clock, Ids
from gateway.config import Settings
from gateway.problems import CannotStart


async def store_of(settings: Settings, clock: Clock, ids: Ids, *, read_only: bool = False) -> OpenStore:
    """Raises: CannotStart."""
    try:
        return await open_store(settings.database_url, clock, ids, read_only=read_only)
    except DatabaseUnusable as error:
        raise CannotStart(str(error)) from None
    except ValueError as error:
        raise CannotStart(f"WAYMARK_DATABASE_URL: {error}") from None
    except OSError as error:
        raise CannotStart(f"the database cannot be reached: {error.strerror or type(error).__name__}") from None
