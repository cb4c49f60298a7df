"""The public keys of the configured issuer: its key set, where the settings or its own discovery document say it is."""

import httpx2
import msgspec

from domain.adapters.http import ask
from domain.ports import Unavailable

LARGEST = 64 * 1024
DISCOVERY = "/.well-known/openid-configuration"


class _Discovery(msgspec.Struct):
    issuer: str
    jwks_uri: str


class HttpIssuerKeys:
    def __init__(self, issuer: str, jwks_url: str | None, client: httpx2.AsyncClient) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._client = client

    async def published(self) -> bytes:
        """The key set as JSON. Raises: Unavailable."""
        return await self._get(self._jwks_url or await self._discovered())

    async def _discovered(self) -> str:
        body = await self._get(self._issuer.rstrip("/") + DISCOVERY)
        try:
            found = msgspec.json.decode(body, type=_Discovery)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unavailable("the issuer describes itself unreadably") from error
        secure = found.jwks_uri.startswith("https://") or self._issuer.startswith("http://")
        if found.issuer != self._issuer or not secure:
            raise Unavailable("the issuer describes another one")
        return found.jwks_uri

    async def _get(self, url: str) -> bytes:
        answer = await ask(self._client, "GET", url, headers={"accept": "application/json"})
        if not answer.is_yes or len(answer.body) > LARGEST:
            raise Unavailable(f"answered {answer.status} with {len(answer.body)} bytes")
        return answer.body
