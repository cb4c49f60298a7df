"""Who is on the other end of a websocket, from sign-in until the token runs out."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from domain.model.actors import ANONYMOUS, Actor
from domain.ports import Ports
from domain.services.standing import ended, stands
from gateway.auth import SignIn

LAST_WORD = 0.05
"""Seconds: whoever signs out by this very socket should hear the answer."""

MakeContext = Callable[[HTTPConnection, Actor, str], Any]
"""(connection, actor, request id) -> the context of one operation"""


class Connection:
    def __init__(self, socket: WebSocket, sign_in: SignIn, ports: Ports, make_context: MakeContext) -> None:
        self.actor: Actor = ANONYMOUS
        self.connection_params: dict[str, object] = {}  # strawberry puts connection_init's payload here
        self._socket = socket
        self._sign_in = sign_in
        self._ports = ports
        self._make_context = make_context

    async def authenticate(self) -> None:
        """The actor is whom connection_init's payload says, else the handshake's header. Raises: Unauthenticated."""
        said = self.connection_params.get("authorization", self.connection_params.get("Authorization"))
        header = self._socket.headers.get("authorization")
        self.actor = await self._sign_in.actor(said if isinstance(said, str) else header)

    async def over(self) -> str:
        """Returns when the actor's token has run out, or their session was ended: why, for people."""
        actor, clock = self.actor, self._ports.clock
        topic = ended(actor.session_id or "")
        async with self._ports.feed.listen(topic) as listening:
            while (left := _seconds_left(actor, clock.now())) > 0:
                if actor.session_id is None:
                    await clock.sleep(left)
                    continue
                await listening.changed(min(left, self._ports.limits.feed_poll))
                if not await stands(actor, self._ports) and _seconds_left(actor, clock.now()) > 0:
                    await clock.sleep(LAST_WORD)
                    return "The session was ended"
        return "The token has expired"

    def new_request_id(self) -> str:
        return self._ports.ids.unique()

    def operation(self, request_id: str) -> Any:
        return self._make_context(self._socket, self.actor, request_id)


def _seconds_left(actor: Actor, now: datetime) -> float:
    return (actor.expires_at - now).total_seconds() if actor.expires_at is not None else math.inf
