"""Who are you: a token becomes an Actor. What an actor may do is a policy's business, not this one's.

Three kinds of token. A session is a JWT signed by a key of ours alone: one algorithm, every claim required. So is one
of the configured issuer, by its keys. Of both it is asked whether the session was ended. A token of a link carries the
id of the link, which is read anew each time, so that it can expire and be revoked.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from domain.model.actors import ANONYMOUS, Actor, ActorKind, Role
from domain.model.links import Link
from domain.model.sessions import Session
from domain.ports import Clock, Links, Store
from gateway.issuer import ALGORITHMS, Issuer, header_of
from gateway.keys import derive
from gateway.tokens import LEEWAY, Unauthenticated, moment, own_session

__all__ = ["Sessions", "SignIn", "Unauthenticated"]

ALGORITHM: Final = "HS256"
TYPE: Final = "waymark-session+jwt"
ISSUER: Final = "waymark"
AUDIENCE: Final = "waymark-gateway"
ACCESS_LIFE: Final = timedelta(minutes=15)
LONGEST: Final = 8192  # an issuer's tokens name groups and what not


class Sessions:
    """Makes and reads the JWTs of customers and staff."""

    def __init__(self, master: bytes, clock: Clock) -> None:
        self._key = OctKey.import_key(derive(master, "tokens"))
        self._clock = clock

    def issue(
        self,
        kind: ActorKind,
        subject: str,
        lifetime: timedelta,
        roles: frozenset[Role] = frozenset(),
        session_id: str | None = None,
    ) -> str:
        """A token of a customer (`subject` is their id) or of staff (their name)."""
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
        if session_id is not None:
            claims["sid"] = session_id
        return jwt.encode({"alg": ALGORITHM, "typ": TYPE}, claims, self._key, algorithms=[ALGORITHM])

    def actor(self, token: str) -> Actor:
        """Raises: Unauthenticated."""
        try:
            decoded = jwt.decode(token, self._key, algorithms=[ALGORITHM])
            if decoded.header.get("typ") != TYPE:
                raise Unauthenticated("This token is not a session.")
            return self._read(decoded.claims, token)
        except (JoseError, ValueError, KeyError, TypeError, OverflowError):
            raise Unauthenticated("This token is not valid.") from None

    def _read(self, claims: Mapping[str, Any], token: str) -> Actor:
        subject, kind = claims["sub"], ActorKind(claims["kind"])
        issued, expires = moment(claims["iat"]), moment(claims["exp"])
        ours = claims["iss"] == ISSUER and claims["aud"] == AUDIENCE
        if not ours or not isinstance(subject, str) or kind not in (ActorKind.CUSTOMER, ActorKind.STAFF):
            raise Unauthenticated("This token is not valid.")
        now = self._clock.now()
        if expires <= now:
            raise Unauthenticated("This token has expired.")
        if issued > now + LEEWAY:
            raise Unauthenticated("This token is not valid yet.")
        roles = frozenset(Role(role) for role in claims.get("roles", ())) if kind is ActorKind.STAFF else frozenset()
        session_id = claims.get("sid") or own_session(token)
        if not isinstance(session_id, str):
            raise Unauthenticated("This token is not valid.")
        return Actor(kind, subject, roles, expires_at=expires, session_id=session_id)


class SignIn:
    """Answers who is behind a token, whichever kind it is."""

    def __init__(
        self, sessions: Sessions, links: Links, store: Store, clock: Clock, issuer: Issuer | None = None
    ) -> None:
        self._sessions = sessions
        self._links = links
        self._store = store
        self._clock = clock
        self._issuer = issuer

    async def actor(self, authorization: str | None) -> Actor:
        """The actor behind `Bearer TOKEN`; the anonymous one without any. Raises: Unauthenticated."""
        if not authorization:
            return ANONYMOUS
        scheme, _, token = authorization.strip().partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token or len(token) > LONGEST or not token.isascii():
            raise Unauthenticated("A token is shown as 'Bearer TOKEN'.")
        return await self._member(token) if token.count(".") == 2 else await self._holder(token)

    def access_token(self, session: Session) -> tuple[str, datetime]:
        """A token of this session, and until when it is good."""
        token = self._sessions.issue(session.kind, session.subject, ACCESS_LIFE, session_id=session.id)
        return token, self._clock.now().replace(microsecond=0) + ACCESS_LIFE

    async def _member(self, token: str) -> Actor:
        foreign = self._issuer is not None and header_of(token).get("alg") in ALGORITHMS
        actor = await self._issuer.actor(token) if self._issuer and foreign else self._sessions.actor(token)
        session_id = actor.session_id or ""
        session = await self._store.read(lambda reader: reader.session(session_id))
        if session is not None and session.ended_at is not None:
            raise Unauthenticated("This session was ended.")
        return actor

    async def _holder(self, token: str) -> Actor:
        link_id = self._links.link_id(token)
        link = await self._store.read(lambda reader: reader.link(link_id)) if link_id else None
        if link is None or not self._opens(link, token):
            raise Unauthenticated("This link is not valid any more.")
        return Actor(ActorKind.GUEST, link.id, order_id=link.order_id, scopes=link.scopes, expires_at=link.expires_at)

    def _opens(self, link: Link, token: str) -> bool:
        known = hmac.compare_digest(link.token_hash, self._links.digest(token))
        return known and link.revoked_at is None and link.expires_at > self._clock.now()
