"""Who is on the other end of a websocket, from sign-in until the token runs out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from domain.model.actors import ANONYMOUS, Actor
from domain.ports import Clock, Ids
from gateway.auth import SignIn

MakeContext = Callable[[HTTPConnection, Actor, str], Any]
"""(connection, actor, request id) -> the context of one operation"""


class Connection:
    def __init__(self, socket: WebSocket, sign_in: SignIn, clock: Clock, ids: Ids, make_context: MakeContext) -> None:
        self.actor: Actor = ANONYMOUS
        self.connection_params: dict[str, object] = {}  # strawberry puts connection_init's payload here
        self._socket = socket
        self._sign_in = sign_in
        self._clock = clock
        self._ids = ids
        self._make_context = make_context

    async def authenticate(self) -> None:
        """The actor is whom connection_init's payload says, else the handshake's header. Raises: Unauthenticated."""
        said = self.connection_params.get("authorization", self.connection_params.get("Authorization"))
        header = self._socket.headers.get("authorization")
        self.actor = await self._sign_in.actor(said if isinstance(said, str) else header)

    async def expired(self) -> None:
        """Returns when the actor's token has run out."""
        while self.actor.expires_at is not None and (left := self.actor.expires_at - self._clock.now()) > timedelta():
            await self._clock.sleep(left.total_seconds())

    def new_request_id(self) -> str:
        return self._ids.unique()

    def operation(self, request_id: str) -> Any:
        return self._make_context(self._socket, self.actor, request_id)
