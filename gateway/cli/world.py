"""The simulated programs beside a gateway in development."""

import json
import select
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from gateway.config import Settings
from gateway.development import PROVIDERS, SIMULATED_PORTS
from gateway.origins import LOOPBACK
from gateway.problems import CannotStart

PATIENCE = 20.0  # seconds for a program to say that it is ready
FAREWELL = 2.0  # seconds for it to end by itself


def on_free_ports(settings: Settings) -> Settings:
    """With other ports for the simulated programs whose usual one somebody has: two demos may run side by side."""
    taken = {
        f"{provider}_base_url": f"http://127.0.0.1:{_free_port()}"
        for provider, port in SIMULATED_PORTS.items()
        if getattr(settings, f"{provider}_base_url") == f"http://127.0.0.1:{port}" and _is_taken(port)
    }
    return settings.model_copy(update=taken)


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def simulated_world(settings: Settings) -> Iterator["World"]:
    """While inside, the programs run whose addresses in the settings are loopback ones."""
    here = {
        program: provider
        for program, provider in PROVIDERS.items()
        if urlsplit(getattr(settings, f"{provider}_base_url")).hostname in LOOPBACK
    }
    world = World([_call(settings, program, provider) for program, provider in here.items()])
    try:
        yield world
    finally:
        world.end()


class World:
    """The programs that `calls` describe, loaded once and each a process of its own; they end with this one."""

    def __init__(self, calls: Sequence[Mapping[str, Any]]) -> None:
        self.is_whole = {call["kind"] for call in calls} == set(PROVIDERS)
        self._waiting_for = [call["kind"] for call in calls]
        self._process: subprocess.Popen[bytes] | None = None
        if calls:
            # Out of reach of the terminal's Ctrl-C: the gateway ends first, then what it talks to.
            command = [sys.executable, "-m", "gateway.simulated.together"]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, start_new_session=True, bufsize=0)
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(calls).encode())
            self._process.stdin.close()

    def wait(self) -> None:
        """Every program answers. Raises: CannotStart."""
        if self._process is None:
            return
        assert self._process.stdout is not None
        while self._waiting_for:
            readable, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
            line = self._process.stdout.readline().decode() if readable else ""
            ready = next((kind for kind in self._waiting_for if line.startswith(f"simulated {kind} ")), None)
            if ready is None:
                raise CannotStart(f"the simulated {self._waiting_for[0]} did not start")
            self._waiting_for.remove(ready)

    def end(self) -> None:
        """All at once."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def _call(settings: Settings, program: str, provider: str) -> dict[str, Any]:
    """The arguments of `gateway.simulated.run.serve`; they travel by a pipe, for there are secrets among them."""
    secrets: tuple[SecretStr, ...] = getattr(settings, f"{provider}_webhook_secret") or ()
    key: SecretStr = getattr(settings, f"{provider}_key")
    return {
        "kind": program,
        "port": urlsplit(getattr(settings, f"{provider}_base_url")).port or 80,
        "folder": str((settings.folder / "simulated").resolve()),
        "callback_url": f"http://{settings.host}:{settings.port}/webhooks/{provider}",
        "secret": secrets[0].get_secret_value() if secrets else "",
        "key": key.get_secret_value(),
        "carrier_url": settings.easypost_base_url if program == "warehouse" else "",
    }
