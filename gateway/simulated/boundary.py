"""The edge of a simulated program: its name on every answer, a limit on every body, and the network's faults."""

import asyncio
import socket
import struct
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.simulated.faults import TRANSPORT
from gateway.simulated.program import Program

BODY_LIMIT = 256 * 1024
DRAIN_LIMIT = 64 * BODY_LIMIT
HOLD_SECONDS = 60.0
TRANSPORT_EXTENSION = "simulated.transport"


async def _whole_body(receive: Receive) -> bytes | None:
    """None when it is too long, or the client left.

    One that is too long is read to its end all the same, or the client would never see the answer.
    """
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part: bytes = message.get("body", b"")
        length += len(part)
        if length <= BODY_LIMIT:
            parts.append(part)
        if not message.get("more_body", False) or length > DRAIN_LIMIT:
            return b"".join(parts) if length <= BODY_LIMIT else None


def _reset(scope: Scope) -> None:
    """The client sees its connection reset. Without a socket of ours (in-process use) the error is raised at it."""
    extension: dict[str, Any] | None = scope.get("extensions", {}).get(TRANSPORT_EXTENSION)
    if extension is None:
        raise ConnectionResetError("the simulated program dropped the connection")
    transport: asyncio.Transport = extension["transport"]
    peer = transport.get_extra_info("socket")
    if peer is not None:
        # Linger on, zero seconds: the kernel sends a reset instead of an orderly end.
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


class Boundary:
    """ASGI middleware around all of a program."""

    def __init__(self, app: ASGIApp, program: Program) -> None:
        self.app = app
        self.program = program

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", []), (b"x-simulated", self.program.kind.name.encode())]
                message = {**message, "headers": headers}
            await send(message)

        body = await _whole_body(receive)
        if body is None:
            error = {"type": "invalid_request_error", "message": f"a body has at most {BODY_LIMIT} bytes"}
            refusal = JSONResponse({"error": error}, 413, {"Connection": "close"})
            await refusal(scope, receive, named)
            return
        turn = self.program.faults.turn()
        scope.setdefault("state", {})["turn"] = turn
        fault = turn.strikes(*TRANSPORT) if scope["path"].startswith(self.program.kind.doors) else None
        await self._answer(fault, scope, body, receive, named)

    async def _answer(self, fault: str | None, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        unread = [body]

        async def read() -> Message:
            return {"type": "http.request", "body": unread.pop()} if unread else await receive()

        async def withheld(message: Message) -> None:
            """The work was done; its answer goes nowhere."""

        if fault == "error":
            error = {"type": "api_error", "message": "the simulated program failed on purpose"}
            await JSONResponse({"error": error}, 500)(scope, read, send)
        elif fault == "timeout":
            await self._hold(receive)
            _reset(scope)
        elif fault in ("timeout_after", "drop"):
            await self.app(scope, read, withheld)
            if fault == "timeout_after":
                await self._hold(receive)
            _reset(scope)
        else:
            if fault == "slow":
                await self._wait(self.program.faults.delay())
            await self.app(scope, read, send)

    async def _wait(self, seconds: float) -> None:
        """`seconds` have gone by, or the program is closing."""
        try:
            await asyncio.wait_for(self.program.closing.wait(), seconds)
        except TimeoutError:
            return

    async def _hold(self, receive: Receive) -> None:
        """A minute has gone by, or the client has left, or the program is closing."""
        gone = asyncio.ensure_future(receive())
        over = asyncio.ensure_future(self.program.closing.wait())
        try:
            await asyncio.wait([gone, over], timeout=HOLD_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            over.cancel()
