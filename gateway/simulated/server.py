"""The socket side of a simulated program: one loopback port, one ledger, and an end within a second."""

import asyncio
import fcntl
import os
import socket
import sys
from pathlib import Path
from typing import IO

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.simulated.boundary import TRANSPORT_EXTENSION
from gateway.simulated.program import CannotStart, Program


class DroppingProtocol(HttpToolsProtocol):
    """Uvicorn's own, which also shows the app its transport: a dropped connection is dropped at the socket."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT_EXTENSION: {"transport": self.transport}}


class SimulatedServer(uvicorn.Server):
    """Says when it is ready; ends at once what is held or slow when it is told to stop."""

    def __init__(self, config: uvicorn.Config, program: Program, parent: int | None) -> None:
        super().__init__(config)
        self._program = program
        self._parent = parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # One write, newline included: several programs may share this output.
        sys.stdout.write(f"simulated {self._program.kind.name} on {self._program.options.address}\n")
        sys.stdout.flush()

    async def on_tick(self, counter: int) -> bool:
        orphaned = self._parent is not None and os.getppid() != self._parent
        return await super().on_tick(counter) or orphaned

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answers under way have a moment; whoever is still connected after it is cut off."""
        self._program.closing.set()
        asyncio.get_running_loop().call_later(0.3, self._cut)
        await super().shutdown(sockets)

    def _cut(self) -> None:
        for connection in list(self.server_state.connections):
            if isinstance(connection, DroppingProtocol):
                connection.transport.abort()


def locked(folder: Path, kind: str) -> IO[str]:
    """Held until the process ends, however it ends: a ledger has one program."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / f"{kind}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise CannotStart(f"another simulated {kind} uses {folder}") from None
    return lock


def bound_to(port: int) -> socket.socket:
    """Loopback only; port 0 takes a free one."""
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        bound.close()
        raise CannotStart(f"port {port} cannot be used: {error}") from None
    return bound
