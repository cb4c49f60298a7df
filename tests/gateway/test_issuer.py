"""Tokens of the configured issuer: believed by its published keys alone, whatever they say of themselves."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.jws import JWSRegistry

from domain.adapters.http import open_client
from domain.adapters.issuer_keys import HttpIssuerKeys
from domain.model.actors import ActorKind, Role
from domain.model.sessions import Session
from gateway.auth import Sessions, SignIn, Unauthenticated
from gateway.issuer import configured_issuer
from gateway.keyring import FRESH, PAUSE, STALE, keys_of
from tests.gateway.local_issuer import AUDIENCE, EC, RSA, STRANGER, LocalIssuer, an_issuer
from tests.gateway.served import MASTER, settings_for
from tests.twins import START
from tests.world import World, a_world

HOUR = timedelta(hours=1)


class Door:
    """What stands between the issuer and the shop."""

    def __init__(self, issuer: LocalIssuer, world: World, sign_in: SignIn) -> None:
        self.issuer = issuer
        self.world = world
        self._sign_in = sign_in

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = self.world.clock.now()
        whole = {
            "iss": self.issuer.address, "aud": AUDIENCE,
            "sub": "u-1", "email": "olga@shop.example", "roles": ["support"],
            "iat": int(now.timestamp()), "exp": int((now + HOUR).timestamp()), **changed,
        }  # fmt: skip
        return {name: value for name, value in whole.items() if value is not None}

    def token(self, key: RSAKey | ECKey = RSA[0], header: dict[str, Any] | None = None, **changed: Any) -> str:
        return self.issuer.token(key, self.claims(**changed), **(header or {}))

    async def actor(self, token: str) -> Any:
        return await self._sign_in.actor(f"Bearer {token}")

    async def refuses(self, token: str) -> bool:
        try:
            await self.actor(token)
        except Unauthenticated:
            return True
        return False


@asynccontextmanager
async def a_door(**changes: Any) -> AsyncIterator[Door]:
    async with an_issuer() as issuer, a_world() as world, open_client() as client:
        settings = settings_for(oidc_issuer=issuer.address, oidc_audience=AUDIENCE, **changes)
        world.change(issuer_keys=HttpIssuerKeys(issuer.address, None, client))
        ports = world.ports
        async with configured_issuer(settings, ports) as configured:
            sessions = Sessions(MASTER.encode(), world.clock)
            yield Door(issuer, world, SignIn(sessions, ports.links, ports.store, ports.clock, configured))


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with a_door() as opened:
        yield opened


async def test_staff_come_in_with_the_roles_that_the_issuer_gives_them(door: Door) -> None:
    actor = await door.actor(door.token(roles=["support", "finance", "gardener"]))
    assert (actor.kind, actor.id, actor.roles) == (ActorKind.STAFF, "u-1", {Role.SUPPORT, Role.FINANCE})
    assert actor.expires_at == START + HOUR
    for typ in ("JWT", "jwt", "at+jwt", "application/at+jwt", None):
        assert (await door.actor(door.token(header={"typ": typ}))).is_staff
    assert (await door.actor(door.token(aud=["somebody else", AUDIENCE]))).is_staff
    assert (await door.actor(door.token(email=None, email_verified=True))).id == "u-1"
    assert door.issuer.asked == ["/realm/.well-known/openid-configuration", "/realm/keys"]


async def test_staff_go_by_an_address_only_if_the_issuer_has_verified_it(door: Door) -> None:
    assert (await door.actor(door.token(email_verified=True))).id == "olga@shop.example"
    for unverified in (None, False, "true", 1):
        assert (await door.actor(door.token(email_verified=unverified))).id == "u-1"


async def test_roles_may_be_called_otherwise_and_lie_deeper() -> None:
    async with a_door(oidc_roles_claim="realm_access.roles", oidc_roles="shop-agents=support boss=admin") as door:
        actor = await door.actor(door.token(realm_access={"roles": ["boss", "support", "shop-agents"]}))
        assert actor.roles == {Role.SUPPORT, Role.ADMIN}
        assert await door.refuses(door.token(realm_access={"roles": ["admin"]})), (
            "ours mean nothing once there is a mapping"
        )
    async with a_door(oidc_roles_claim="https://shop.example/roles") as door:
        claims = {**door.claims(), "https://shop.example/roles": "support warehouse"}
        actor = await door.actor(door.issuer.token(claims=claims))
        assert actor.roles == {Role.SUPPORT, Role.WAREHOUSE}


async def test_whoever_has_no_role_here_is_nobody(door: Door) -> None:
    for roles in ([], None, ["gardener"], [7], {"support": True}, 7):
        assert await door.refuses(door.token(roles=roles))
    assert await door.refuses(door.token(roles=None, email="mia@example.org", email_verified=True)), (
        "customers are not signed in by it"
    )


async def test_a_customer_comes_in_by_a_verified_address_alone() -> None:
    async with a_door(oidc_signs_in="customers") as door:
        for unverified in (None, False, "true", 1):
            assert await door.refuses(door.token(email="mia@example.org", email_verified=unverified))
        first = await door.actor(door.token(email="Mia@Example.org", email_verified=True, sid="s1"))
        again = await door.actor(door.token(email="mia@example.org", email_verified=True, sid="s2", roles=["admin"]))
        assert (first.kind, first.roles) == (again.kind, again.roles) == (ActorKind.CUSTOMER, frozenset())
        assert first.id == again.id
        assert first.session_id != again.session_id
        customer = await door.world.store.read(lambda reader: reader.customer(first.id))
        assert customer is not None
        assert customer.email == "mia@example.org"


def part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def well_signed(header: dict[str, Any], body: object) -> str:
    """By the issuer's own key, whatever the header says."""
    text = f"{part(json.dumps(header).encode())}.{part(json.dumps(body).encode())}"
    return f"{text}.{part(JWSRegistry.algorithms['RS256'].sign(text.encode(), RSA[0]))}"


def by_hand(header: dict[str, Any], body: object, key: bytes | None) -> str:
    text = f"{part(json.dumps(header).encode())}.{part(json.dumps(body).encode())}"
    return f"{text}.{part(hmac.digest(key, text.encode(), hashlib.sha256)) if key else ''}"


def public(key: RSAKey, form: str) -> bytes:
    return key.as_pem(private=False) if form == "pem" else json.dumps(key.as_dict(private=False)).encode()


def with_own_key(door: Door, name: str, value: object) -> str:
    return door.issuer.token(STRANGER, door.claims(), **{name: value})


FORGED: dict[str, Callable[[Door], str]] = {
    "no algorithm": lambda d: by_hand({"alg": "none", "typ": "JWT", "kid": "rsa-0"}, d.claims(), None),
    "None, spelled otherwise": lambda d: by_hand({"alg": "nOnE", "typ": "JWT", "kid": "rsa-0"}, d.claims(), None),
    "the signature left out": lambda d: d.token().rpartition(".")[0] + ".",
    "HMAC by the public key as PEM": lambda d: by_hand(
        {"alg": "HS256", "typ": "JWT", "kid": "rsa-0"}, d.claims(), public(RSA[0], "pem")
    ),
    "HMAC by the public key as JWK": lambda d: by_hand(
        {"alg": "HS256", "typ": "JWT", "kid": "rsa-0"}, d.claims(), public(RSA[0], "jwk")
    ),
    "HMAC by the public modulus": lambda d: by_hand(
        {"alg": "HS256", "typ": "JWT", "kid": "rsa-0"}, d.claims(), str(RSA[0].as_dict(private=False)["n"]).encode()
    ),
    "HMAC that says RS256": lambda d: by_hand(
        {"alg": "RS256", "typ": "JWT", "kid": "rsa-0"}, d.claims(), public(RSA[0], "pem")
    ),
    "a session of ours by an empty key": lambda d: by_hand(
        {"alg": "HS256", "typ": "waymark-session+jwt"}, {**d.claims(), "iss": "waymark", "kind": "STAFF"}, b"\0"
    ),
    "a stranger's key by the issuer's name for its own": lambda d: d.token(STRANGER),
    "a key that was brought along": lambda d: with_own_key(d, "jwk", STRANGER.as_dict(private=False)),
    "the address of a key set": lambda d: with_own_key(d, "jku", "http://127.0.0.1:9/keys"),
    "the address of a certificate": lambda d: with_own_key(d, "x5u", "http://127.0.0.1:9/certificate"),
    "a certificate": lambda d: with_own_key(d, "x5c", ["AAAA"]),
    "the address of a key set beside a good signature": lambda d: d.token(header={"jku": d.issuer.address}),
    "a header that must be understood": lambda d: well_signed(
        {"alg": "RS256", "typ": "JWT", "kid": "rsa-0", "crit": ["exp"], "exp": 1}, d.claims()
    ),
    "no name of a key": lambda d: d.token(header={"kid": None}),
    "another key's name": lambda d: d.token(header={"kid": "rsa-1"}),
    "a path for a name": lambda d: d.token(header={"kid": "../../../../dev/null"}),
    "a name that goes on and on": lambda d: d.token(header={"kid": "k" * 3000}),
    "another algorithm of the same key": lambda d: jwt.encode(
        {"alg": "RS512", "typ": "JWT", "kid": "rsa-0"}, d.claims(), RSA[0], algorithms=["RS512"]
    ),
    "padding of another kind": lambda d: jwt.encode(
        {"alg": "PS256", "typ": "JWT", "kid": "rsa-0"}, d.claims(), RSA[0], algorithms=["PS256"]
    ),
    "a curve for an RSA name": lambda d: d.token(EC, header={"kid": "rsa-0"}),
    "another issuer": lambda d: d.token(iss="http://127.0.0.1:9/realm"),
    "the issuer with a slash": lambda d: d.token(iss=d.issuer.address + "/"),
    "another audience": lambda d: d.token(aud="another-shop"),
    "several other audiences": lambda d: d.token(aud=["another-shop", "waymark"]),
    "no issuer": lambda d: d.token(iss=None),
    "no audience": lambda d: d.token(aud=None),
    "no subject": lambda d: d.token(sub=None),
    "an empty subject": lambda d: d.token(sub=""),
    "no beginning": lambda d: d.token(iat=None),
    "no end": lambda d: d.token(exp=None),
    "an end that is a text": lambda d: d.token(exp="4102444800"),
    "expired": lambda d: d.token(exp=int(START.timestamp())),
    "from the future": lambda d: d.token(iat=int((START + timedelta(minutes=1)).timestamp())),
    "not yet": lambda d: d.token(nbf=int((START + timedelta(minutes=1)).timestamp())),
    "the type of a sign-out": lambda d: d.token(header={"typ": "logout+jwt"}),
    "the type of our sessions": lambda d: d.token(header={"typ": "waymark-session+jwt"}),
    "one claim changed": lambda d: changed(d.token(), roles=["admin"]),
    "one character of the signature changed": lambda d: swapped(d.token()),
}


def changed(token: str, **claims: Any) -> str:
    head, body, signature = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    text = base64.urlsafe_b64encode(json.dumps({**said, **claims}).encode()).decode().rstrip("=")
    return f"{head}.{text}.{signature}"


def swapped(token: str) -> str:
    place = token.rindex(".") + 20
    return token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


def test_there_are_at_least_25_forgeries() -> None:
    assert len(FORGED) >= 25


@pytest.mark.parametrize("how", FORGED)
async def test_a_forged_token_is_refused(how: str, door: Door) -> None:
    assert await door.refuses(FORGED[how](door))
    assert (await door.actor(door.token())).is_staff


async def test_a_thousand_unknown_keys_are_asked_for_twice_at_the_most(door: Door) -> None:
    assert (await door.actor(door.token())).is_staff
    door.world.clock.set(START + timedelta(seconds=PAUSE))
    tokens = [door.token(STRANGER, header={"kid": f"unknown-{number}"}) for number in range(100)]
    assert all(await asyncio.gather(*(door.refuses(token) for token in tokens * 10)))
    assert door.issuer.asked.count("/realm/keys") == 2


async def test_keys_change_with_nobody_noticing(door: Door) -> None:
    old, new = RSA
    for minute in range(60):
        door.world.clock.set(START + timedelta(minutes=minute))
        if minute == 10:
            door.issuer.keys = [old.as_dict(private=False), new.as_dict(private=False)]
        if minute == 30:
            door.issuer.keys = [new.as_dict(private=False)]
        signs = old if minute < 20 else new
        assert (await door.actor(door.token(signs))).is_staff, minute
        await asyncio.sleep(0.02)  # the keys are asked for beside, and the minutes of this test are short
    assert await door.refuses(door.token(old)), "a key that is published no more is no good"
    assert door.issuer.asked.count("/realm/keys") <= 60 * 60 / FRESH + 2


async def test_a_new_key_is_found_at_once_if_nobody_has_just_asked(door: Door) -> None:
    assert (await door.actor(door.token())).is_staff
    door.issuer.keys.append(EC.as_dict(private=False))
    door.world.clock.set(START + timedelta(seconds=PAUSE - 1))
    assert await door.refuses(door.token(EC))
    door.world.clock.set(START + timedelta(seconds=PAUSE))
    assert (await door.actor(door.token(EC))).is_staff


async def test_while_the_issuer_is_silent_its_keys_are_good_for_a_day(door: Door) -> None:
    assert (await door.actor(door.token())).is_staff
    door.issuer.silent = True
    door.world.clock.set(START + timedelta(seconds=STALE))
    assert (await door.actor(door.token())).is_staff
    door.world.clock.set(START + timedelta(seconds=STALE + PAUSE))
    assert await door.refuses(door.token())
    door.issuer.silent = False
    door.world.clock.set(START + timedelta(seconds=STALE + 2 * PAUSE))
    assert (await door.actor(door.token())).is_staff


async def test_signing_out_ends_a_session_of_the_issuer_here(door: Door) -> None:
    one, other = door.token(sid="s1"), door.token(sid="s2")
    actor = await door.actor(one)
    await door.world.store.write(lambda uow: uow.end_session(session_of(actor), START))
    assert await door.refuses(one)
    assert await door.refuses(door.token(sid="s1", iat=int(START.timestamp()) - 1)), "nor any other token of it"
    assert (await door.actor(other)).is_staff


def session_of(actor: Any) -> Any:
    return Session(actor.session_id, actor.kind, actor.id, START, START + HOUR)


def test_only_keys_that_can_verify_are_taken() -> None:
    good = RSA[0].as_dict(private=False)
    listed = [
        good,
        EC.as_dict(private=False),
        {**good, "kid": "weak", "n": str(good["n"])[: 128 * 4 // 3]},
        {**good, "kid": "encrypts", "use": "enc"},
        {**good, "kid": "wraps", "key_ops": ["wrapKey"]},
        {**good, "kid": "for nothing", "key_ops": None},
        {**good, "kid": "for seven", "key_ops": 7},
        {**good, "kid": "other", "alg": "PS256"},
        {**RSA[1].as_dict(private=True), "kid": "secret"},
        {**OctKey.generate_key(256).as_dict(), "kid": "symmetric"},
        {**good, "kid": 7},
        {"kty": "EC", "crv": "P-256", "kid": "half", "x": "AA"},
        {**ECKey.generate_key("P-521").as_dict(private=False), "kid": "long"},
        "text",
    ]
    assert set(keys_of(json.dumps({"keys": listed}).encode())) == {("rsa-0", "RS256"), ("ec-1", "ES256")}
    for no_set in (b"[]", b"{}", b"7", b"", b'{"keys": {}}'):
        with pytest.raises(ValueError, match=r"key set|Expecting"):
            keys_of(no_set)


async def test_an_issuer_that_describes_another_is_not_asked_for_keys(door: Door) -> None:
    async with open_client() as client:
        adapter = HttpIssuerKeys(door.issuer.address + "/", None, client)
        with pytest.raises(Exception, match="describes another one"):
            await adapter.published()
