"""An OpenID Connect issuer on a real socket: publishes what keys it has, counts who asks, can be silent."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

AUDIENCE = "waymark-shop"
RSA = [RSAKey.generate_key(2048, {"kid": f"rsa-{number}"}) for number in range(2)]
EC = ECKey.generate_key("P-256", {"kid": "ec-1"})
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa-0"})
"""Calls itself as one of the issuer's."""


@dataclass
class LocalIssuer:
    port: int = 0
    keys: list[dict[str, Any]] = field(default_factory=lambda: [RSA[0].as_dict(private=False)])
    asked: list[str] = field(default_factory=list)
    silent: bool = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/realm"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split()[1].decode()
        self.asked.append(path)
        documents: dict[str, object] = {
            "/realm/.well-known/openid-configuration": {"issuer": self.address, "jwks_uri": f"{self.address}/keys"},
            "/realm/keys": {"keys": self.keys},
        }
        if not self.silent:
            body = json.dumps(documents[path]).encode()
            status = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n"
            writer.write(status + b"content-length: %d\r\n\r\n" % len(body) + body)
        writer.close()

    def token(self, key: RSAKey | ECKey = RSA[0], claims: dict[str, Any] | None = None, **header: Any) -> str:
        algorithm = header.pop("alg", "ES256" if isinstance(key, ECKey) else "RS256")
        whole = {"alg": algorithm, "typ": "JWT", "kid": key.kid, **header}
        present = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(present, claims or {}, key, algorithms=[algorithm])


@asynccontextmanager
async def an_issuer() -> AsyncIterator[LocalIssuer]:
    issuer = LocalIssuer()
    server = await asyncio.start_server(issuer.answer, "127.0.0.1", 0)
    issuer.port = server.sockets[0].getsockname()[1]
    async with server:
        yield issuer
