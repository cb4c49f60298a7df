"""Signing in, through the public API and real sockets: from the request to the link in the post to the orders."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from statistics import median
from typing import Any

import pytest

from domain.model.actors import ActorKind, Role
from domain.model.effects import Effect
from domain.model.products import Customer
from domain.services.claiming import AT_ONCE
from domain.services.signing_in import LINK_LIFE, SEND_SIGN_IN_LINK
from domain.services.tracking_links import SEND_TRACKING_LINK
from gateway.auth import ACCESS_LIFE
from tests.gateway.served import TRACK, Gateway, an_order, placed, serving, settings_for, stocked

ACCEPTED = "{ accepted userErrors { code field } }"
REQUEST = f"mutation ($email: EmailAddress!) {{ requestSignIn(input: {{email: $email}}) {ACCEPTED} }}"
PAYLOAD = """
{ accessToken refreshToken expiresAt customer { id email orders { nodes { number } } } userErrors { code field } }
"""
SIGN_IN = f"mutation ($token: String!) {{ signIn(input: {{token: $token}}) {PAYLOAD} }}"
REFRESH = f"mutation ($token: String!) {{ refreshSignIn(input: {{refreshToken: $token}}) {PAYLOAD} }}"
SIGN_OUT = f"mutation {{ signOut {ACCEPTED} }}"
LOST = f"mutation ($input: RequestTrackingLinkInput!) {{ requestTrackingLink(input: $input) {ACCEPTED} }}"
MINE = "{ viewer { kind customer { email } orders(first: 100) { totalCount nodes { number } } } }"
ORDER = "{ order { number } }"
MIA = "mia@example.org"
OVER = {"code": "EXPIRED", "field": ["token"]}


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with serving() as running:
        await stocked(running)
        yield running


async def link_for(gateway: Gateway, email: str = MIA) -> str:
    """The token in the newest letter to this address, once it is there."""
    before = len(gateway.mail.messages)
    payload = (await gateway.post(REQUEST, {"email": email}))["data"]["requestSignIn"]
    assert payload == {"accepted": True, "userErrors": []}
    return await token_in_message(gateway, before, email)


async def token_in_message(gateway: Gateway, before: int, to: str) -> str:
    async with asyncio.timeout(5):
        while len(gateway.mail.messages) == before:
            await asyncio.sleep(0.01)
    message = gateway.mail.messages[-1]
    assert message.to == to
    found = re.search(r"http://\S+#(\S+)", message.text)
    assert found is not None
    assert message.html is None or found.group(1) in message.html
    return found.group(1)


async def sign_in(gateway: Gateway, token: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await gateway.post(SIGN_IN, {"token": token}))["data"]["signIn"]
    return payload


async def refresh(gateway: Gateway, token: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await gateway.post(REFRESH, {"token": token}))["data"]["refreshSignIn"]
    return payload


async def signed_in(gateway: Gateway, email: str = MIA) -> dict[str, Any]:
    payload = await sign_in(gateway, await link_for(gateway, email))
    assert payload["userErrors"] == []
    return payload


async def is_signed_in(gateway: Gateway, access_token: str) -> bool:
    """Whether the token is good; a token that is not is answered with 401."""
    response = await gateway.send({"query": MINE}, access_token)
    assert response.status_code in (200, 401)
    return response.status_code == 200


async def their_orders(gateway: Gateway, access_token: str) -> list[str]:
    orders = (await gateway.post(MINE, token=access_token))["data"]["viewer"]["orders"]
    assert orders["totalCount"] == len(orders["nodes"])
    return [node["number"] for node in orders["nodes"]]


def later(gateway: Gateway, monkeypatch: pytest.MonkeyPatch, span: timedelta) -> None:
    """So much time has passed."""
    clock = gateway.ports.clock
    now = clock.now
    monkeypatch.setattr(type(clock), "now", lambda self: now() + span)


# ------------------------------------------------------------------ the link


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


# ------------------------------------------------------------------ whose orders


async def test_an_order_that_is_placed_later_as_a_guest_joins_at_the_next_signing_in(gateway: Gateway) -> None:
    await placed(gateway, "first")
    mia = await signed_in(gateway)
    await placed(gateway, "second")
    assert len(await their_orders(gateway, mia["accessToken"])) == 1
    assert len(await their_orders(gateway, (await refresh(gateway, mia["refreshToken"]))["accessToken"])) == 1
    again = await signed_in(gateway)
    assert len(await their_orders(gateway, again["accessToken"])) == 2


async def test_an_address_is_the_same_in_any_case(gateway: Gateway) -> None:
    await placed(gateway)
    one, other = await signed_in(gateway), await sign_in(gateway, await link_for_spelled(gateway, "MIA@Example.ORG"))
    assert one["customer"]["id"] == other["customer"]["id"]
    assert len(await their_orders(gateway, other["accessToken"])) == 1


async def link_for_spelled(gateway: Gateway, email: str) -> str:
    before = len(gateway.mail.messages)
    await gateway.post(REQUEST, {"email": email})
    return await token_in_message(gateway, before, email.lower())


async def test_nobody_gets_the_orders_of_another(gateway: Gateway) -> None:
    await placed(gateway)
    other = await signed_in(gateway, "other@example.org")
    assert await their_orders(gateway, other["accessToken"]) == []
    mia = await signed_in(gateway)
    own = {"email": "other@example.org"}
    await gateway.post(
        "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } userErrors { code } } }",
        an_order("for another", **own),
        token=mia["accessToken"],
    )
    assert len(await their_orders(gateway, mia["accessToken"])) == 2
    assert await their_orders(gateway, (await signed_in(gateway, "other@example.org"))["accessToken"]) == []


async def test_a_claim_is_in_the_journal_and_not_in_the_buyers_timeline(gateway: Gateway) -> None:
    order_id, guest_token = await placed(gateway)
    await signed_in(gateway)
    timeline = "events(first: 50) { nodes { type actor { kind } } }"
    shown = (await gateway.post(f"{{ order {{ {timeline} }} }}", token=guest_token))["data"]["order"]["events"]["nodes"]
    assert "order.claimed" not in [event["type"] for event in shown]
    by_id = f"query ($id: ID!) {{ order(id: $id) {{ {timeline} }} }}"
    seen = (await gateway.post(by_id, {"id": order_id}, gateway.staff()))["data"]["order"]["events"]["nodes"]
    assert {"type": "order.claimed", "actor": {"kind": "CUSTOMER"}} in seen


async def test_any_number_of_orders_joins(gateway: Gateway) -> None:
    many = 2 * AT_ONCE + 5
    await stocked(gateway, many)
    for number in range(many):
        await placed(gateway, f"key-{number}")
    mia = await signed_in(gateway)
    async with asyncio.timeout(10):
        while len(await their_orders(gateway, mia["accessToken"])) < many:
            await asyncio.sleep(0.02)


# ------------------------------------------------------------------ the session


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


# ------------------------------------------------------------------ a lost link


class Counted:
    """What an operation makes the gateway do, seen from its store."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.owed: list[str] = []
        self.statements: list[list[str]] = []
        self._watch()

    def _watch(self) -> None:
        store = self.gateway.ports.store
        write = store.write
        owed, statements = self.owed, self.statements

        async def counted(work: Any) -> Any:
            calls: list[str] = []

            async def watched(uow: Any) -> Any:
                return await work(Watching(uow, calls, owed))

            try:
                return await write(watched)
            finally:
                if calls and "claim_effects" not in calls and "finish_effect" not in calls:
                    statements.append(calls)

        store.write = counted  # type: ignore[method-assign]

    async def ask(self, document: str, variables: dict[str, Any]) -> tuple[int, bytes, list[tuple[str, str]]]:
        response = await self.gateway.send({"query": document, "variables": variables})
        own = {"date", "x-request-id"}
        return response.status_code, response.content, [one for one in response.headers.items() if one[0] not in own]


class Watching:
    def __init__(self, uow: Any, calls: list[str], owed: list[str]) -> None:
        self._uow, self._calls, self._owed = uow, calls, owed

    def __getattr__(self, name: str) -> Any:
        self._calls.append(name)
        if name == "owe":
            return self._owe
        return getattr(self._uow, name)

    async def _owe(self, effects: list[Effect]) -> None:
        self._owed.extend(effect.action for effect in effects)
        await self._uow.owe(effects)


async def number_of(gateway: Gateway, token: str) -> str:
    number: str = (await gateway.post(ORDER, token=token))["data"]["order"]["number"]
    return number


async def test_a_lost_link_comes_to_the_address_on_the_order(gateway: Gateway) -> None:
    _, first = await placed(gateway)
    number = await number_of(gateway, first)
    for spelled in (number, number.lower().replace("-", " ")):
        before = len(gateway.mail.messages)
        payload = (await gateway.post(LOST, {"input": {"number": spelled, "email": "Mia@example.org"}}))["data"]
        assert payload["requestTrackingLink"] == {"accepted": True, "userErrors": []}
        token = await token_in_message(gateway, before, MIA)
        assert await number_of(gateway, token) == number
        assert number in gateway.mail.messages[-1].subject


async def test_a_lost_link_comes_by_sms_to_whoever_gave_a_phone(gateway: Gateway) -> None:
    answer = await gateway.post(
        "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { trackingToken } }",
        an_order("by phone", email=None, phone="+49 151 23456789"),
    )
    number = await number_of(gateway, answer["data"]["placeOrder"]["trackingToken"])
    await gateway.post(LOST, {"input": {"number": number, "phone": "+49 (0)151 23456789"}})
    assert await number_of(gateway, await token_in_message(gateway, 0, "+4915123456789")) == number
    assert gateway.mail.messages[-1].html is None


async def test_whether_number_and_contact_match_cannot_be_told_from_the_answer(gateway: Gateway) -> None:
    _, token = await placed(gateway)
    number = await number_of(gateway, token)
    counted = Counted(gateway)
    asked = [
        {"number": number, "email": MIA},
        {"number": number, "email": "other@example.org"},
        {"number": "00000-00000", "email": MIA},
        {"number": "no number at all", "email": MIA},
        {"number": number, "phone": "+4915123456789"},
    ]
    answers = [await counted.ask(LOST, {"input": one}) for one in asked]
    assert [answer == answers[0] for answer in answers] == [True] * len(asked)
    assert counted.owed == [SEND_TRACKING_LINK] * len(asked)
    assert counted.statements == [["owe"]] * len(asked)
    await token_in_message(gateway, 0, MIA)
    await asyncio.sleep(2.0)
    assert [message.to for message in gateway.mail.messages] == [MIA], "one of them matched"


async def test_a_hit_takes_as_long_as_a_miss(gateway: Gateway) -> None:
    _, token = await placed(gateway)
    number = await number_of(gateway, token)
    asked = {"hit": {"number": number, "email": MIA}, "miss": {"number": number, "email": "other@example.org"}}
    took: dict[str, list[float]] = {"hit": [], "miss": []}
    for turn in range(300):
        for name in sorted(asked, reverse=bool(turn % 2)):
            began = time.perf_counter()
            await gateway.post(LOST, {"input": asked[name]})
            took[name].append(time.perf_counter() - began)
    assert abs(median(took["hit"]) - median(took["miss"])) < 0.001


async def test_what_can_be_seen_of_the_input_is_refused(gateway: Gateway) -> None:
    for given, code, field in (
        ({}, "INVALID", "email"),
        ({"email": MIA, "phone": "+4915123456789"}, "INVALID", "email"),
        ({"email": "mia@"}, "INVALID_EMAIL", "email"),
        ({"phone": "0151 23456789"}, "INVALID_PHONE", "phone"),
    ):
        payload = (await gateway.post(LOST, {"input": {"number": "ABCDE-FGHJK", **given}}))["data"]
        assert payload["requestTrackingLink"] == {"accepted": False, "userErrors": [{"code": code, "field": [field]}]}


# ------------------------------------------------------------------ limits


async def limited(gateway: Gateway, query: str, variables: dict[str, Any] | None = None) -> bool:
    answer = await gateway.post(query, variables)
    codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
    assert codes in ([], ["RATE_LIMITED"])
    return bool(codes)


async def test_messages_to_one_address_are_limited_whoever_asks_and_however_they_write_it() -> None:
    async with serving(settings_for(limit_loopback=True, sending_per_hour_per_recipient=3)) as gateway:
        said = "requestSignIn(input: {email: $email}) { accepted }"
        defaults = f'mutation ($email: EmailAddress! = "mia@example.org") {{ {said} }}'
        literal = 'mutation { requestSignIn(input: {email: "mia@EXAMPLE.org"}) { accepted } }'
        lost = {"input": {"number": "ABCDE-FGHJK", "email": "Mia@example.org"}}
        assert not await limited(gateway, defaults)
        assert not await limited(gateway, literal)
        assert not await limited(gateway, LOST, lost)
        for query, variables in ((defaults, None), (literal, None), (LOST, lost), (REQUEST, {"email": MIA})):
            assert await limited(gateway, query, variables)
        assert not await limited(gateway, REQUEST, {"email": "other@example.org"})


async def test_a_phone_is_the_same_however_it_is_written() -> None:
    async with serving(settings_for(limit_loopback=True, sending_per_hour_per_recipient=1)) as gateway:
        numbers = ("+4915123456789", "+49 151 23456789", "+49 (0)151-23456789")
        asked = [await limited(gateway, LOST, {"input": {"number": "X", "phone": number}}) for number in numbers]
        assert asked == [False, True, True]


async def test_messages_asked_for_from_one_address_are_limited_together() -> None:
    async with serving(settings_for(limit_loopback=True, sending_per_hour_per_ip=2)) as gateway:
        asked = [await limited(gateway, REQUEST, {"email": f"{number}@example.org"}) for number in range(2)]
        assert asked == [False, False]
        assert await limited(gateway, REQUEST, {"email": "2@example.org"})
        assert await limited(gateway, LOST, {"input": {"number": "X", "email": "3@example.org"}})


async def test_guesses_at_one_order_are_limited() -> None:
    async with serving(settings_for(limit_loopback=True, tracking_link_per_hour_per_order=2)) as gateway:
        number = {"number": "00000-00000"}
        asked = [await limited(gateway, LOST, {"input": {**number, "email": f"{n}@example.org"}}) for n in range(3)]
        assert asked == [False, False, True]
        spelled = {"number": "oo0o0 00OOO", "email": "9@example.org"}
        assert await limited(gateway, LOST, {"input": spelled})


async def test_guesses_at_tokens_are_limited() -> None:
    async with serving(settings_for(limit_loopback=True, sign_in_per_minute_per_ip=2)) as gateway:
        assert not await limited(gateway, SIGN_IN, {"token": "x"})
        assert not await limited(gateway, REFRESH, {"token": "x"})
        assert await limited(gateway, SIGN_IN, {"token": "x"})


async def test_the_same_message_asked_for_many_times_in_one_operation_counts_each_time() -> None:
    async with serving(settings_for(limit_loopback=True, sending_per_hour_per_recipient=3)) as gateway:
        fields = " ".join(f'a{n}: requestSignIn(input: {{email: "mia@example.org"}}) {{ accepted }}' for n in range(4))
        assert await limited(gateway, f"mutation {{ {fields} }}")
        assert gateway.mail.messages == []


async def test_a_customers_token_from_the_shell_is_a_session_of_its_own(gateway: Gateway) -> None:
    await signed_in(gateway)
    customer = await gateway.ports.store.read(lambda reader: reader.customer_by_email(MIA))
    assert customer is not None
    tokens = [gateway.sessions.issue(ActorKind.CUSTOMER, customer.id, timedelta(hours=hours)) for hours in (1, 2)]
    await gateway.post(SIGN_OUT, token=tokens[0])
    assert [await is_signed_in(gateway, token) for token in tokens] == [False, True]
