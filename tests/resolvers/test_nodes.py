"""Anything by its id."""

from typing import Any

from domain.model.actors import AccessScope, Actor, ActorKind
from tests.resolvers.asking import IDS, Asked, holder_of, place, the_customer
from tests.world import STAFF

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
PARTS = """
query ($id: ID!) {
  order(id: $id) {
    id lines { id product { id } } payments { id transactions { id } } refunds { id } effects { id } customer { id }
    shipments { id origin { id } } events(first: 100) { nodes { id public } }
  }
}
"""
STRANGER = Actor(ActorKind.CUSTOMER, "somebody-else")


def ids_in(answer: Any) -> set[str]:
    """Every id in an answer, however deep."""
    if isinstance(answer, dict):
        own = {answer["id"]} if "id" in answer else set()
        return own.union(*(ids_in(one) for one in answer.values()))
    return set().union(*(ids_in(one) for one in answer)) if isinstance(answer, list) else set()


async def test_whatever_has_an_id_is_found_by_it(shop: Asked) -> None:
    order = await place(shop.by(await the_customer(shop)))
    found = sorted(ids_in(await shop.by(STAFF)(PARTS, id=order["id"])))
    kinds = {kind for text in found if (kind := (IDS.decode(text) or ("",))[0])}
    assert kinds >= {
        "Order",
        "OrderLine",
        "Product",
        "Payment",
        "PaymentTransaction",
        "OrderEvent",
        "Effect",
        "Customer",
    }
    for text in found:
        node = (await shop.by(STAFF)(NODE, id=text))["node"]
        assert node == {"__typename": (IDS.decode(text) or ("",))[0], "id": text}


async def test_what_is_inside_an_order_is_there_for_who_may_see_the_order(shop: Asked) -> None:
    order = await place(shop)
    answer = await shop.by(STAFF)(PARTS, id=order["id"])
    public = {one["id"] for one in answer["order"]["events"]["nodes"] if one["public"]}
    for text in ids_in(answer):
        kind = (IDS.decode(text) or ("",))[0]
        for_all = kind in ("Product", "Location")
        for_buyers = kind in ("Order", "OrderLine", "Payment", "Refund", "Shipment") or text in public
        assert bool((await shop.by(STRANGER)(NODE, id=text))["node"]) == for_all
        assert bool((await shop.by(holder_of(order["id"]))(NODE, id=text))["node"]) == (for_all or for_buyers)


async def test_a_gift_opens_no_payment(shop: Asked) -> None:
    order = await place(shop)
    inner = holder_of(order["id"]).order_id or ""
    gift = Actor(ActorKind.GUEST, inner, order_id=inner, scopes=frozenset({AccessScope.VIEW}))
    assert (await shop.by(gift)(NODE, id=IDS.encode("Payment", f"{inner}/p1")))["node"] is None
    assert (await shop.by(gift)(NODE, id=IDS.encode("OrderLine", f"{inner}/l1")))["node"] is not None


async def test_what_is_not_there_is_null_in_its_place(shop: Asked) -> None:
    order = await place(shop)
    inner = holder_of(order["id"]).order_id or ""
    wrong = [*(IDS.encode(*one) for one in (
        ("Order", "f" * 32), ("OrderLine", f"{inner}/l9"), ("Payment", f"{inner}/p9"), ("Refund", f"{inner}/r9"),
        ("Shipment", f"{inner}/s9"), ("PaymentTransaction", f"{inner}/p9t1"), ("OrderEvent", f"{inner}/999"),
        ("Effect", f"{inner}:9:none"), ("Product", "NONE"), ("Location", "nowhere"), ("Customer", "nobody"),
        ("TrackingEvent", f"{inner}/s1/k1"), ("Return", f"{inner}/x1"),
    ))]  # fmt: skip
    for text in wrong:
        assert (await shop.by(STAFF)(NODE, id=text))["node"] is None
    data, errors = await shop.by(STAFF).whole(NODES, ids=["forged", order["id"], wrong[2], order["id"]])
    here = {"__typename": "Order", "id": order["id"]}
    assert data == {"nodes": [None, here, None, here]}
    assert [(error.path, (error.extensions or {}).get("code")) for error in errors] == [(["nodes", 0], "BAD_REQUEST")]


async def test_a_hundred_ids_are_asked_for_at_once_and_no_more(shop: Asked) -> None:
    texts = [IDS.encode("Product", f"SKU-{number}") for number in range(101)]
    assert (await shop(NODES, ids=texts[:100]))["nodes"] == [None] * 100
    data, errors = await shop.whole(NODES, ids=texts)
    assert data is None
    assert [(error.extensions or {}).get("code") for error in errors] == ["BAD_REQUEST"]
