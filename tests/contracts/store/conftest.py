"""Every test that asks for `store` runs on each of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.adapters.clock import VirtualClock
from domain.adapters.ids import SeededIds
from domain.adapters.sql import OpenStore, open_store
from domain.adapters.sql.migrating import migrate
from tests.factories import (
    NOW,
)
from tests.servers.postgres import PostgresServer, on_own_loop


@pytest.fixture(params=["in memory", "in a file", "on postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OpenStore]:
    clock, ids = VirtualClock(NOW), SeededIds(1)
    if request.param == "on postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        template = server.template("migrated", lambda url: on_own_loop(lambda: migrate(url)))
        url = server.create(template)
        opened = await open_store(url, clock, ids)
        yield opened
        await opened.close()
        server.drop(url)
        return
    url = "sqlite://" if request.param == "in memory" else f"sqlite:///{tmp_path}/waymark.db"
    await migrate(url)
    opened = await open_store(url, clock, ids)
    yield opened
    await opened.close()
