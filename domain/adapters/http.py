"""Talking to partners: one client, no redirects, no retries of its own, and an end to every wait.

What a partner said is an `Answer`; everything that is neither a yes nor a no is Unavailable, because then nobody knows
what happened there. Bodies and addresses are never logged: they are full of people.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2
import msgspec

from domain.ports import Unavailable

T = TypeVar("T")

DEADLINE = 10.0  # seconds for the whole exchange, however slowly the partner dribbles
LARGEST = 4_000_000  # bytes of an answer
# No verdict on what we asked: try later, come in properly first, or not us at all.
_UNDECIDED = frozenset({401, 403, 407, 408, 421, 425, 429})


class Unreadable(ValueError):
    """A partner's message, though signed, is not in the form that it is known to have."""


def open_client() -> httpx2.AsyncClient:
    """For all partners of a process, to be closed by `async with`. What the shell says of proxies does not count."""
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(DEADLINE, connect=3.0, pool=3.0),
        limits=httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=15.0),
        follow_redirects=False,
        trust_env=False,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """A definite one: 2xx, or a 4xx that is a no."""

    status: int
    body: bytes

    @property
    def is_yes(self) -> bool:
        return self.status < 300

    def read(self, kind: type[T]) -> T:
        """Raises: Unavailable if the body is not what it should be: something was done, but who knows what."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unavailable(f"answered {self.status} with something unreadable") from error


async def ask(client: httpx2.AsyncClient, method: str, url: str, **request: Any) -> Answer:
    """Raises: Unavailable when it took too long, the connection broke, or the status is no verdict."""
    try:
        async with asyncio.timeout(DEADLINE), client.stream(method, url, **request) as response:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > LARGEST:
                    raise Unavailable("answered without end")
    except TimeoutError as error:
        raise Unavailable("took too long") from error
    except httpx2.HTTPError as error:
        raise Unavailable(type(error).__name__) from error
    if response.status_code in _UNDECIDED or not (
        200 <= response.status_code < 300 or 400 <= response.status_code < 500
    ):
        raise Unavailable(f"answered {response.status_code}")
    return Answer(response.status_code, bytes(body))


def read_message(body: bytes, kind: type[T]) -> T:
    """A webhook's body. Raises: Unreadable."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(str(error)) from error
