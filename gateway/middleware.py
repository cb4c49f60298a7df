"""What every request passes: an id, a size limit, headers that browsers heed, patience with slow readers."""

import asyncio
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.answers import bad_request
from gateway.logs import bound_contextvars

MOST_BYTES: Final = 256 * 1024
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class RequestIds:
    """Each request has an id: in the logs, in the answer's header, in what is said of a fault."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        request_id = scope["state"]["ports"].ids.unique()
        scope["state"]["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                MutableHeaders(scope=message).append("X-Request-Id", request_id)
            await send(message)

        with bound_contextvars(request_id=request_id):
            await self._app(scope, receive, send_with_id)


class BodyLimit:
    """No more than 256 KiB are read, whatever the headers claim."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        claimed = dict(scope["headers"]).get(b"content-length", b"0")
        if not claimed.isdigit() or int(claimed) > MOST_BYTES:
            return await bad_request("The body is too large.", 413, {"Connection": "close"})(scope, receive, send)
        read, started = 0, False

        async def receive_within() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MOST_BYTES:
                raise _TooLarge
            return message

        async def send_noticing(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive_within, send_noticing)
        except _TooLarge:
            if not started:
                await bad_request("The body is too large.", 413, {"Connection": "close"})(scope, receive, send)


class _TooLarge(Exception):
    pass


class SecurityHeaders:
    """For whatever does not say otherwise itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


class SendDeadline:
    """A websocket whose client does not read is given up: its tasks end, and with them what they hold.

    The kernel gives the connection itself up by TCP_USER_TIMEOUT (see listeners.py); neither does without the other.
    """

    def __init__(self, app: ASGIApp, seconds: float = 3.0) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return await self._app(scope, receive, send)
        connection = asyncio.current_task()
        assert connection is not None
        given_up = False

        async def send_in_time(message: Message) -> None:
            nonlocal given_up
            try:
                async with asyncio.timeout(self._seconds):
                    await send(message)
            except TimeoutError:
                if not given_up:
                    given_up = True
                    connection.cancel()
                raise

        try:
            await self._app(scope, receive, send_in_time)
        except asyncio.CancelledError:
            if not given_up:
                raise
            connection.uncancel()
