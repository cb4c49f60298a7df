"""What starting either server needs."""

import os
import pwd
import random
import socket
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import IO

ROOT = 0
NOBODY = "nobody"


def in_wheel(package: str, *parts: str) -> Path:
    """The folder or file of an installed package, found without importing it: importing may create folders."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"{package} is not installed: `make` installs it, or name a running server")
    return Path(next(iter(spec.submodule_search_locations))).joinpath(*parts)


def free_port() -> int:
    """A port that nobody has now, below those that the system deals out to clients.

    Among those a client that keeps trying to reach a server that is down ends up connected to itself.
    """
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("no free port between 20000 and 30000")


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def launch(
    command: Sequence[str | Path], folder: Path, output: IO[bytes], *, user: str | None
) -> subprocess.Popen[bytes]:
    """A server working in the folder, out of reach of the terminal's Ctrl-C."""
    identity = pwd.getpwnam(user) if user else None
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=identity.pw_uid if identity else None,
        group=identity.pw_gid if identity else None,
        extra_groups=[] if identity else None,
    )


def unprivileged_user() -> str | None:
    """Whom to run Postgres as: it refuses root. None for the user who runs the tests."""
    return NOBODY if os.geteuid() == ROOT else None
