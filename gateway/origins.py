"""Which pages may call: one rule for HTTP and websocket alike. Whoever sends no Origin is no page."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
DEFAULT_PORTS: Final = {"http": 80, "https": 443}

Origin = tuple[str, str, int | None]


class Origins:
    """The listed ones, and pages of our own address. Never by the Host header: whoever asks chooses that.

    `any_loopback`: pages of this machine, on any port, for development.
    """

    def __init__(self, listed: Iterable[str], public_url: str, *, any_loopback: bool) -> None:
        listed = tuple(listed)
        self.everybody = "*" in listed
        self._listed = {_parsed(origin) for origin in (*listed, public_url)} - {None}
        self._any_loopback = any_loopback

    def allow(self, origin: str | None) -> bool:
        if origin is None or self.everybody:
            return True
        parsed = _parsed(origin)
        if parsed is None:
            return False
        return parsed in self._listed or (self._any_loopback and parsed[1] in LOOPBACK)


def _parsed(origin: str) -> Origin | None:
    try:
        parts = urlsplit(origin.strip())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme]
