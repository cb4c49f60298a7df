"""Lists: page by page, each item once, for those who may see them."""

from datetime import timedelta
from typing import Any

import pytest

from domain.model.actors import Actor, ActorKind
from tests.resolvers.asking import IDS, Asked, Json, a_cart, counting, holder_of, place, the_customer
from tests.world import STAFF

ORDERS = """
query ($first: Int, $after: String, $filter: OrderFilter, $sort: OrderSort! = NEWEST) {
  orders(first: $first, after: $after, filter: $filter, sort: $sort) {
    edges { cursor node { id } } nodes { number } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
STOCK = """
query ($first: Int, $after: String, $filter: StockFilter) {
  stockLevels(first: $first, after: $after, filter: $filter) {
    nodes { sku onHand reserved available incoming reorderPoint belowReorderPoint location { id name } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
PRODUCTS = """
query ($first: Int, $after: String, $query: String, $category: String) {
  products(first: $first, after: $after, query: $query, category: $category) {
    totalCount nodes { sku price { amount } available } pageInfo { hasNextPage endCursor }
  }
}
"""


async def three_orders(shop: Asked) -> list[str]:
    """Their numbers, oldest first, an hour apart."""
    numbers = []
    for index in range(3):
        numbers.append((await place(shop, f"key-{index}"))["number"])
        await shop.world.clock.sleep(3600)
    return numbers


async def walked(ask: Asked, document: str, root: str, **variables: Any) -> list[Json]:
    """All nodes, two a page, following the cursors."""
    found: list[Json] = []
    after = None
    while True:
        page = (await ask(document, first=2, after=after, **variables))[root]
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


@pytest.mark.parametrize(("sort", "newest_first"), [("NEWEST", True), ("OLDEST", False), ("LAST_CHANGED", True)])
async def test_a_list_walked_page_by_page_shows_each_order_once(shop: Asked, sort: str, newest_first: bool) -> None:
    numbers = await three_orders(shop)
    found = await walked(shop.by(STAFF), ORDERS, "orders", sort=sort)
    assert [one["number"] for one in found] == (numbers[::-1] if newest_first else numbers)


async def test_a_page_knows_where_it_begins_and_ends(shop: Asked) -> None:
    await three_orders(shop)
    first = (await shop.by(STAFF)(ORDERS, first=1))["orders"]
    cursor = first["edges"][0]["cursor"]
    assert first["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": cursor,
        "endCursor": cursor,
    }
    second = (await shop.by(STAFF)(ORDERS, first=5, after=cursor))["orders"]
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)
    assert len(second["edges"]) == 2


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_holds_one_to_a_hundred(shop: Asked, first: int) -> None:
    assert await shop.by(STAFF).codes(ORDERS, first=first) == ["BAD_REQUEST"]
    assert await shop.codes(PRODUCTS, first=first) == ["BAD_REQUEST"]


async def test_a_cursor_is_good_for_its_list_and_its_viewer_alone(shop: Asked) -> None:
    await three_orders(shop)
    staff, other = shop.by(STAFF), shop.by(Actor(ActorKind.STAFF, "otto", roles=STAFF.roles))
    cursor = (await staff(ORDERS, first=1))["orders"]["pageInfo"]["endCursor"]
    assert await staff.codes(ORDERS, after=cursor, sort="OLDEST") == ["BAD_REQUEST"]
    assert await other.codes(ORDERS, after=cursor) == ["BAD_REQUEST"]
    assert await staff.codes(PRODUCTS, after=cursor) == ["BAD_REQUEST"]
    assert await staff.codes(ORDERS, after=cursor[:-1] + ("A" if cursor[-1] != "A" else "B")) == ["BAD_REQUEST"]
    assert await staff.codes(ORDERS, after="") == ["BAD_REQUEST"]


@pytest.mark.parametrize("document", [ORDERS, STOCK, "{ locations { id } }"], ids=["orders", "stock", "locations"])
async def test_a_list_for_staff_is_null_and_an_error_for_everybody_else(shop: Asked, document: str) -> None:
    customer = await the_customer(shop)
    assert await shop.codes(document) == ["UNAUTHENTICATED"]
    assert await shop.by(customer).codes(document) == ["FORBIDDEN"]
    assert await shop.by(holder_of(IDS.encode("Order", "0" * 32))).codes(document) == ["FORBIDDEN"]


async def test_a_list_of_columns_opens_no_document(shop: Asked) -> None:
    await three_orders(shop)
    store = counting(shop)
    columns = "id number status paymentStatus fulfillmentStatus returnStatus state version placedAt updatedAt"
    fragment = "fragment F on Order { total { amount } channel { name } }"
    await shop.by(STAFF)(f"{{ orders {{ nodes {{ {columns} ...F }} edges {{ node {{ __typename }} }} }} }} {fragment}")
    assert (store.reads, store.opened) == (1, 0)
    await shop.by(STAFF)("{ orders { nodes { ... { headline } } } }")
    assert (store.reads, store.opened) == (2, 1)


async def test_a_total_is_counted_only_when_somebody_asks(shop: Asked) -> None:
    await three_orders(shop)
    store = counting(shop)
    assert (await shop.by(STAFF)("{ orders(first: 1) { totalCount } }"))["orders"] == {"totalCount": 3}
    assert store.reads == 2
    await shop.by(STAFF)("{ orders(first: 1) { nodes { id } } }")
    assert store.reads == 3


async def test_filters_narrow_and_never_widen(shop: Asked) -> None:
    customer = await the_customer(shop)
    home = a_cart()["shippingAddress"] | {"name": "Grace Hopper"}
    theirs = await place(shop.by(customer), email="grace@example.org", shippingAddress=home)
    declined = [{"method": "CARD", "token": "pm_card_chargeDeclined"}]
    cart = await shop(
        "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id number } } }",
        input=a_cart("key-unpaid", payments=declined),
    )
    unpaid = cart["placeOrder"]["order"]
    await shop.world.clock.sleep(120)
    now = shop.world.clock.now()
    me = IDS.encode("Customer", customer.id or "")
    for wanted, narrowing in (
        ([unpaid], {"status": ["ON_HOLD"]}),
        ([theirs], {"paymentStatus": ["AUTHORIZED", "PAID"]}),
        ([unpaid, theirs], {"channel": ["web"], "returnStatus": ["NO_RETURN"], "placedBefore": None}),
        ([theirs], {"customerId": me}),
        ([unpaid, theirs], {"placedBefore": (now + timedelta(days=1)).isoformat(), "stuckForMinutes": 1}),
        ([], {"placedAfter": (now + timedelta(days=1)).isoformat()}),
        ([], {"stuckForMinutes": 2**31 - 1}),
        ([theirs], {"query": theirs["number"].lower()}),
        ([unpaid], {"query": " ADA@example.org "}),
        ([unpaid], {"query": "ada  lovelace"}),
        ([unpaid, theirs], {"query": "TEE-M"}),
        ([unpaid, theirs], {"query": "  "}),
        ([], {"query": "nothing like it"}),
    ):
        page = (await shop.by(STAFF)(ORDERS, filter=narrowing))["orders"]
        assert {one["number"] for one in page["nodes"]} == {one["number"] for one in wanted}, narrowing
    assert await shop.by(STAFF).codes(ORDERS, filter={"stuckForMinutes": -1}) == ["BAD_REQUEST"]

    mine = "query ($filter: OrderFilter) { viewer { orders(filter: $filter) { totalCount nodes { number } } } }"
    other = IDS.encode("Customer", "somebody-else")
    for narrowing in ({"customerId": other}, {"state": ["whatever"]}, {"query": unpaid["number"]}):
        page = (await shop.by(customer)(mine, filter=narrowing))["viewer"]["orders"]
        assert page == {"totalCount": 0, "nodes": []}
    page = (await shop.by(customer)(mine, filter={"customerId": me}))["viewer"]["orders"]
    assert page == {"totalCount": 1, "nodes": [{"number": theirs["number"]}]}


async def test_a_customers_orders_are_a_list_of_their_own(shop: Asked) -> None:
    customer = await the_customer(shop)
    order = await place(shop.by(customer))
    await place(shop, "somebody else's")
    document = (
        "query ($id: ID!) { node(id: $id) { ... on Customer { email orders { nodes { id } } addresses { zip } } } }"
    )
    for actor in (STAFF, customer):
        found = (await shop.by(actor)(document, id=IDS.encode("Customer", customer.id or "")))["node"]
        assert found == {"email": "grace@example.org", "orders": {"nodes": [{"id": order["id"]}]}, "addresses": []}


async def test_the_catalogue_is_open_to_everybody(shop: Asked) -> None:
    assert {one["sku"] for one in await walked(shop, PRODUCTS, "products")} == {"TEE-S", "TEE-M", "TEE-L", "MUG"}
    page = (await shop(PRODUCTS, query="mug"))["products"]
    assert page["nodes"] == [{"sku": "MUG", "price": {"amount": "9.00"}, "available": None}]
    assert page["totalCount"] is None
    assert len((await shop(PRODUCTS, category="clothes"))["products"]["nodes"]) == 3
    assert (await shop.by(STAFF)(PRODUCTS, query="mug"))["products"]["nodes"][0]["available"] == 40
    one = "query ($sku: String!) { product(sku: $sku) { title availability price(currency: USD) { amount } } }"
    assert (await shop(one.replace("(currency: USD)", '(currency: "USD")'), sku="MUG"))["product"] == {
        "title": "Mug",
        "availability": "IN_STOCK",
        "price": None,
    }
    assert (await shop('{ product(sku: "NONE") { title } }'))["product"] is None


async def test_staff_see_what_stands_where(shop: Asked) -> None:
    staff = shop.by(STAFF)
    places = (await staff("{ locations { id name kind } }"))["locations"]
    warehouses = (await staff('{ locations(kind: [WAREHOUSE], query: "hamburg") { id } }'))["locations"]
    assert {"id": warehouses[0]["id"]} in [{"id": one["id"]} for one in places]
    levels = await walked(staff, STOCK, "stockLevels")
    assert sorted(one["sku"] for one in levels) == ["MUG", "TEE-L", "TEE-M"]
    assert {one["location"]["name"] for one in levels} == {places[0]["name"]}
    assert levels[0] == levels[0] | {"onHand": 40, "reserved": 0, "available": 40, "incoming": 0, "reorderPoint": None}
    for wanted, narrowing in (
        (1, {"sku": ["MUG"]}),
        (3, {"locationId": places[0]["id"]}),
        (0, {"locationId": places[1]["id"]}),
        (0, {"belowReorderPoint": True}),
        (3, {"belowReorderPoint": False}),
    ):
        assert len((await staff(STOCK, filter=narrowing))["stockLevels"]["nodes"]) == wanted, narrowing
