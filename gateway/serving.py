"""Running the app under uvicorn: our own listening socket, an end in time, whoever does not read.

A client that never reads would pin the server (measured: for minutes). Three things together free it: the kernel gives
the connection up when nothing was acknowledged for four seconds, a send gives up after three (see SendDeadline), and
at the end what is left of websockets is cut off.
"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Generator
from types import FrameType
from typing import Final

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from gateway.app import create_app
from gateway.config import Settings
from gateway.health import Life
from gateway.lifecycle.opening import opened
from gateway.logs import log

LINGER: Final = 0.8  # seconds that websockets have to close by themselves at the end
GRACE: Final = 1  # seconds that requests under way have to be answered at the end
LARGEST_MESSAGE: Final = 64 * 1024


async def serve(
    settings: Settings, listener: socket.socket, *, worker: bool = True, ready: Callable[[], None] | None = None
) -> None:
    """Serves until SIGINT or SIGTERM. `ready` is called once requests are answered. Raises: CannotStart."""

    def announce() -> None:
        log.info("serving", mode=settings.mode.value, host=settings.host, port=settings.port)
        if ready is not None:
            ready()

    async with opened(settings) as ports:
        await Server(create_app(settings, ports, worker=worker), announce, settings.drain_seconds).serve([listener])
    log.info("stopped")


class Server(uvicorn.Server):
    """uvicorn's, which says that it drains before it stops, and never waits for whoever does not read."""

    def __init__(self, app: Starlette, ready: Callable[[], None], drain_seconds: float = 0.0) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                loop="none",
                http="httptools",
                ws="websockets-sansio",
                lifespan="on",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=5,
                timeout_graceful_shutdown=GRACE,
                ws_max_size=LARGEST_MESSAGE,
                ws_per_message_deflate=False,
            )
        )
        self._life: Life = app.state.life
        self._ready = ready
        self._drain = drain_seconds
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal begins the end, a second Ctrl-C hastens it."""
        if self._life.draining:
            self.force_exit = self.force_exit or sig == signal.SIGINT
            self.should_exit = True
            return
        self._life.draining = True
        if self._drain and self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.call_later, self._drain, self._stop)
        else:
            self._stop()

    def _stop(self) -> None:
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """As uvicorn's, but the signal is not raised again: an end that was asked for is a success."""
        before = {sig: signal.signal(sig, self.handle_exit) for sig in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sig, handler in before.items():
                signal.signal(sig, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().call_later(LINGER, self._cut_websockets)
        await super().shutdown(sockets)

    def _cut_websockets(self) -> None:
        for connection in list(self.server_state.connections):
            if isinstance(connection, WebSocketsSansIOProtocol):
                connection.transport.abort()
