"""Looking an order up: what is not this viewer's is not there, and nobody can tell the difference."""

from typing import Any

import pytest

from domain.model.actors import Actor, ActorKind
from tests.operations import operations
from tests.resolvers.asking import IDS, Asked, counting, holder_of, place, the_customer
from tests.world import STAFF

BY_ID = "query ($id: ID) { order(id: $id) { id number } }"
STRANGER = Actor(ActorKind.CUSTOMER, "somebody-else")


def flipped(text: str) -> str:
    return text[:-1] + ("A" if text[-1] != "A" else "B")


async def test_one_document_serves_every_viewer_of_an_order(shop: Asked) -> None:
    customer = await the_customer(shop)
    order = await place(shop.by(customer))
    for actor in (STAFF, customer, holder_of(order["id"])):
        for name in ("TrackingPage", "OpsOrder"):
            page = await shop.by(actor)(operations()[name], id=order["id"])
            assert page["order"]["number"] == order["number"]


async def test_a_link_opens_its_order_without_naming_it(shop: Asked) -> None:
    order = await place(shop)
    assert (await shop.by(holder_of(order["id"]))(BY_ID))["order"] == order
    assert (await shop.by(holder_of(order["id"]))(BY_ID, id=None))["order"] == order


async def test_what_is_not_yours_is_what_is_not_there(shop: Asked) -> None:
    order = await place(shop)
    other = await place(shop, "key-2")
    absent = IDS.encode("Order", "f" * 32)
    wrong = IDS.encode("Product", "TEE-M")
    for actor in (shop.actor, STRANGER, holder_of(other["id"])):
        answers = [await shop.by(actor).whole(BY_ID, id=text) for text in (order["id"], absent, wrong)]
        assert answers == [({"order": None}, [])] * 3
    assert (await shop.by(STRANGER)(BY_ID))["order"] is None


async def test_an_id_that_was_changed_on_the_way_is_an_error_with_a_code(shop: Asked) -> None:
    order = await place(shop)
    for actor in (STAFF, shop.actor):
        for text in (flipped(order["id"]), "", "forged"):
            data, errors = await shop.by(actor).whole(BY_ID, id=text)
            assert data == {"order": None}
            assert [(error.extensions or {}).get("code") for error in errors] == ["BAD_REQUEST"]


@pytest.mark.parametrize("change", [str.lower, lambda text: text.replace("-", " "), lambda text: f" {text} "])
async def test_a_number_is_understood_however_it_was_typed(shop: Asked, change: Any) -> None:
    document = "query ($number: String!) { orderByNumber(number: $number) { id } }"
    customer = await the_customer(shop)
    order = await place(shop.by(customer))
    typed = change(order["number"])
    for actor in (STAFF, customer, holder_of(order["id"])):
        assert (await shop.by(actor)(document, number=typed))["orderByNumber"] == {"id": order["id"]}
    for actor in (STRANGER, shop.actor):
        assert (await shop.by(actor)(document, number=typed))["orderByNumber"] is None
    assert (await shop.by(STAFF)(document, number=flipped(order["number"])))["orderByNumber"] is None


async def test_a_page_about_an_order_reads_the_order_its_timeline_and_its_messages_once_each(shop: Asked) -> None:
    order = await place(shop)
    asker = shop.by(holder_of(order["id"]))
    store = counting(shop)
    await asker(operations()["TrackingPage"], id=order["id"])
    assert (store.reads, store.opened, store.writes) == (3, 1, 0)


async def test_products_and_customers_of_a_page_are_read_together(shop: Asked) -> None:
    customer = await the_customer(shop)
    for number in range(3):
        await place(shop.by(customer), f"key-{number}", sku=("TEE-M", "TEE-L", "MUG")[number])
    store = counting(shop)
    fields = "nodes { customer { name } lines { product { title availability available } } }"
    page = await shop.by(STAFF)(f"{{ orders {{ {fields} }} }}")
    assert len(page["orders"]["nodes"]) == 3
    assert store.reads == 4  # the page, its customers, its products, their stock


async def test_who_looks(shop: Asked) -> None:
    document = "{ viewer { kind roles expiresAt customer { email } orders { totalCount nodes { id } } } }"
    customer = await the_customer(shop)
    order = await place(shop.by(customer))
    assert (await shop(document))["viewer"] is None
    mine = (await shop.by(customer)(document))["viewer"]
    assert (mine["kind"], mine["customer"]) == ("CUSTOMER", {"email": "grace@example.org"})
    assert mine["orders"] == {"totalCount": 1, "nodes": [{"id": order["id"]}]}
    guest = (await shop.by(holder_of(order["id"]))(document))["viewer"]
    assert (guest["kind"], guest["customer"]) == ("GUEST", None)
    assert guest["orders"]["nodes"] == [{"id": order["id"]}]
    staff = (await shop.by(STAFF)(document))["viewer"]
    assert (staff["kind"], staff["orders"]) == ("STAFF", {"totalCount": 0, "nodes": []})
    assert staff["roles"] == sorted(staff["roles"]) != []


async def test_a_customers_home_shows_their_orders(shop: Asked) -> None:
    customer = await the_customer(shop)
    order = await place(shop.by(customer))
    home = (await shop.by(customer)(operations()["MyOrders"]))["viewer"]
    assert [one["number"] for one in home["orders"]["nodes"]] == [order["number"]]
