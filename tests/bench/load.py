"""A load on one address: so many connections, each asking again as soon as it was answered. HTTP/1.1 by hand."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Load:
    """`seconds` of wall time, and of each answer in order; `failed` answers had another status or were not `good`."""

    answers: int
    failed: int
    seconds: float
    latencies: tuple[float, ...]
    wrong: bytes = b""

    @property
    def rate(self) -> float:
        return self.answers / self.seconds

    def quantile(self, share: float) -> float:
        """Seconds within which that share of the answers came."""
        ranked = sorted(self.latencies)
        return ranked[min(int(len(ranked) * share), len(ranked) - 1)]


async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str, body: bytes) -> bytes:
    """The body of one answer with status 200; b"" otherwise."""
    writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
    answer = await reader.readuntil(b"\r\n\r\n")
    lowered = answer.lower()
    start = lowered.index(b"content-length:") + len(b"content-length:")
    content = await reader.readexactly(int(lowered[start : lowered.index(b"\r\n", start)]))
    return content if answer.startswith(b"HTTP/1.1 200") else b""


async def press(
    address: str,
    path: str,
    token: str,
    body: Callable[[], bytes],
    good: Callable[[bytes], bool],
    connections: int,
    seconds: float,
) -> Load:
    """The load as it went, over `seconds` after one second of warming up."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 80
    head = f"POST {path} HTTP/1.1\r\nhost: {parts.netloc}\r\ncontent-type: application/json\r\n"
    head += f"authorization: Bearer {token}\r\n" if token else ""
    latencies: list[float] = []
    failed, wrong = 0, b""
    begin = time.perf_counter() + 1.0
    end = begin + seconds

    async def ask() -> None:
        nonlocal failed, wrong
        reader, writer = await asyncio.open_connection(host, port)
        while (sent := time.perf_counter()) < end:
            answer = await one(reader, writer, head, body())
            if sent >= begin:
                latencies.append(time.perf_counter() - sent)
                if not good(answer):
                    failed, wrong = failed + 1, answer
        writer.close()

    await asyncio.gather(*(ask() for _ in range(connections)))
    return Load(len(latencies), failed, seconds, tuple(latencies), wrong)
