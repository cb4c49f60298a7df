"""The socket that the gateway listens on."""

import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from gateway.config import Settings
from gateway.problems import CannotStart

BACKLOG: Final = 1024
UNACKNOWLEDGED: Final = 4000  # ms after which the kernel gives up a client that takes nothing any more


@contextmanager
def bound(settings: Settings) -> Iterator[tuple[Settings, socket.socket]]:
    """(the settings with the port as it became, the socket). Raises: CannotStart."""
    with contextlib.closing(listening(settings.host, settings.port)) as listener:
        yield settings.model_copy(update={"port": listener.getsockname()[1]}), listener


def listening(host: str, port: int) -> socket.socket:
    """A bound socket. Raises: CannotStart, when the port is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotStart(f"cannot listen on {host}:{port}: {error.strerror}") from None
    listener.setblocking(False)
    return listener
