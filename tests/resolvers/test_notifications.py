"""What was told, as its reader sees it: of an order, in an inbox, and live."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from domain.model.actors import AccessScope, Actor, ActorKind
from notifications.dispatch import Dispatcher
from tests.notifications.telling import EMAIL, SMS, TwinChannel
from tests.resolvers.asking import IDS, Asked, a_shop_floor, holder_of, place, the_customer
from tests.world import STAFF

OF_ORDER = """
query ($id: ID!) { order(id: $id) { notifications {
  id type title body createdAt readAt
  order { id } event { type }
  deliveries { channel status to attempts providerId reason sentAt }
} } }
"""
INBOX = """
query ($first: Int, $after: String) { viewer { unreadNotifications notifications(first: $first, after: $after) {
  nodes { id type readAt order { number } } pageInfo { hasNextPage endCursor }
} } }
"""
READ = "mutation ($ids: [ID!]!) { markNotificationsRead(input: {ids: $ids}) { accepted userErrors { code field } } }"
LIVE = "subscription ($after: ID) { notifications(after: $after) { id type title order { id } } }"


@pytest.fixture
async def shop() -> AsyncIterator[Asked]:
    async with a_shop_floor() as floor:
        dispatcher = Dispatcher({EMAIL: TwinChannel(), SMS: TwinChannel()})
        floor.world.change(errands={**floor.world.ports.errands, **dispatcher.errands})
        yield floor
        await dispatcher.close(5.0)


async def told(shop: Asked, key: str = "key-1") -> str:
    """The id of an order whose confirmation was told."""
    order = await place(shop, key)
    for _ in range(20):
        await shop.world.settle()
        await asyncio.sleep(0)
    return order["id"]


async def test_an_order_shows_what_was_sent_when_on_which_channel_and_how_it_ended(shop: Asked) -> None:
    order_id = await told(shop)
    for actor in (STAFF, holder_of(order_id)):
        [message] = (await shop.by(actor)(OF_ORDER, id=order_id))["order"]["notifications"]
        assert (message["type"], message["order"]) == ("order.confirmed", {"id": order_id})
        assert message["event"]["type"] == "workflow.moved"
        assert message["title"] == "Your order is confirmed"
        assert "between Wednesday 4 March and Friday 6 March" in message["body"]
        inbox, mail = sorted(message["deliveries"], key=lambda one: one["channel"], reverse=True)
        assert (inbox["channel"], inbox["status"], inbox["to"]) == ("WEBSOCKET", "SENT", None)
        assert mail == {
            "channel": "EMAIL", "status": "SENT", "to": "ada@example.org", "attempts": 1, "providerId": "id-1",
            "reason": None, "sentAt": mail["sentAt"],
        }  # fmt: skip
        assert mail["sentAt"] is not None


async def test_a_gift_reads_no_messages(shop: Asked) -> None:
    order_id = await told(shop)
    holder = holder_of(order_id)
    gift = Actor(ActorKind.GUEST, holder.id, order_id=holder.order_id, scopes=frozenset({AccessScope.VIEW}))
    answer = await shop.by(gift)(OF_ORDER, id=order_id)
    assert answer["order"]["notifications"] is None
    assert (await shop.by(gift)(INBOX))["viewer"] == {"unreadNotifications": None, "notifications": None}


async def test_a_message_is_found_by_its_id_by_who_may_read_it(shop: Asked) -> None:
    order_id = await told(shop)
    [message] = (await shop.by(STAFF)(OF_ORDER, id=order_id))["order"]["notifications"]
    document = "query ($id: ID!) { node(id: $id) { ... on Notification { title } } }"
    stranger = Actor(ActorKind.CUSTOMER, "somebody-else")
    for actor, found in ((STAFF, True), (holder_of(order_id), True), (stranger, False), (shop.actor, False)):
        node = (await shop.by(actor)(document, id=message["id"]))["node"]
        assert node == ({"title": "Your order is confirmed"} if found else None)
    inner = IDS.decode(order_id)
    assert inner is not None
    other = IDS.encode("Notification", f"{inner[1]}/999")
    assert (await shop.by(STAFF)(document, id=other))["node"] is None


async def test_an_inbox_is_read_page_by_page_newest_first(shop: Asked) -> None:
    customer = await the_customer(shop)
    mine = shop.by(customer)
    orders = [await told(mine, f"key-{number}") for number in range(3)]
    assert len(set(orders)) == 3
    first = (await mine(INBOX, first=2))["viewer"]
    assert first["unreadNotifications"] == 3
    assert first["notifications"]["pageInfo"]["hasNextPage"]
    second = (await mine(INBOX, first=2, after=first["notifications"]["pageInfo"]["endCursor"]))["viewer"]
    nodes = first["notifications"]["nodes"] + second["notifications"]["nodes"]
    assert len({node["order"]["number"] for node in nodes}) == 3
    assert not second["notifications"]["pageInfo"]["hasNextPage"]


async def test_what_was_read_is_unread_no_more(shop: Asked) -> None:
    customer = await the_customer(shop)
    mine = shop.by(customer)
    await told(mine)
    ids = [node["id"] for node in (await mine(INBOX))["viewer"]["notifications"]["nodes"]]
    for _ in range(2):
        answer = (await mine(READ, ids=ids))["markNotificationsRead"]
        assert answer == {"accepted": True, "userErrors": []}
    viewer = (await mine(INBOX))["viewer"]
    assert viewer["unreadNotifications"] == 0
    assert viewer["notifications"]["nodes"][0]["readAt"] is not None


async def test_nobody_reads_for_another_and_all_are_read_or_none(shop: Asked) -> None:
    customer = await the_customer(shop)
    mine = shop.by(customer)
    await told(mine)
    theirs = await told(shop, "theirs")
    own = (await mine(INBOX))["viewer"]["notifications"]["nodes"][0]["id"]
    [other] = (await shop.by(STAFF)(OF_ORDER, id=theirs))["order"]["notifications"]
    for wrong in (other["id"], theirs, "forged"):
        answer = (await mine(READ, ids=[own, wrong]))["markNotificationsRead"]
        assert answer == {"accepted": False, "userErrors": [{"code": "NOT_FOUND", "field": ["ids", "1"]}]}
    assert (await mine(INBOX))["viewer"]["unreadNotifications"] == 1
    assert await shop.codes(READ, ids=[own]) == ["UNAUTHENTICATED"]


async def test_messages_come_live_each_once_and_from_where_the_reader_was(shop: Asked) -> None:
    customer = await the_customer(shop)
    mine = shop.by(customer)
    await told(mine, "before")
    async with mine.follow(LIVE) as messages:
        coming = asyncio.ensure_future(anext(messages))
        await asyncio.sleep(0.05)
        assert not coming.done(), "what was before is in the inbox, not in the stream"
        order_id = await told(mine, "during")
        message = (await coming).data["notifications"]
        assert (message["type"], message["order"]) == ("order.confirmed", {"id": order_id})
    later = await told(mine, "meanwhile")
    async with mine.follow(LIVE, after=message["id"]) as messages:
        assert (await anext(messages)).data["notifications"]["order"] == {"id": later}


async def test_a_link_hears_of_its_own_order_alone(shop: Asked) -> None:
    first, second = await told(shop, "one"), await told(shop, "two")
    holder = shop.by(holder_of(first))
    nodes = (await holder(INBOX))["viewer"]["notifications"]["nodes"]
    assert len(nodes) == 1
    [foreign] = (await shop.by(STAFF)(OF_ORDER, id=second))["order"]["notifications"]
    for after in (foreign["id"], first, "forged"):
        async with holder.follow(LIVE, after=after) as messages:
            result = await anext(messages)
            assert [error.extensions for error in result.errors] == [{"code": "NOT_FOUND"}]


@pytest.mark.parametrize("actor", [STAFF, Actor(ActorKind.GUEST)], ids=["staff", "nobody"])
async def test_who_has_no_inbox_follows_none(shop: Asked, actor: Actor) -> None:
    async with shop.by(actor).follow(LIVE) as messages:
        result = await anext(messages)
        assert [error.extensions for error in result.errors] == [{"code": "NOT_FOUND"}]
