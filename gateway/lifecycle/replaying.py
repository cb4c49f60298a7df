"""What is asked of a whole journal, from outside."""

from collections.abc import AsyncIterator

from domain.adapters.sql.errors import DatabaseUnusable
from domain.adapters.sql.replay import Replay
from gateway.config import Settings
from gateway.problems import CannotStart


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
