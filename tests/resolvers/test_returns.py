"""Sending things back, asked through the schema as the documents of the storefront and the console ask it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from domain.model.actors import AccessScope, Actor, ActorKind, Role
from domain.model.shipments import TrackingStatus
from tests.operations import operations
from tests.resolvers.asking import Asked, a_shop_floor, holder_of, place
from tests.world import STAFF

DOCUMENTS = operations()
SEND = """mutation ($input: AddShipmentInput!) {
  addShipment(input: $input) { shipment { id } userErrors { code field } }
}"""
SCAN = """mutation ($input: RecordTrackingEventInput!) {
  recordTrackingEvent(input: $input) { shipment { id } userErrors { code field } }
}"""
REQUEST = """mutation ($input: RequestReturnInput!) {
  requestReturn(input: $input) {
    return {
      id number status headline refundTotal { amount } lines { id note reason { name } }
      shipments { trackingNumber label { dropOffCode } } actions { action allowed }
    }
    userErrors { code field }
  }
}"""
RECEIVE = """mutation ($input: ReceiveReturnInput!) {
  receiveReturn(input: $input) {
    return {
      status headline decisionNote refunds { status amount { amount } }
      lines { refund { amount } inspections { quantity condition disposition note location { name } } }
      order { returnStatus headline refundedTotal { amount } lines { quantities { delivered returned } } }
    }
    userErrors { code field }
  }
}"""
CANCEL = """mutation ($input: CancelReturnInput!) {
  cancelReturn(input: $input) { return { status } userErrors { code } }
}"""
REFUND = """mutation ($input: RefundOrderInput!) {
  refundOrder(input: $input) { order { refunds { status amount { amount } } } userErrors { code field } }
}"""


@pytest.fixture
async def shop() -> AsyncIterator[Asked]:
    async with a_shop_floor() as floor:
        yield floor


@pytest.fixture
async def order_id(shop: Asked) -> str:
    return await delivered(shop)


async def delivered(shop: Asked, key: str = "key-1") -> str:
    """The id of an order of two tees that its buyer has."""
    order_id = (await place(shop, key, quantity=2))["id"]
    staff = shop.by(STAFF)
    lines = (await staff("query ($id: ID) { order(id: $id) { lines { id } } }", id=order_id))["order"]["lines"]
    parcel = [{"lineId": line["id"], "quantity": 2} for line in lines]
    sent = await staff(
        SEND, input={"idempotencyKey": f"{key} s", "orderId": order_id, "lines": parcel, "trackingNumber": "TN0000001"}
    )
    shop.world.clock.set(shop.world.clock.now() + timedelta(hours=1))
    there = {
        "idempotencyKey": f"{key} d",
        "shipmentId": sent["addShipment"]["shipment"]["id"],
        "status": TrackingStatus.DELIVERED.value,
        "description": "Delivered",
        "occurredAt": shop.world.clock.now().isoformat(),
    }
    assert (await staff(SCAN, input=there))["recordTrackingEvent"]["userErrors"] == []
    await shop.world.settle()
    return order_id


async def wizard(buyer: Asked, order_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await buyer(DOCUMENTS["ReturnWizard"], orderId=order_id))["returnOptions"]
    return found


def wanted(options: dict[str, Any], quantity: int = 1, **changes: Any) -> list[dict[str, Any]]:
    line = {"lineId": options["lines"][0]["line"]["id"], "quantity": quantity, "reason": "UNWANTED"}
    return [line | {"resolution": "REFUND"} | changes]


async def requested(buyer: Asked, order_id: str, key: str = "r-1", **changes: Any) -> dict[str, Any]:
    lines = wanted(await wizard(buyer, order_id), **changes)
    answer = await buyer(REQUEST, input={"idempotencyKey": key, "orderId": order_id, "lines": lines})
    assert answer["requestReturn"]["userErrors"] == []
    found: dict[str, Any] = answer["requestReturn"]["return"]
    return found


async def test_a_buyer_walks_through_the_wizard_and_is_paid_exactly_what_it_showed(shop: Asked, order_id: str) -> None:
    buyer = shop.by(holder_of(order_id))
    options = await wizard(buyer, order_id)
    (line,) = options["lines"]
    assert (line["eligible"], line["quantity"], line["resolutions"]) == (True, 2, ["REFUND"])
    assert [way["method"] for way in options["methods"]] == ["SHIP", "IN_STORE", "KEEP"]
    assert options["methods"][0]["fee"] == {"amount": "2.90", "currencyCode": "EUR"}
    assert options["window"]["from"] < options["window"]["to"]
    asked = {"orderId": order_id, "lines": wanted(options)}
    quote = (await buyer(DOCUMENTS["ReturnQuote"], input=asked))["returnQuote"]
    assert (quote["userErrors"], quote["dueTotal"]["amount"]) == ([], "0.00")
    assert quote["refundTotal"]["amount"] == "19.54"  # a tee, half of the shipping, without the fee
    bound = asked | {"idempotencyKey": "r-1", "quoteId": quote["id"]}
    answer = (await buyer(DOCUMENTS["RequestReturn"], input=bound))["requestReturn"]
    assert answer["userErrors"] == []
    rma = answer["return"]
    assert (rma["status"], rma["refundTotal"]) == ("APPROVED", quote["refundTotal"])
    assert rma["shipments"][0]["label"]["dropOffCode"] == "4711"
    inspected = [
        {"returnLineId": rma["lines"][0]["id"], "quantity": 1, "condition": "OPENED", "disposition": "RESTOCK"}
    ]
    received = await shop.by(STAFF)(
        RECEIVE, input={"idempotencyKey": "here", "returnId": rma["id"], "lines": inspected}
    )
    assert received["receiveReturn"]["userErrors"] == []
    await shop.world.settle()
    done = await buyer(
        "query ($id: ID) { order(id: $id) { headline returnStatus refundedTotal { amount } "
        "lines { quantities { delivered returned } } returns { status headline refunds { status } } "
        "events(first: 100) { nodes { type title } } } }",
        id=order_id,
    )
    order = done["order"]
    assert (order["returnStatus"], order["headline"]) == ("PARTIALLY_RETURNED", "Partly returned")
    assert order["refundedTotal"]["amount"] == "19.54"
    assert order["lines"][0]["quantities"] == {"delivered": 1, "returned": 1}
    assert order["returns"] == [
        {"status": "CLOSED", "headline": "Completed, your money was paid back", "refunds": [{"status": "SUCCEEDED"}]}
    ]
    titles = [one["title"] for one in order["events"]["nodes"] if one["type"].startswith("return.")]
    assert titles == [
        "Return requested",
        "Return approved",
        "Return label ready",
        "Return received",
        "Return checked",
        "Return completed",
    ]


async def test_what_the_order_foretells_is_what_the_mutation_answers(shop: Asked, order_id: str) -> None:
    buyer = shop.by(holder_of(order_id))
    document = "query ($id: ID) { order(id: $id) { actions { action allowed reasonCode until } } }"

    async def foretold() -> dict[str, dict[str, Any]]:
        answer = await buyer(document, id=order_id)
        return {one["action"]: one for one in answer["order"]["actions"]}

    assert (await foretold())["REQUEST_RETURN"]["allowed"]
    assert (await foretold())["REQUEST_RETURN"]["until"] is not None
    rma = await requested(buyer, order_id, quantity=2)
    assert (await foretold())["REQUEST_RETURN"]["reasonCode"] == "RETURN_IN_PROGRESS"
    assert (await foretold())["CANCEL_RETURN"]["allowed"]
    assert rma["actions"] == [{"action": "CANCEL_RETURN", "allowed": True}]
    gone = (await buyer(CANCEL, input={"idempotencyKey": "c", "returnId": rma["id"]}))["cancelReturn"]
    assert gone == {"return": {"status": "CANCELED"}, "userErrors": []}
    assert (await foretold())["CANCEL_RETURN"]["reasonCode"] == "ALREADY_DONE"
    assert (await foretold())["REQUEST_RETURN"]["allowed"]
    again = await buyer(CANCEL, input={"idempotencyKey": "c2", "returnId": rma["id"]})
    assert [one["code"] for one in again["cancelReturn"]["userErrors"]] == ["ALREADY_DONE"]


async def test_a_note_is_for_who_may_read_words_about_people(shop: Asked, order_id: str) -> None:
    owner = holder_of(order_id)
    rma = await requested(shop.by(owner), order_id, reason="DEFECTIVE", note="It hums.")
    assert rma["lines"][0]["note"] == "It hums."
    assert rma["lines"][0]["reason"] == {"name": "It does not work"}
    gift = Actor(ActorKind.GUEST, owner.id, order_id=owner.order_id, scopes=frozenset({AccessScope.VIEW}))
    document = """query ($id: ID!) { node(id: $id) { ... on Return {
      refundTotal { amount } fee { amount } refunds { id } decisionNote lines { note refund { amount } }
      shipments { label { url } } state actions { allowed reasonCode } } } }"""
    seen = (await shop.by(gift)(document, id=rma["id"]))["node"]
    assert seen == {
        "refundTotal": None,
        "fee": None,
        "refunds": [],
        "decisionNote": None,
        "lines": [{"note": None, "refund": None}],
        "shipments": [{"label": None}],
        "state": None,
        "actions": [{"allowed": False, "reasonCode": "VIEW_ONLY_LINK"}],
    }


async def test_a_return_and_its_lines_are_found_by_their_ids_by_whom_they_concern(shop: Asked, order_id: str) -> None:
    buyer = shop.by(holder_of(order_id))
    rma = await requested(buyer, order_id)
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = [rma["id"], rma["lines"][0]["id"]]
    assert [one["id"] for one in (await buyer(document, ids=ids))["nodes"]] == ids
    assert (await shop(document, ids=ids))["nodes"] == [None, None]


async def test_what_is_not_theirs_is_not_there(shop: Asked, order_id: str) -> None:
    other = shop.by(holder_of(await delivered(shop, "key-2")))
    rma = await requested(shop.by(holder_of(order_id)), order_id)
    assert (await other(DOCUMENTS["ReturnWizard"], orderId=order_id))["returnOptions"] is None
    answer = await other(CANCEL, input={"idempotencyKey": "c", "returnId": rma["id"]})
    assert answer["cancelReturn"] == {"return": None, "userErrors": [{"code": "NOT_FOUND"}]}


@pytest.mark.parametrize("document", [RECEIVE, REFUND])
async def test_what_staff_do_is_for_staff_with_the_role(shop: Asked, order_id: str, document: str) -> None:
    rma = await requested(shop.by(holder_of(order_id)), order_id)
    given = {"idempotencyKey": "k", "reason": "why", "orderId": order_id, "amount": "1.00"}
    if document is RECEIVE:
        given = {"idempotencyKey": "k", "returnId": rma["id"], "lines": []}  # type: ignore[dict-item]
    support = Actor(ActorKind.STAFF, "sue", roles=frozenset({Role.SUPPORT}))
    assert await shop.by(support).codes(document, input=given) == ["FORBIDDEN"]
    assert await shop.by(holder_of(order_id)).codes(document, input=given) == ["FORBIDDEN"]
    assert await shop.codes(document, input=given) == ["UNAUTHENTICATED"]


async def test_finance_pays_goodwill_back(shop: Asked, order_id: str) -> None:
    finance = shop.by(Actor(ActorKind.STAFF, "fred", roles=frozenset({Role.FINANCE})))
    given = {"idempotencyKey": "g", "orderId": order_id, "amount": "5.00", "reason": "sorry"}
    answer = (await finance(REFUND, input=given))["refundOrder"]
    assert answer["userErrors"] == []
    assert [(one["status"], one["amount"]["amount"]) for one in answer["order"]["refunds"]] == [("SUCCEEDED", "5.00")]
    credit = await finance(REFUND, input=given | {"idempotencyKey": "s", "to": "STORE_CREDIT"})
    assert credit["refundOrder"]["userErrors"] == [{"code": "NOT_ALLOWED", "field": ["to"]}]
