"""The servers that tests use come up, are apart from each other, and leave nothing behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest
import redis

from tests.servers.guardian import database_prefix, running_in
from tests.servers.owner import Owner, ask
from tests.servers.postgres import PostgresServer, find_postgres
from tests.servers.redis import RestartableRedis

ROOT = Path(__file__).resolve().parents[2]


async def tables(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    return [row["tablename"] for row in rows]


def make_table(url: str) -> None:
    async def make() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE TABLE parcels (id int)")
        await connection.close()

    asyncio.run(make())


async def test_a_test_gets_an_empty_database(postgres_url: str) -> None:
    assert await tables(postgres_url) == []


def test_a_template_is_filled_once_and_copied_often(postgres_server: PostgresServer) -> None:
    fills: list[str] = []

    def fill(url: str) -> None:
        fills.append(url)
        make_table(url)

    copies = [postgres_server.create(postgres_server.template("parcels", fill)) for _ in range(3)]
    assert [asyncio.run(tables(url)) for url in copies] == [["parcels"]] * 3
    assert len(fills) == 1
    for url in copies:
        postgres_server.drop(url)


async def test_a_database_is_dropped_from_under_its_clients(postgres_server: PostgresServer) -> None:
    url = postgres_server.create()
    connection = await asyncpg.connect(url)
    postgres_server.drop(url)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(url)
    connection.terminate()


def test_what_one_test_writes_to_redis_is_under_its_own_prefix(redis_url: str, redis_prefix: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set(f"{redis_prefix}parcel", "1")
        assert client.get(f"{redis_prefix}parcel") == b"1"
        client.delete(f"{redis_prefix}parcel")


def test_a_killed_redis_comes_back_on_its_port_and_has_forgotten_everything(redis_server: RestartableRedis) -> None:
    address = redis_server.url
    with redis.Redis.from_url(address) as client:
        client.set("parcel", "1")
    redis_server.kill()
    with redis.Redis.from_url(address) as client, pytest.raises(redis.ConnectionError):
        client.ping()
    redis_server.start()
    with redis.Redis.from_url(address) as client:
        assert redis_server.url == address
        assert client.get("parcel") is None


@pytest.fixture
def no_named_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers are started even where one is named or running."""
    for find in ("find_postgres", "find_redis"):
        monkeypatch.setattr(f"tests.servers.owner.{find}", lambda: None)


@pytest.mark.usefixtures("no_named_servers")
def test_both_servers_start_twice_in_a_row_and_leave_no_process_and_no_folder() -> None:
    for _ in range(2):
        with Owner() as owner:
            database = ask(owner.address, "postgres")
            assert asyncio.run(tables(database)) == []
            with redis.Redis.from_url(ask(owner.address, "redis")) as client:
                assert client.ping()
            folder = owner.folder
            assert folder is not None
            running = running_in(folder)
            assert {process.name() for process in running} >= {"postgres", "redis-server"}
        assert not folder.exists()
        assert running_in(folder) == []
        assert not any(process.is_running() for process in running)


RUN = """
import sys
from tests.servers import owner
from tests.servers.guardian import database_prefix
from tests.servers.postgres import PostgresServer

servers = owner.Owner()
owner.STARTERS["redis"] = (lambda: None, owner.STARTERS["redis"][1])
owner.ask(servers.address, "redis")
if {makes_database}:
    url = owner.ask(servers.address, "postgres")
    PostgresServer(url, database_prefix(servers.folder)).create()
print(servers.folder, flush=True)
sys.stdin.read()
"""


def interrupt_a_run(how: signal.Signals, makes_database: bool, **environment: str) -> Path:
    """The folder of a run that was ended by the signal, after its guardian has had time to clear up."""
    with subprocess.Popen(
        [sys.executable, "-c", RUN.format(makes_database=makes_database)],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # KeyboardInterrupt
        text=True,
    ) as run:
        assert run.stdout is not None
        folder = Path(run.stdout.readline().strip())
        assert running_in(folder)
        os.kill(run.pid, how)
        run.communicate()
    deadline = time.monotonic() + 20
    while (folder.exists() or running_in(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return folder


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_interrupted_leaves_no_process_and_no_folder(how: signal.Signals) -> None:
    folder = interrupt_a_run(how, makes_database=False)
    assert not folder.exists()
    assert running_in(folder) == []


async def test_a_run_that_is_killed_leaves_no_database_on_a_server_that_it_found(
    postgres_server: PostgresServer,
) -> None:
    folder = interrupt_a_run(signal.SIGKILL, makes_database=True, WAYMARK_TEST_POSTGRES=postgres_server.url)
    connection = await asyncpg.connect(postgres_server.url)
    names = [row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")]
    await connection.close()
    assert names
    assert [name for name in names if name.startswith(database_prefix(folder))] == []


def test_a_named_server_that_does_not_let_us_in_is_not_silently_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_TEST_POSTGRES", "postgresql://nobody:wrong@127.0.0.1:1/postgres")
    with pytest.raises(RuntimeError, match="WAYMARK_TEST_POSTGRES"):
        find_postgres()
