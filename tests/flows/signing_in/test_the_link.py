"""The link."""

import asyncio
from datetime import timedelta

import pytest

from domain.model.products import Customer
from domain.services.signing_in import LINK_LIFE, SEND_SIGN_IN_LINK
from tests.flows.signing_in.letters import (
    MIA,
    MINE,
    ORDER,
    REQUEST,
    Counted,
    later,
    link_for,
    sign_in,
    signed_in,
    their_orders,
    token_in_message,
)
from tests.gateway.served import Gateway, placed

OVER = {"code": "EXPIRED", "field": ["token"]}


async def test_whoever_follows_the_link_finds_what_they_ordered_as_a_guest(gateway: Gateway) -> None:
    _, guest_token = await placed(gateway)
    number = (await gateway.post(ORDER, token=guest_token))["data"]["order"]["number"]
    mia = await signed_in(gateway)
    assert mia["customer"]["email"] == MIA
    assert mia["customer"]["orders"]["nodes"] == [{"number": number}]
    viewer = (await gateway.post(MINE, token=mia["accessToken"]))["data"]["viewer"]
    assert (viewer["kind"], viewer["customer"]) == ("CUSTOMER", {"email": MIA})
    assert await their_orders(gateway, mia["accessToken"]) == [number]
    assert (await gateway.post(ORDER, token=guest_token))["data"]["order"] == {"number": number}, "the link stays good"


async def test_a_link_is_good_once(gateway: Gateway) -> None:
    token = await link_for(gateway)
    assert (await sign_in(gateway, token))["userErrors"] == []
    again = await sign_in(gateway, token)
    assert again["userErrors"] == [OVER]
    assert {again[name] for name in ("accessToken", "refreshToken", "expiresAt", "customer")} == {None}


async def test_of_many_who_follow_a_link_at_once_one_is_signed_in(gateway: Gateway) -> None:
    token = await link_for(gateway)
    answers = await asyncio.gather(*(sign_in(gateway, token) for _ in range(10)))
    assert sorted(len(answer["userErrors"]) for answer in answers) == [0] + [1] * 9


async def test_a_link_is_good_for_a_quarter_of_an_hour(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    early, late = await link_for(gateway), await link_for(gateway)
    later(gateway, monkeypatch, LINK_LIFE - timedelta(seconds=10))
    assert (await sign_in(gateway, early))["userErrors"] == []
    later(gateway, monkeypatch, timedelta(seconds=10))
    assert (await sign_in(gateway, late))["userErrors"] == [OVER]


async def test_no_other_token_signs_in(gateway: Gateway) -> None:
    _, guest_token = await placed(gateway)
    mia = await signed_in(gateway)
    link = await link_for(gateway)
    changed = link[:-3] + ("AAA" if not link.endswith("AAA") else "BBB")
    for token in (guest_token, mia["refreshToken"], mia["accessToken"], changed, "", "x" * 5000, "wms_" + "A" * 43):
        assert (await sign_in(gateway, token))["userErrors"] == [OVER]
    assert (await sign_in(gateway, link))["userErrors"] == []


async def test_nothing_of_a_token_is_stored_but_its_hash(gateway: Gateway) -> None:
    mia = await signed_in(gateway)
    link = await link_for(gateway)
    stored = gateway.ports.store._raw.serialize()  # type: ignore[attr-defined]
    for token in (link, mia["refreshToken"], mia["accessToken"]):
        assert token.encode() not in stored
    assert MIA.encode() in stored, "or this test looks in the wrong place"


async def test_an_address_that_is_none_is_refused(gateway: Gateway) -> None:
    payload = (await gateway.post(REQUEST, {"email": "mia@"}))["data"]["requestSignIn"]
    assert payload == {"accepted": False, "userErrors": [{"code": "INVALID_EMAIL", "field": ["email"]}]}


async def test_the_letter_is_in_the_language_of_whoever_asks(gateway: Gateway) -> None:
    await gateway.post(REQUEST, {"email": MIA}, accept_language="de-AT,de;q=0.9")
    await token_in_message(gateway, 0, MIA)
    letter = gateway.mail.messages[-1]
    assert letter.subject == "Bei Alder & Finch anmelden"
    assert "Alder &amp; Finch" in (letter.html or "")


async def test_whether_an_address_is_known_cannot_be_told_from_the_answer(gateway: Gateway) -> None:
    await gateway.ports.store.write(lambda uow: uow.put_customer(Customer("c" * 32, "known@example.org")))
    counted = Counted(gateway)
    answers = [await counted.ask(REQUEST, {"email": email}) for email in ("known@example.org", "nobody@example.org")]
    assert answers[0] == answers[1]
    assert counted.owed == [SEND_SIGN_IN_LINK] * 2
