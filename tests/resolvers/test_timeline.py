"""The timeline of an order, page by page from either end, and live."""

from typing import Any

import pytest

from domain.model.actors import AccessScope, Actor, ActorKind
from domain.model.commands import CancelOrder
from domain.services.cancellations import cancel_order
from tests.operations import operations
from tests.resolvers.asking import IDS, Asked, holder_of, place
from tests.world import STAFF

EVENTS = """
query ($id: ID, $first: Int, $after: String, $last: Int, $before: String) {
  order(id: $id) {
    version
    events(first: $first, after: $after, last: $last, before: $before) {
      totalCount edges { cursor } nodes { id sequence public }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""


async def sequences(ask: Asked, forward: bool) -> list[int]:
    """All events, three a page, from that end."""
    found: list[int] = []
    place: dict[str, Any] = {}
    while True:
        page = (await ask(EVENTS, **({"first": 3} if forward else {"last": 3}), **place))["order"]["events"]
        these = [one["sequence"] for one in page["nodes"]]
        info = page["pageInfo"]
        found = found + these if forward else these + found
        if not info["hasNextPage" if forward else "hasPreviousPage"]:
            return found
        place = {"after": info["endCursor"]} if forward else {"before": info["startCursor"]}


@pytest.mark.parametrize("forward", [True, False], ids=["forward", "backward"])
async def test_a_timeline_walked_from_either_end_shows_each_event_once(shop: Asked, forward: bool) -> None:
    order = await place(shop)
    whole = (await shop.by(STAFF)(EVENTS, id=order["id"]))["order"]
    seen = await sequences_of(shop.by(STAFF), order["id"], forward)
    assert seen == list(range(1, whole["version"] + 1))
    public = await sequences(shop.by(holder_of(order["id"])), forward)
    assert public == [one["sequence"] for one in whole["events"]["nodes"] if one["public"]]
    assert public != seen


async def sequences_of(ask: Asked, order_id: str, forward: bool) -> list[int]:
    class Named(Asked):
        async def __call__(self, document: str, **variables: Any) -> dict[str, Any]:
            return await super().__call__(document, id=order_id, **variables)

    return await sequences(Named(ask.world, ask.actor), forward)


async def test_a_timeline_is_counted_as_its_viewer_sees_it(shop: Asked) -> None:
    order = await place(shop)
    for actor in (STAFF, holder_of(order["id"])):
        page = (await shop.by(actor)(EVENTS, id=order["id"], first=100))["order"]["events"]
        assert page["totalCount"] == len(page["nodes"])


async def test_a_stretch_between_two_cursors_can_be_asked_for(shop: Asked) -> None:
    order = await place(shop)
    ask = shop.by(STAFF)
    cursors = [one["cursor"] for one in (await ask(EVENTS, id=order["id"]))["order"]["events"]["edges"]]
    for ends in ({"first": 10}, {"last": 10}):
        page = (await ask(EVENTS, id=order["id"], after=cursors[0], before=cursors[4], **ends))["order"]["events"]
        assert [one["sequence"] for one in page["nodes"]] == [2, 3, 4]


async def test_a_timelines_cursor_is_good_for_that_order_and_viewer_alone(shop: Asked) -> None:
    order, other = await place(shop), await place(shop, "key-2")
    ask = shop.by(STAFF)
    cursor = (await ask(EVENTS, id=order["id"]))["order"]["events"]["edges"][0]["cursor"]
    for actor, variables in (
        (STAFF, {"id": other["id"], "after": cursor}),
        (holder_of(order["id"]), {"id": order["id"], "after": cursor}),
        (STAFF, {"id": order["id"], "first": 2, "last": 2}),
        (STAFF, {"id": order["id"], "last": 101}),
    ):
        data, errors = await shop.by(actor).whole(EVENTS, **variables)
        assert data is not None
        assert data["order"]["events"] is None
        assert [(error.extensions or {}).get("code") for error in errors] == ["BAD_REQUEST"]


# ------------------------------------------------------------------ live


async def test_an_order_is_followed_from_where_it_is_to_its_end(shop: Asked) -> None:
    order = await place(shop)
    holder = holder_of(order["id"])
    async with shop.by(holder).follow(operations()["TrackOrder"]) as updates:
        first = (await anext(updates)).data["trackOrder"]
        assert (first["event"], first["order"]["status"]) == (None, "CONFIRMED")
        await cancel_order(CancelOrder("c", holder.order_id or "", "CHANGED_MIND"), holder, shop.world.ports)
        await shop.world.settle()
        rest = [update.data["trackOrder"] async for update in updates]
    assert [one["sequence"] for one in rest] == list(range(first["sequence"] + 1, rest[-1]["sequence"] + 1))
    assert rest[-1]["order"]["status"] == "CANCELED"
    assert None in [one["event"] for one in rest]  # what is not public is a number and nothing else
    assert "order.cancel_requested" in [one["event"]["type"] for one in rest if one["event"]]


async def test_a_follower_who_comes_back_misses_nothing(shop: Asked) -> None:
    order = await place(shop)
    async with shop.by(STAFF).follow(operations()["TrackOrder"], id=order["id"], after=2) as updates:
        third = (await anext(updates)).data["trackOrder"]
        assert (third["sequence"], third["event"]["sequence"]) == (3, 3)


@pytest.mark.parametrize("named", [True, False])
async def test_nobody_follows_what_is_not_theirs(shop: Asked, named: bool) -> None:
    order = await place(shop)
    stranger = Actor(ActorKind.CUSTOMER, "somebody-else")
    texts = [order["id"], IDS.encode("Order", "f" * 32)] if named else [None]
    answers = []
    for text in texts:
        async with shop.by(stranger).follow(operations()["TrackOrder"], id=text) as updates:
            result = await anext(updates)
            answers.append([(error.message, error.extensions) for error in result.errors])
    assert {tuple(map(str, answer)) for answer in answers} == {tuple(map(str, answers[0]))}
    assert answers[0][0][1] == {"code": "NOT_FOUND"}


async def test_sequences_begin_with_one(shop: Asked) -> None:
    order = await place(shop)
    async with shop.by(STAFF).follow(operations()["TrackOrder"], id=order["id"], after=-1) as updates:
        result = await anext(updates)
        assert [error.extensions for error in result.errors] == [{"code": "BAD_REQUEST"}]


async def test_a_gift_is_followed_without_a_price(shop: Asked) -> None:
    order = await place(shop)
    holder = holder_of(order["id"])
    gift = Actor(ActorKind.GUEST, holder.id, order_id=holder.order_id, scopes=frozenset({AccessScope.VIEW}))
    async with shop.by(gift).follow("subscription { trackOrder { order { total { amount } headline } } }") as updates:
        assert (await anext(updates)).data["trackOrder"]["order"]["total"] is None
