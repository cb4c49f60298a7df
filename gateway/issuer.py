"""Tokens of the configured OpenID Connect issuer: checked by its keys, read by the settings' mapping.

One family of algorithms, keys from the configured issuer alone, every claim required: what a token says of where its
key is to be found is a reason to refuse it.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError

from domain.model.actors import Actor, ActorKind, Role
from domain.model.text import UnusableText, clean
from domain.ports import Ports
from domain.services.signing_in import admit
from gateway.config import Settings
from gateway.keyring import KeyRing
from gateway.tokens import LEEWAY, Unauthenticated, digest, moment, own_session

ALGORITHMS: Final = ("RS256", "ES256")
TYPES: Final = (None, "jwt", "at+jwt", "application/at+jwt")
BRINGS_A_KEY: Final = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"})
LONGEST_NAME: Final = 200
INVALID: Final = "This token is not valid."


@dataclass(frozen=True, slots=True)
class Mapped:
    """What the settings say of the issuer; `roles` are ours by theirs, empty where they are called the same."""

    issuer: str
    audience: str
    email_claim: str
    roles_claim: str
    roles: Mapping[str, Role]
    staff: bool
    customers: bool


@asynccontextmanager
async def configured_issuer(settings: Settings, ports: Ports) -> AsyncIterator["Issuer | None"]:
    """The settings' issuer, if they name one."""
    if settings.oidc_issuer is None or settings.oidc_audience is None or ports.issuer_keys is None:
        yield None
        return
    mapped = Mapped(
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        email_claim=settings.oidc_email_claim,
        roles_claim=settings.oidc_roles_claim,
        roles=settings.roles_by_theirs,
        staff="staff" in settings.oidc_signs_in,
        customers="customers" in settings.oidc_signs_in,
    )
    async with aclosing(KeyRing(ports.issuer_keys.published, ports.clock)) as keys:
        yield Issuer(mapped, keys, ports)


@dataclass(frozen=True, slots=True)
class Said:
    """What a token says, once it is believed. `email` only where the issuer has verified it; `name` is the subject
    where it has not.
    """

    name: str
    email: str | None
    roles: frozenset[Role]
    expires_at: datetime
    session_id: str


class Issuer:
    def __init__(self, mapped: Mapped, keys: KeyRing, ports: Ports) -> None:
        self._mapped = mapped
        self._keys = keys
        self._ports = ports

    async def actor(self, token: str) -> Actor:
        """Raises: Unauthenticated."""
        header = header_of(token)
        algorithm, kid = header.get("alg"), header.get("kid")
        kind = header.get("typ")
        plain = kind.lower() if isinstance(kind, str) else kind
        if algorithm not in ALGORITHMS or plain not in TYPES or BRINGS_A_KEY & header.keys():
            raise Unauthenticated(INVALID)
        key = await self._keys.find(kid, algorithm) if isinstance(kid, str) and len(kid) <= LONGEST_NAME else None
        if key is None:
            raise Unauthenticated(INVALID)
        try:
            claims = jwt.decode(token, key, algorithms=[algorithm]).claims
            said = self._read(claims, self._checked(claims), token)
        except (JoseError, UnusableText, ValueError, KeyError, TypeError, OverflowError):
            raise Unauthenticated(INVALID) from None
        return await self._actor(said)

    def _checked(self, claims: Mapping[str, Any]) -> datetime:
        """When it runs out. Raises: Unauthenticated, KeyError, ValueError."""
        audience = claims["aud"]
        meant = audience if isinstance(audience, list) else [audience]
        if claims["iss"] != self._mapped.issuer or self._mapped.audience not in meant:
            raise Unauthenticated(INVALID)
        now = self._ports.clock.now()
        expires_at = moment(claims["exp"])
        begins = max(moment(claims["iat"]), moment(claims.get("nbf", claims["iat"])))
        if expires_at <= now:
            raise Unauthenticated("This token has expired.")
        if begins > now + LEEWAY:
            raise Unauthenticated("This token is not valid yet.")
        return expires_at

    def _read(self, claims: Mapping[str, Any], expires_at: datetime, token: str) -> Said:
        subject = clean(claims["sub"], LONGEST_NAME)
        if not subject:
            raise Unauthenticated(INVALID)
        sid, said = claims.get("sid"), claims.get(self._mapped.email_claim)
        email = said if isinstance(said, str) and claims.get("email_verified") is True else None
        return Said(
            name=clean(email, LONGEST_NAME) if email else subject,
            email=email,
            roles=self._roles(claims),
            expires_at=expires_at,
            session_id=digest(f"{self._mapped.issuer}\n{sid}") if isinstance(sid, str) and sid else own_session(token),
        )

    async def _actor(self, said: Said) -> Actor:
        """Staff, if any of the token's roles is one of ours; else the customer with its verified address."""
        if self._mapped.staff and said.roles:
            return Actor(ActorKind.STAFF, said.name, said.roles, expires_at=said.expires_at, session_id=said.session_id)
        if not self._mapped.customers or said.email is None:
            raise Unauthenticated("This token opens nothing here.")
        customer_id = await admit(said.email, said.session_id, self._ports)
        if customer_id is None:
            raise Unauthenticated("This session was ended.")
        return Actor(ActorKind.CUSTOMER, customer_id, expires_at=said.expires_at, session_id=said.session_id)

    def _roles(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        """Those of the token's roles that are ours; what else it says there means nothing here."""
        said = _at(claims, self._mapped.roles_claim)
        theirs = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
        known = self._mapped.roles or {role.value: role for role in Role}
        return frozenset(known[name] for name in theirs if isinstance(name, str) and name in known)


def header_of(token: str) -> dict[str, Any]:
    """As it was sent, not yet verified. Raises: Unauthenticated."""
    text = token.partition(".")[0]
    try:
        header = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise Unauthenticated(INVALID)
    return header


def _at(claims: Mapping[str, Any], path: str) -> object:
    """The claim of that name, or the one inside others that a name with dots leads to."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
