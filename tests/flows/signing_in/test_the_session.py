"""The session."""

import asyncio
from datetime import timedelta

import pytest

from domain.adapters.sql.migrating import migrate
from domain.model.actors import Role
from gateway.auth import ACCESS_LIFE
from tests.flows.signing_in.letters import (
    SIGN_OUT,
    is_signed_in,
    later,
    link_for,
    refresh,
    sign_in,
    signed_in,
    their_orders,
)
from tests.gateway.served import TRACK, Gateway, placed, serving, stocked
from tests.servers.postgres import PostgresServer, on_own_loop


async def test_a_refresh_token_takes_the_place_of_the_one_before(gateway: Gateway) -> None:
    mia = await signed_in(gateway)
    tokens = {mia["refreshToken"]}
    for _ in range(3):
        mia = await refresh(gateway, mia["refreshToken"])
        assert mia["userErrors"] == []
        assert await is_signed_in(gateway, mia["accessToken"])
        tokens.add(mia["refreshToken"])
    assert len(tokens) == 4


async def test_a_refresh_token_shown_twice_ends_the_whole_session(gateway: Gateway) -> None:
    first, elsewhere = await signed_in(gateway), await signed_in(gateway)
    second = await refresh(gateway, first["refreshToken"])
    third = await refresh(gateway, second["refreshToken"])
    stolen = await refresh(gateway, first["refreshToken"])
    assert stolen["userErrors"] == [{"code": "EXPIRED", "field": ["refreshToken"]}]
    assert stolen["accessToken"] is None
    assert (await refresh(gateway, third["refreshToken"]))["userErrors"] == stolen["userErrors"]
    for of_session in (first, second, third):
        assert not await is_signed_in(gateway, of_session["accessToken"])
    assert await is_signed_in(gateway, elsewhere["accessToken"]), "another session is another"


async def test_of_two_who_refresh_at_once_neither_stays(gateway: Gateway) -> None:
    mia = await signed_in(gateway)
    answers = await asyncio.gather(*(refresh(gateway, mia["refreshToken"]) for _ in range(2)))
    won = [answer for answer in answers if not answer["userErrors"]]
    assert len(won) == 1
    assert not await is_signed_in(gateway, won[0]["accessToken"])


async def test_an_access_token_is_good_for_a_quarter_of_an_hour(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia = await signed_in(gateway)
    later(gateway, monkeypatch, ACCESS_LIFE - timedelta(seconds=10))
    assert await is_signed_in(gateway, mia["accessToken"])
    later(gateway, monkeypatch, timedelta(seconds=11))
    assert not await is_signed_in(gateway, mia["accessToken"])
    assert await is_signed_in(gateway, (await refresh(gateway, mia["refreshToken"]))["accessToken"])


async def test_a_session_that_is_not_used_for_a_month_is_over(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia = await signed_in(gateway)
    later(gateway, monkeypatch, timedelta(days=30))
    assert (await refresh(gateway, mia["refreshToken"]))["userErrors"]


async def test_signing_out_ends_the_session_and_no_other(gateway: Gateway) -> None:
    here, there = await signed_in(gateway), await signed_in(gateway)
    assert (await gateway.post(SIGN_OUT, token=here["accessToken"]))["data"]["signOut"]["accepted"]
    assert not await is_signed_in(gateway, here["accessToken"])
    assert (await refresh(gateway, here["refreshToken"]))["userErrors"]
    assert await is_signed_in(gateway, there["accessToken"])


async def test_staff_sign_out_too_and_whoever_has_no_session_cannot(gateway: Gateway) -> None:
    olga = gateway.staff(Role.SUPPORT)
    assert await is_signed_in(gateway, olga)
    assert (await gateway.post(SIGN_OUT, token=olga))["data"]["signOut"]["accepted"]
    assert not await is_signed_in(gateway, olga)
    spelled = olga[:-1] + chr(ord(olga[-1]) + 1)  # the last character has bits that no byte needs
    assert not await is_signed_in(gateway, spelled)
    _, guest_token = await placed(gateway)
    for token, code in ((None, "UNAUTHENTICATED"), (guest_token, "FORBIDDEN")):
        answer = await gateway.post(SIGN_OUT, token=token)
        assert [error["extensions"]["code"] for error in answer["errors"]] == [code]


async def test_signing_out_closes_what_is_being_followed(gateway: Gateway) -> None:
    order_id, _ = await placed(gateway)
    mia = await signed_in(gateway)
    async with gateway.socket(mia["accessToken"]) as socket:
        await socket.subscribe(TRACK, id=order_id)
        assert (await socket.receive())["type"] == "next"
        await gateway.post(SIGN_OUT, token=mia["accessToken"])
        assert await socket.closed(2.0) == 4403


async def test_whoever_signs_out_by_the_socket_itself_hears_the_answer(gateway: Gateway) -> None:
    mia = await signed_in(gateway)
    async with gateway.socket(mia["accessToken"]) as socket:
        await socket.subscribe(SIGN_OUT)
        answer = await socket.receive()
        assert answer["payload"]["data"]["signOut"]["accepted"]
        assert await socket.closed(2.0) == 4403


async def test_a_stolen_session_is_closed_wherever_it_is_open(gateway: Gateway) -> None:
    mia = await signed_in(gateway)
    renewed = await refresh(gateway, mia["refreshToken"])
    async with gateway.socket(renewed["accessToken"]) as socket:
        await refresh(gateway, mia["refreshToken"])
        assert await socket.closed(2.0) == 4403


async def test_no_event_is_shown_after_the_session_ended(gateway: Gateway) -> None:
    """Also where nobody is woken by the end: who may look is asked again at every event."""
    order_id, _ = await placed(gateway)
    mia = await signed_in(gateway)
    actor = gateway.sessions.actor(mia["accessToken"])
    async with gateway.socket(mia["accessToken"]) as socket:
        await socket.subscribe(TRACK, id=order_id)
        assert (await socket.receive())["type"] == "next"
        session = await gateway.ports.store.read(lambda reader: reader.session(actor.session_id or ""))
        assert session is not None
        await gateway.ports.store.write(lambda uow: uow.end_session(session, gateway.ports.clock.now()))
        assert await socket.closed(3.0) == 4403


async def test_rivals_on_postgres_are_kept_apart_too(postgres_server: PostgresServer) -> None:
    template = postgres_server.template("migrated", lambda url: on_own_loop(lambda: migrate(url)))
    url = postgres_server.create(template)
    async with serving(url=url) as gateway:
        await stocked(gateway)
        for number in range(5):
            await placed(gateway, f"key-{number}")
        link = await link_for(gateway)
        answers = await asyncio.gather(*(sign_in(gateway, link) for _ in range(8)))
        assert sorted(len(answer["userErrors"]) for answer in answers) == [0] + [1] * 7
        links = [await link_for(gateway, f"{word}@example.org") for word in ("new", "new", "new")]
        news = await asyncio.gather(*(sign_in(gateway, link) for link in links))
        assert len({new["customer"]["id"] for new in news}) == 1
        mia = next(answer for answer in answers if not answer["userErrors"])
        assert len(await their_orders(gateway, mia["accessToken"])) == 5
        renewed = await asyncio.gather(*(refresh(gateway, mia["refreshToken"]) for _ in range(4)))
        won = [answer for answer in renewed if not answer["userErrors"]]
        assert len(won) == 1
        assert not await is_signed_in(gateway, won[0]["accessToken"])
    postgres_server.drop(url)
