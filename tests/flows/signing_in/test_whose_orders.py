"""Whose orders."""

import asyncio

from domain.services.claiming import AT_ONCE
from tests.flows.signing_in.letters import REQUEST, refresh, sign_in, signed_in, their_orders, token_in_message
from tests.gateway.served import Gateway, an_order, placed, stocked


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
