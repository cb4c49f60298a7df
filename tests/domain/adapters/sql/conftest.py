import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.adapters.sql.migrating import migrate
from tests.domain.adapters.sql.lives import lived
from tests.servers.postgres import PostgresServer, on_own_loop


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A migrated file, in nobody's use."""
    path = tmp_path / "waymark.db"
    on_own_loop(lambda: migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture
def migrated_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a migrated database."""
    template = postgres_server.template("migrated", lambda url: on_own_loop(lambda: migrate(url)))
    url = postgres_server.create(template)
    yield url
    postgres_server.drop(url)


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("originals") / "waymark.db"

    async def live() -> None:
        await migrate(f"sqlite:///{path}")
        await lived(f"sqlite:///{path}", 6)

    on_own_loop(live)
    return path


@pytest.fixture
def lives(originals: Path, tmp_path: Path) -> Path:
    """A file with a few orders and all their events, to be damaged at will."""
    return Path(shutil.copy(originals, tmp_path / "waymark.db"))
