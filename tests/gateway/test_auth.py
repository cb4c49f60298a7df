"""Tokens: sessions that we signed, links that are still good, nothing else."""

import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from domain.adapters.clock import VirtualClock
from domain.adapters.links import SecretLinks
from domain.model.actors import ANONYMOUS, AccessScope, ActorKind, Role
from domain.model.links import Link
from gateway.auth import Sessions, SignIn, Unauthenticated
from gateway.keys import derive
from tests.twins import START

MASTER = b"m" * 40
HOUR = timedelta(hours=1)
KEY = derive(MASTER, "tokens")


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
def sessions(clock: VirtualClock) -> Sessions:
    return Sessions(MASTER, clock)


def test_a_session_says_who_it_is_until_when(sessions: Sessions) -> None:
    actor = sessions.actor(sessions.issue(ActorKind.CUSTOMER, "c1", HOUR))
    assert (actor.kind, actor.id, actor.expires_at) == (ActorKind.CUSTOMER, "c1", START + HOUR)
    staff = sessions.actor(sessions.issue(ActorKind.STAFF, "olga", HOUR, frozenset({Role.FINANCE, Role.SUPPORT})))
    assert (staff.kind, staff.id) == (ActorKind.STAFF, "olga")
    assert staff.roles == {Role.FINANCE, Role.SUPPORT}


def test_a_customer_has_no_roles_whatever_the_token_says(sessions: Sessions) -> None:
    token = sessions.issue(ActorKind.CUSTOMER, "c1", HOUR, frozenset({Role.ADMIN}))
    assert sessions.actor(token).roles == frozenset()


def test_a_session_is_over_at_its_second(sessions: Sessions, clock: VirtualClock) -> None:
    token = sessions.issue(ActorKind.CUSTOMER, "c1", HOUR)
    clock.set(START + HOUR - timedelta(microseconds=1))
    assert sessions.actor(token).id == "c1"
    clock.set(START + HOUR)
    with pytest.raises(Unauthenticated):
        sessions.actor(token)


def claims(**changed: object) -> dict[str, Any]:
    whole = {
        "iss": "waymark", "aud": "waymark-gateway", "sub": "c1", "kind": "CUSTOMER",
        "iat": int(START.timestamp()), "exp": int((START + HOUR).timestamp()), **changed,
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


def signed(
    body: dict[str, Any], key: bytes = KEY, algorithm: str = "HS256", typ: str = "waymark-session+jwt", **header: object
) -> str:
    return jwt.encode({"alg": algorithm, "typ": typ, **header}, body, OctKey.import_key(key), algorithms=[algorithm])


def by_hand(header: dict[str, Any], body: object, key: bytes = KEY) -> str:
    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).decode().rstrip("=")

    text = f"{part(json.dumps(header).encode())}.{part(json.dumps(body).encode())}"
    return f"{text}.{part(hmac.digest(key, text.encode(), hashlib.sha256))}"


def test_a_token_made_by_hand_with_all_claims_is_accepted(sessions: Sessions) -> None:
    assert sessions.actor(signed(claims())).id == "c1"
    assert sessions.actor(by_hand({"alg": "HS256", "typ": "waymark-session+jwt"}, claims())).id == "c1"


FORGED: dict[str, Callable[[], str]] = {
    "another key": lambda: signed(claims(), key=b"x" * 40),
    "the master secret itself as key": lambda: signed(claims(), key=MASTER),
    "the key of another purpose": lambda: signed(claims(), key=derive(MASTER, "links")),
    "a stronger algorithm": lambda: signed(claims(), algorithm="HS512"),
    "no algorithm": lambda: by_hand({"alg": "none", "typ": "waymark-session+jwt"}, claims()),
    "no algorithm and no signature": lambda: (
        by_hand({"alg": "none", "typ": "waymark-session+jwt"}, claims()).rpartition(".")[0] + "."
    ),
    "an asymmetric algorithm": lambda: by_hand({"alg": "RS256", "typ": "waymark-session+jwt"}, claims()),
    "an unknown critical header": lambda: by_hand(
        {"alg": "HS256", "typ": "waymark-session+jwt", "crit": ["x"], "x": 1}, claims()
    ),
    "the type of another token": lambda: signed(claims(), typ="JWT"),
    "no type": lambda: by_hand({"alg": "HS256"}, claims()),
    "no expiry": lambda: signed(claims(exp=None)),
    "no beginning": lambda: signed(claims(iat=None)),
    "no issuer": lambda: signed(claims(iss=None)),
    "no audience": lambda: signed(claims(aud=None)),
    "no subject": lambda: signed(claims(sub=None)),
    "no kind": lambda: signed(claims(kind=None)),
    "another issuer": lambda: signed(claims(iss="elsewhere")),
    "another audience": lambda: signed(claims(aud="elsewhere")),
    "several audiences": lambda: signed(claims(aud=["waymark-gateway", "elsewhere"])),
    "a kind that signs in otherwise": lambda: signed(claims(kind="SYSTEM")),
    "a kind that is none": lambda: signed(claims(kind="GOD")),
    "a role that is none": lambda: signed(claims(kind="STAFF", roles=["god"])),
    "roles that are no list": lambda: signed(claims(kind="STAFF", roles=7)),
    "a subject that is no text": lambda: by_hand({"alg": "HS256", "typ": "waymark-session+jwt"}, claims(sub=7)),
    "expired": lambda: signed(claims(exp=int(START.timestamp()))),
    "from the future": lambda: signed(claims(iat=int((START + HOUR).timestamp()))),
    "an expiry that is no number": lambda: by_hand({"alg": "HS256", "typ": "waymark-session+jwt"}, claims(exp="soon")),
    "an expiry beyond all time": lambda: by_hand({"alg": "HS256", "typ": "waymark-session+jwt"}, claims(exp=10**30)),
    "an expiry that is true": lambda: by_hand({"alg": "HS256", "typ": "waymark-session+jwt"}, claims(exp=True)),
    "a body that is no object": lambda: by_hand({"alg": "HS256", "typ": "waymark-session+jwt"}, [1]),
    "nothing": lambda: "..",
    "no base64": lambda: "%.%.%",
    "one character changed": lambda: signed(claims())[:-2] + "AA",
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_session_is_refused(how: str, sessions: Sessions) -> None:
    with pytest.raises(Unauthenticated):
        sessions.actor(FORGED[how]())


class Links:
    """A store that has nothing but links."""

    def __init__(self) -> None:
        self.by_id: dict[str, Link] = {}

    async def link(self, link_id: str) -> Link | None:
        return self.by_id.get(link_id)

    async def read(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        return await work(self)

    write = read


@pytest.fixture
def stored() -> Links:
    return Links()


@pytest.fixture
def tokens() -> SecretLinks:
    return SecretLinks(derive(MASTER, "links"))


@pytest.fixture
def sign_in(sessions: Sessions, tokens: SecretLinks, stored: Links, clock: VirtualClock) -> SignIn:
    return SignIn(sessions, tokens, stored, clock)


LINK_ID = "0190a1b2c3d4e5f60718293a4b5c6d7e"


@pytest.fixture
def token(tokens: SecretLinks, stored: Links) -> str:
    token = tokens.token(LINK_ID)
    stored.by_id[LINK_ID] = Link(
        LINK_ID, "order", tokens.digest(token), frozenset({AccessScope.VIEW}), START, START + HOUR
    )
    return token


async def test_a_link_s_token_opens_its_order_as_far_as_its_scopes_go(sign_in: SignIn, token: str) -> None:
    for word in ("Bearer", "bearer", "BEARER "):
        holder = await sign_in.actor(f"{word} {token}")
        assert (holder.kind, holder.order_id) == (ActorKind.GUEST, "order")
        assert holder.scopes == {AccessScope.VIEW}
        assert (holder.id, holder.expires_at) == (LINK_ID, START + HOUR)


async def test_a_link_ends_at_its_moment_or_when_it_is_revoked(
    sign_in: SignIn, token: str, stored: Links, clock: VirtualClock
) -> None:
    stored.by_id[LINK_ID] = replace(stored.by_id[LINK_ID], revoked_at=START)
    with pytest.raises(Unauthenticated):
        await sign_in.actor(f"Bearer {token}")
    stored.by_id[LINK_ID] = replace(stored.by_id[LINK_ID], revoked_at=None)
    assert (await sign_in.actor(f"Bearer {token}")).order_id == "order"
    clock.set(START + HOUR)
    with pytest.raises(Unauthenticated):
        await sign_in.actor(f"Bearer {token}")


async def test_any_one_character_of_a_link_s_token_changed_is_refused(sign_in: SignIn, token: str) -> None:
    for place in range(len(token)):
        for other in "Ab-0":
            if token[place] != other:
                with pytest.raises(Unauthenticated):
                    await sign_in.actor(f"Bearer {token[:place]}{other}{token[place + 1 :]}")


async def test_a_token_whose_link_is_gone_or_stored_with_another_hash_is_refused(
    sign_in: SignIn, token: str, stored: Links, tokens: SecretLinks
) -> None:
    stored.by_id[LINK_ID] = replace(stored.by_id[LINK_ID], token_hash=tokens.digest(token + "x"))
    with pytest.raises(Unauthenticated):
        await sign_in.actor(f"Bearer {token}")
    stored.by_id.clear()
    with pytest.raises(Unauthenticated):
        await sign_in.actor(f"Bearer {token}")


async def test_without_a_token_everybody_is_nobody_and_a_broken_one_is_refused(sign_in: SignIn) -> None:
    assert await sign_in.actor(None) is ANONYMOUS
    assert await sign_in.actor("") is ANONYMOUS
    for broken in ("Bearer", "Bearer ", "Basic dXNlcg==", "token", "Bearer é", "Bearer " + "x" * 3000, "Bearer a.b.c"):
        with pytest.raises(Unauthenticated):
            await sign_in.actor(broken)
