"""GraphQL over websockets, graphql-transport-ws: a context an operation, a code for every end.

4400 a message that is none, 4403 a token that is not valid, has run out or was signed out, 4408 no sign-in in time.
"""

import asyncio
import copy
from collections.abc import Mapping
from typing import Any, Final

import orjson
from graphql import GraphQLError
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler, Operation
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    Message,
    SubscribeMessage,
)

from gateway.bodies import Malformed, check_message
from gateway.connection import Connection
from gateway.logs import bound_contextvars, log

LONGEST_REASON: Final = 120  # bytes; a close frame has room for 123


class TextSocket(ASGIWebSocketAdapter):
    """Text frames, as the protocol wants them; nothing is sent into a closed socket."""

    async def send_json(self, message: Mapping[str, object]) -> None:
        if self.ws.application_state is WebSocketState.DISCONNECTED:
            raise WebSocketDisconnected
        try:
            await self.ws.send_text(orjson.dumps(message).decode())
        except WebSocketDisconnect as error:
            raise WebSocketDisconnected from error

    async def close(self, code: int, reason: str) -> None:
        if self.ws.application_state is not WebSocketState.DISCONNECTED:
            await self.ws.close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))


class SocketHandler(BaseGraphQLTransportWSHandler[Connection, None]):
    """`context` is the connection's; each operation gets one of its own."""

    _expiry: asyncio.Task[None] | None = None

    async def handle(self) -> None:
        try:
            await super().handle()
        except Exception:  # noqa: BLE001 - a fault of ours ends the socket with a code, not with silence
            log.error("a websocket failed", exc_info=True)
            await self.websocket.close(1011, "Unexpected error")

    async def handle_message(self, message: Message) -> None:
        try:
            check_message(message)
        except Malformed as error:
            await self.handle_invalid_message(str(error))
        else:
            await super().handle_message(message)

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        await super().handle_connection_init(message)
        expires_at = self.context.actor.expires_at
        if self.connection_acknowledged and expires_at is not None and self._expiry is None:
            self._expiry = asyncio.create_task(self._end_when_over())

    async def _end_when_over(self) -> None:
        """Nothing is sent once the token has run out or the session was ended."""
        reason = await self.context.over()
        for operation_id in list(self.operations):
            await self.cleanup_operation(operation_id)
        await self.websocket.close(4403, reason)

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        most = self.max_subscriptions_per_connection
        if self.connection_acknowledged and most is not None and len(self.operations) >= most:
            error = GraphQLError("Too many operations on this connection", extensions={"code": "RATE_LIMITED"})
            await self.send_message({"id": message["id"], "type": "error", "payload": [error.formatted]})
            return
        await super().handle_subscribe(message)

    async def run_operation(self, operation: Operation[Connection, None]) -> None:
        """As if this handler had the operation's context; all else it shares."""
        request_id = self.context.new_request_id()
        scoped: Any = copy.copy(self)
        scoped.context = self.context.operation(request_id)
        with bound_contextvars(request_id=request_id):
            await BaseGraphQLTransportWSHandler.run_operation(scoped, operation)

    async def handle_task_exception(self, error: Exception) -> None:
        """Whoever leaves while a frame is on its way is nobody's fault."""
        if not isinstance(error, WebSocketDisconnected):
            await super().handle_task_exception(error)

    async def shutdown(self) -> None:
        if self._expiry is not None and self._expiry is not asyncio.current_task():
            self._expiry.cancel()
        await super().shutdown()

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:
        return None  # a document that cannot be parsed is that operation's error, not the socket's end
