"""Who are you: a token becomes an Actor. What an actor may do is a policy's business, not this one's.

Two kinds of token. A session is a JWT signed by a key of ours alone: one algorithm, every claim required. A token of a
link carries the id of the link, which is read anew each time, so that it can expire and be revoked.
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol, runtime_checkable

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from domain.model.actors import ANONYMOUS, Actor, ActorKind, Role
from domain.model.links import Link
from domain.ports import Clock, Store
from gateway.keys import derive

ALGORITHM: Final = "HS256"
TYPE: Final = "waymark-session+jwt"
ISSUER: Final = "waymark"
AUDIENCE: Final = "waymark-gateway"
LEEWAY: Final = timedelta(seconds=30)
LONGEST: Final = 2048


class Unauthenticated(Exception):
    """A token was shown, and it is none of ours, or no more. The message is for people and quotes nothing."""


@runtime_checkable
class LinkTokens(Protocol):
    def digest(self, token: str) -> bytes: ...
    def link_id(self, token: str) -> str | None:
        """The id of the link that this token was made for, None for anything else."""
        ...


class Sessions:
    """Makes and reads the JWTs of customers and staff."""

    def __init__(self, master: bytes, clock: Clock) -> None:
        self._key = OctKey.import_key(derive(master, "tokens"))
        self._clock = clock

    def issue(self, kind: ActorKind, subject: str, lifetime: timedelta, roles: frozenset[Role] = frozenset()) -> str:
        """A session of a customer (`subject` is their id) or of staff (their name)."""
        now = self._clock.now()
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "kind": kind.value,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        if roles:
            claims["roles"] = sorted(role.value for role in roles)
        return jwt.encode({"alg": ALGORITHM, "typ": TYPE}, claims, self._key, algorithms=[ALGORITHM])

    def actor(self, token: str) -> Actor:
        """Raises: Unauthenticated."""
        try:
            decoded = jwt.decode(token, self._key, algorithms=[ALGORITHM])
            if decoded.header.get("typ") != TYPE:
                raise Unauthenticated("This token is not a session.")
            return self._read(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError, OverflowError):
            raise Unauthenticated("This token is not valid.") from None

    def _read(self, claims: Mapping[str, Any]) -> Actor:
        subject, kind = claims["sub"], ActorKind(claims["kind"])
        issued, expires = _moment(claims["iat"]), _moment(claims["exp"])
        ours = claims["iss"] == ISSUER and claims["aud"] == AUDIENCE
        if not ours or not isinstance(subject, str) or kind not in (ActorKind.CUSTOMER, ActorKind.STAFF):
            raise Unauthenticated("This token is not valid.")
        now = self._clock.now()
        if expires <= now:
            raise Unauthenticated("This token has expired.")
        if issued > now + LEEWAY:
            raise Unauthenticated("This token is not valid yet.")
        roles = frozenset(Role(role) for role in claims.get("roles", ())) if kind is ActorKind.STAFF else frozenset()
        return Actor(kind, subject, roles, expires_at=expires)


def _moment(value: object) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("a moment is whole seconds since the epoch")
    return datetime.fromtimestamp(value, UTC)


class SignIn:
    """Answers who is behind a token, whichever kind it is."""

    def __init__(self, sessions: Sessions, links: LinkTokens, store: Store, clock: Clock) -> None:
        self._sessions = sessions
        self._links = links
        self._store = store
        self._clock = clock

    async def actor(self, authorization: str | None) -> Actor:
        """The actor behind `Bearer TOKEN`; the anonymous one without any. Raises: Unauthenticated."""
        if not authorization:
            return ANONYMOUS
        scheme, _, token = authorization.strip().partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or len(token) > LONGEST or not token.isascii():
            raise Unauthenticated("A token is shown as 'Bearer TOKEN'.")
        return self._sessions.actor(token) if token.count(".") == 2 else await self._holder(token)

    async def _holder(self, token: str) -> Actor:
        link_id = self._links.link_id(token)
        link = await self._store.read(lambda reader: reader.link(link_id)) if link_id else None
        if link is None or not self._opens(link, token):
            raise Unauthenticated("This link is not valid any more.")
        return Actor(ActorKind.GUEST, link.id, order_id=link.order_id, scopes=link.scopes, expires_at=link.expires_at)

    def _opens(self, link: Link, token: str) -> bool:
        known = hmac.compare_digest(link.token_hash, self._links.digest(token))
        return known and link.revoked_at is None and link.expires_at > self._clock.now()
