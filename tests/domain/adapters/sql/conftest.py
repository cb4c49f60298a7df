from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.adapters.sql.migrating import migrate
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
