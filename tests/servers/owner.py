"""The owner of a run's servers: the pytest process that outlives all others.

Under xdist each worker is a process of its own, and none may own what all of them use. So the first pytest process
opens a small door on loopback; whoever needs a server asks there and gets its address. Nothing is started before it is
asked for, and what was started ends with the owner: orderly, or by the guardian's hand when the owner was killed.
"""

import contextlib
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable
from multiprocessing.connection import Client, Listener
from pathlib import Path
from threading import Thread
from typing import Self

from tests.servers import guardian
from tests.servers.postgres import find_postgres, start_postgres
from tests.servers.redis import find_redis, start_redis

Address = tuple[str, int, bytes]

STARTERS: dict[str, tuple[Callable[[], str | None], Callable[[Path], str]]] = {
    "postgres": (find_postgres, start_postgres),
    # What is measured or killed must write like the real thing; a server that was found does so anyway.
    "durable postgres": (find_postgres, lambda folder: start_postgres(folder, durable=True)),
    "redis": (find_redis, start_redis),
    "folder": (lambda: None, str),  # a watched folder, for a test that runs a server of its own
}
DATABASES = {"postgres", "durable postgres"}


class Owner:
    """Answers with the addresses of servers, and ends them."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._guardian: subprocess.Popen[bytes] | None = None
        self._answers: dict[str, str] = {}
        self._key = secrets.token_bytes(16)
        self._listener = Listener(("127.0.0.1", 0), authkey=self._key)
        self._thread = Thread(target=self._answer_all, name="test servers", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def address(self) -> Address:
        host, port = self._listener.address
        return str(host), int(port), self._key

    @property
    def folder(self) -> Path | None:
        """Where the servers live; None as long as nothing was started."""
        return self._folder

    def close(self) -> None:
        """Every server started here has ended, the folder and the guardian are gone."""
        ask(self.address, "close")
        self._thread.join()
        self._listener.close()
        if self._folder is not None and self._guardian is not None:
            guardian.clear(self._folder)
            self._guardian.communicate()

    def _answer_all(self) -> None:
        while True:
            with self._listener.accept() as connection:
                wanted = str(connection.recv())
                # A caller that died while waiting must not end the door for the others.
                with contextlib.suppress(OSError):
                    try:
                        connection.send(("here", "" if wanted == "close" else self._find_or_start(wanted)))
                    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
                        connection.send(("failed", f"{type(error).__name__}: {error}"))
                if wanted == "close":
                    return

    def _find_or_start(self, wanted: str) -> str:
        if wanted not in self._answers:
            find, start = STARTERS[wanted]
            found = find()
            if found and wanted in DATABASES:
                guardian.remember_found_postgres(self._watched_folder(), found)
            self._answers[wanted] = found or start(self._watched_folder())
        return self._answers[wanted]

    def _watched_folder(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="waymark-tests-"))
            self._folder.chmod(0o755)  # a server started by root runs as somebody else
            self._guardian = subprocess.Popen(
                [sys.executable, "-P", guardian.__file__, str(self._folder)],
                stdin=subprocess.PIPE,
                cwd="/",
                start_new_session=True,
            )
        return self._folder


def ask(address: Address, wanted: str) -> str:
    """The address of a running server of that kind."""
    host, port, key = address
    with Client((host, port), authkey=key) as connection:
        connection.send(wanted)
        outcome, answer = connection.recv()
    if outcome == "failed":
        raise RuntimeError(f"no {wanted} for the tests: {answer}")
    return str(answer)
