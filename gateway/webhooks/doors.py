"""The routes under /webhooks: small bodies only, no secret no door, no signature no entry.

404 no secret is configured, 401 not signed by it, 400 signed but not readable, 413 too large, 204 kept.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from domain.ports import Ports
from domain.services import inbox
from gateway.config import Settings
from gateway.logs import log
from gateway.webhooks import easypost, stripe, warehouse
from gateway.webhooks.signatures import Forged, Unreadable, Verify

DIALECTS: Final[Mapping[str, Verify]] = {
    "stripe": stripe.verify,
    "easypost": easypost.verify,
    "warehouse": warehouse.verify,
}


Endpoint = Callable[[Request], Awaitable[Response]]


def routes(settings: Settings) -> list[BaseRoute]:
    """One door a provider; a provider without a secret has none, so its path is not found."""
    configured = {name: _plain(getattr(settings, f"{name}_webhook_secret")) for name in DIALECTS}
    return [
        Route(f"/webhooks/{name}", _door(name, DIALECTS[name], secrets), methods=["POST"])
        for name, secrets in configured.items()
        if secrets
    ]


def _plain(secrets: Sequence[SecretStr] | None) -> list[str]:
    return [secret.get_secret_value() for secret in secrets or ()]


def _door(provider: str, verify: Verify, secrets: Sequence[str]) -> Endpoint:
    async def door(request: Request) -> Response:
        ports: Ports = request.state.ports
        body = await request.body()
        try:
            event_id = verify(request.headers, body, secrets, ports.clock.now())
        except Forged:
            log.warning("a webhook was not signed by its provider", provider=provider)
            return _no(401, "UNAUTHENTICATED", "The signature does not hold for this body.")
        except Unreadable:
            log.warning("a signed webhook cannot be read", provider=provider)
            return _no(400, "BAD_REQUEST", "The body is not an event.")
        await inbox.receive(provider, event_id, body, ports)
        return Response(status_code=204)

    return door


def _no(status: int, code: str, message: str) -> Response:
    return JSONResponse({"errors": [{"message": message, "extensions": {"code": code}}]}, status)
