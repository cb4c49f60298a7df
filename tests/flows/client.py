"""A storefront's side of the wire: GraphQL over HTTP and graphql-transport-ws, as any client library speaks it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from websockets.asyncio.client import ClientConnection, connect

Json = dict[str, Any]


class Rejected(Exception):
    """The server answered with top-level errors, or closed the socket; the message says how."""


class Client:
    """One caller. `token` is a session's or a link's; every call opens what it needs and closes it."""

    def __init__(self, address: str, token: str | None = None) -> None:
        self.address = address.rstrip("/")
        self.token = token
        self.http = httpx2.AsyncClient(timeout=30.0, limits=httpx2.Limits(max_keepalive_connections=100))

    async def close(self) -> None:
        await self.http.aclose()

    def as_(self, token: str | None) -> "Client":
        """The same server, seen by somebody else; shares the connections."""
        other = Client.__new__(Client)
        other.address, other.token, other.http = self.address, token, self.http
        return other

    async def answer(self, document: str, variables: Json | None = None, operation: str | None = None) -> Json:
        """The whole answer: `data` and, if there are any, `errors`."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        body = {"query": document, "variables": variables or {}, "operationName": operation}
        response = await self.http.post(f"{self.address}/graphql", json=body, headers=headers)
        answer: Json = response.json()
        return answer

    async def data(self, document: str, variables: Json | None = None, operation: str | None = None) -> Json:
        """Raises: Rejected if the answer has errors."""
        answer = await self.answer(document, variables, operation)
        if answer.get("errors"):
            raise Rejected(json.dumps(answer["errors"])[:500])
        data: Json = answer["data"]
        return data

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[ClientConnection]:
        """A websocket that has been acknowledged."""
        address = self.address.replace("http", "ws", 1) + "/graphql"
        async with connect(address, subprotocols=["graphql-transport-ws"], compression=None) as socket:  # type: ignore[list-item]
            payload = {"authorization": f"Bearer {self.token}"} if self.token else {}
            await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
            acknowledged = json.loads(await asyncio.wait_for(socket.recv(), 10))
            if acknowledged["type"] != "connection_ack":
                raise Rejected(str(acknowledged))
            yield socket

    async def updates(self, document: str, variables: Json) -> AsyncIterator[Json]:
        """The `data` of each message until the server completes. Raises: Rejected; ConnectionClosed."""
        async with self.socket() as socket:
            payload = {"query": document, "variables": variables}
            await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
            while True:
                message = json.loads(await socket.recv())
                match message["type"]:
                    case "next" if message["payload"].get("errors"):
                        raise Rejected(json.dumps(message["payload"]["errors"])[:500])
                    case "next":
                        yield message["payload"]["data"]
                    case "ping":
                        await socket.send(json.dumps({"type": "pong"}))
                    case "error":
                        raise Rejected(json.dumps(message["payload"])[:500])
                    case "complete":
                        return
