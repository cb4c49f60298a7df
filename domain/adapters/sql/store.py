"""Opening a store by its address: `sqlite:///file`, `sqlite://` (in memory) or `postgresql://...`."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from domain.adapters.sql.sqlite import InlineSqliteStore, SqliteStore
from domain.adapters.sql.urls import MEMORY, sqlite_path
from domain.ports import Clock, Ids, Reader, UnitOfWork

T = TypeVar("T")


class OpenStore(Protocol):
    """A store and its end."""

    async def write(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T: ...
    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T: ...
    async def listen_effects(self, wake: Callable[[], None]) -> None:
        """`wake` is called whenever another process made an effect due."""
        ...

    async def close(self) -> None: ...


async def open_store(
    url: str, clock: Clock, ids: Ids, *, inline: bool = False, read_only: bool = False, readers: int = 4
) -> OpenStore:
    """A store over a migrated database. Raises: DatabaseInUse, DatabaseNotReady."""
    path = sqlite_path(url)
    if path is None:
        from domain.adapters.sql.postgres import PostgresStore  # noqa: PLC0415 - its driver is loaded where it is used

        return await PostgresStore.open(url, clock, ids, read_only=read_only)
    if path == MEMORY or inline:
        return InlineSqliteStore(path, clock)
    return SqliteStore(path, clock, readers=readers, read_only=read_only)
