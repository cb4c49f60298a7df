"""Signing in, through the public API and real sockets: from the request to the link in the post to the orders."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.gateway.served import Gateway, placed, serving, stocked

REQUEST = (
    "mutation ($email: EmailAddress!) { requestSignIn(input: {email: $email}) { accepted userErrors { code field } } }"
)
PAYLOAD = (
    "accessToken refreshToken expiresAt customer { id email orders { nodes { number } } } userErrors { code field }"
)
SIGN_IN = f"mutation ($token: String!) {{ signIn(input: {{token: $token}}) {{ {PAYLOAD} }} }}"
REFRESH = f"mutation ($token: String!) {{ refreshSignIn(input: {{refreshToken: $token}}) {{ {PAYLOAD} }} }}"
SIGN_OUT = "mutation { signOut { accepted userErrors { code } } }"
MINE = "{ viewer { kind customer { email } orders { totalCount nodes { number } } } }"
MIA = "mia@example.org"


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
    return await token_in_letter(gateway, before, email)


async def token_in_letter(gateway: Gateway, before: int, to: str) -> str:
    async with asyncio.timeout(5):
        while len(gateway.mail.messages) == before:
            await asyncio.sleep(0.01)
    letter = gateway.mail.messages[-1]
    assert letter.to == to
    found = re.search(r"http://\S+#(\S+)", letter.text)
    assert found is not None
    assert letter.html is None or found.group(1) in letter.html
    return found.group(1)


async def signed_in(gateway: Gateway, email: str = MIA) -> dict[str, Any]:
    payload: dict[str, Any] = (await gateway.post(SIGN_IN, {"token": await link_for(gateway, email)}))["data"]["signIn"]
    assert payload["userErrors"] == []
    return payload


async def test_whoever_follows_the_link_finds_what_they_ordered_as_a_guest(gateway: Gateway) -> None:
    await placed(gateway)
    mia = await signed_in(gateway)
    assert mia["customer"]["email"] == MIA
    viewer = (await gateway.post(MINE, token=mia["accessToken"]))["data"]["viewer"]
    assert (viewer["kind"], viewer["customer"], viewer["orders"]["totalCount"]) == ("CUSTOMER", {"email": MIA}, 1)
    assert viewer["orders"]["nodes"] == mia["customer"]["orders"]["nodes"]
