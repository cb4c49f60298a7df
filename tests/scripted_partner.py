"""A partner on a real socket that says and does exactly what a test tells it to, however rude.

async with scripted_partner(says(200, b"{}"), HANGS, RESETS) as partner:
    ...                                  # requests to partner.address meet these turns, the last one for ever
    assert partner.asked[0].form == {"amount": "5"}
"""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Asked:
    """One request as it came in; names of headers in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body)))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Turn = Callable[[asyncio.StreamWriter], Awaitable[None]]


def says(status: int, body: bytes | dict[str, Any] = b"", **headers: str) -> Turn:
    content = json.dumps(body).encode() if isinstance(body, dict) else body

    async def turn(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} X", f"content-length: {len(content)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        await writer.drain()

    return turn


def sends(raw: bytes) -> Turn:
    """These bytes, whatever they are; then the connection is closed."""

    async def turn(writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        writer.close()

    return turn


async def HANGS(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def RESETS(writer: asyncio.StreamWriter) -> None:
    """The connection is reset without a word, as by a crash."""
    its_socket: socket.socket = writer.get_extra_info("socket")
    its_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def DRIBBLES(writer: asyncio.StreamWriter) -> None:
    """An answer that never stops and never ends: each wait for more is short."""
    writer.write(b"HTTP/1.1 200 X\r\ncontent-length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def FLOODS(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await writer.drain()


@dataclass
class ScriptedPartner:
    address: str = ""
    asked: list[Asked] = field(default_factory=list)


@asynccontextmanager
async def scripted_partner(*turns: Turn) -> AsyncIterator[ScriptedPartner]:
    """The turns in order, the last one again and again."""
    partner = ScriptedPartner()
    left = list(turns)
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            while not writer.is_closing():
                partner.asked.append(await read_request(reader))
                await (left.pop(0) if len(left) > 1 else left[0])(writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            running.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    partner.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield partner
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await server.wait_closed()


async def read_request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return Asked(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))
