"""GraphiQL for development: files of our own, and a policy by which the page can ask nobody else for anything."""

from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH: Final = "/graphiql"
FILES: Final = Path(__file__).parent / "static" / "graphiql"
POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src 'self'{sockets}; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def routes(host: str) -> list[BaseRoute]:
    """`host` is where the page is served, with its port: some browsers do not count a websocket to it as 'self'."""
    policy = POLICY.format(sockets=f" ws://{host} wss://{host}")
    page = WithPolicy(StaticFiles(directory=FILES, html=True), policy)
    return [Route(PATH, RedirectResponse(f"{PATH}/"), methods=["GET"]), Mount(PATH, page)]


class WithPolicy:
    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self._policy
                headers["Cache-Control"] = "no-cache"
            await send(message)

        await self._app(scope, receive, send_with_policy)
