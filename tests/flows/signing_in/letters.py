"""What the tests of signing in begin with: documents, letters, sessions."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest

from domain.model.effects import Effect
from tests.gateway.served import Gateway

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
