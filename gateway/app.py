"""create_app: routes, middleware, lifespan. A table of contents."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, nullcontext
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from domain.ports import Ports
from gateway import graphiql, health, mailbox, pages
from gateway.answers import refusal
from gateway.auth import Sessions, SignIn
from gateway.config import Settings
from gateway.endpoint import Endpoint
from gateway.gate import Gate
from gateway.graphql import build_schema
from gateway.issuer import configured_issuer
from gateway.lifecycle.opening import opened
from gateway.middleware import BodyLimit, RequestIds, SecurityHeaders, SendDeadline
from gateway.operation import context_maker
from gateway.origins import Origins
from gateway.webhooks import doors
from gateway.worker import working


def create_app(settings: Settings, ports: Ports | None = None, *, worker: bool = True) -> Starlette:
    """The gateway. Given `ports` it leaves them open at its end; else it opens its own, and closes them.

    `worker`: it also carries out effects; otherwise somebody else must.
    """
    listed = (*settings.allowed_origins, settings.links)
    origins = Origins(listed, settings.public, any_loopback=settings.is_development)
    app = Starlette(
        routes=_routes(settings, origins),
        middleware=[
            Middleware(RequestIds),
            Middleware(SecurityHeaders),
            Middleware(Cors, origins=origins),
            Middleware(BodyLimit),
            Middleware(SendDeadline),
        ],
        exception_handlers={HTTPException: _refused, Exception: _failed},
        lifespan=lambda app: _living(settings, ports, worker=worker),
    )
    app.state.life = health.Life()
    return app


def _routes(settings: Settings, origins: Origins) -> list[BaseRoute]:
    development = settings.is_development
    graphql = Endpoint(
        build_schema(introspection=development),
        origins,
        context_maker(settings),
        graphiql=graphiql.PATH if development else None,
    )
    return [
        Route("/graphql", graphql),
        WebSocketRoute("/graphql", graphql),
        Route("/health/live", health.live),
        Route("/health/ready", health.ready),
        *doors.routes(settings),
        *pages.routes(urlsplit(settings.public).netloc),
        *(graphiql.routes(urlsplit(settings.public).netloc) if development else ()),
        *(mailbox.routes(settings) if development else ()),
    ]


@asynccontextmanager
async def _living(settings: Settings, given: Ports | None, *, worker: bool) -> AsyncIterator[Mapping[str, Any]]:
    opening: AbstractAsyncContextManager[Ports] = nullcontext(given) if given else opened(settings)
    async with opening as ports:
        async with (
            configured_issuer(settings, ports) as issuer,
            aclosing(Gate(settings, ports.clock)) as gate,
            working(ports) if worker else nullcontext(),
        ):
            sessions = Sessions(settings.master, ports.clock)
            sign_in = SignIn(sessions, ports.links, ports.store, ports.clock, issuer)
            yield {"ports": ports, "sign_in": sign_in, "gate": gate}


class Cors(CORSMiddleware):
    """Starlette's, by the rule that websockets go by too."""

    def __init__(self, app: Any, origins: Origins) -> None:
        super().__init__(
            app,
            allow_origins=("*",) if origins.everybody else (),
            allow_methods=("POST",),
            allow_headers=("authorization", "content-type"),
            expose_headers=("x-request-id",),
            max_age=600,
        )
        self._origins = origins

    def is_allowed_origin(self, origin: str) -> bool:
        return self._origins.allow(origin)


async def _refused(request: Request, error: Exception) -> Response:
    """What routing refuses: no such path, not by this method."""
    assert isinstance(error, HTTPException)
    code = "NOT_FOUND" if error.status_code == 404 else "BAD_REQUEST"
    return refusal(error.status_code, code, error.detail, error.headers)


async def _failed(request: Request, error: Exception) -> Response:
    """A fault of ours outside of any operation; the server logs it."""
    return refusal(500, "INTERNAL", "Unexpected error", requestId=request.state.request_id)
