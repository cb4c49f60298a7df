"""The simulated programs as processes of their own, beside a gateway in development."""

import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from pydantic import SecretStr

from gateway.config import Settings
from gateway.development import PROVIDERS, SIMULATED_PORTS
from gateway.origins import LOOPBACK
from gateway.problems import CannotStart

PATIENCE = 20.0  # seconds for a program to say that it is ready
FAREWELL = 2.0  # seconds for it to end by itself

Process = subprocess.Popen[str]


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
    world = World({})
    try:
        for program, provider in PROVIDERS.items():
            if urlsplit(getattr(settings, f"{provider}_base_url")).hostname in LOOPBACK:
                world.processes[program] = _start(settings, program, provider)
        yield world
    finally:
        world.end()


class World:
    """The processes by program."""

    def __init__(self, processes: dict[str, Process]) -> None:
        self.processes = processes
        self._ready: set[str] = set()

    @property
    def is_whole(self) -> bool:
        return set(self.processes) == set(PROVIDERS)

    def wait(self) -> None:
        """Every program answers. Raises: CannotStart."""
        for program, process in self.processes.items():
            if program in self._ready:
                continue
            assert process.stdout is not None
            readable, _, _ = select.select([process.stdout], [], [], PATIENCE)
            if not readable or not process.stdout.readline().startswith("simulated "):
                raise CannotStart(f"the simulated {program} did not start")
            self._ready.add(program)

    def end(self) -> None:
        """All at once."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(FAREWELL)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            assert process.stdout is not None
            process.stdout.close()


def _start(settings: Settings, program: str, provider: str) -> Process:
    """Out of reach of the terminal's Ctrl-C: the gateway ends first, then what it talks to. Dies with this process."""
    port = urlsplit(getattr(settings, f"{provider}_base_url")).port or 80
    words = [
        "--port", str(port), "--folder", str(settings.folder / "simulated"), "--with-parent",
        "--callback-url", f"http://{settings.host}:{settings.port}/webhooks/{provider}",
    ]  # fmt: skip
    if program == "warehouse":
        words += ["--carrier-url", settings.easypost_base_url]
    secrets: tuple[SecretStr, ...] = getattr(settings, f"{provider}_webhook_secret") or ()
    key: SecretStr = getattr(settings, f"{provider}_key")
    environment = os.environ | {
        "WAYMARK_SIMULATED_SECRET": secrets[0].get_secret_value() if secrets else "",
        "WAYMARK_SIMULATED_KEY": key.get_secret_value(),
    }
    command = [sys.executable, "-m", "gateway.simulated.run", program, *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True)
