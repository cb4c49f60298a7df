"""What buyers and staff change: the input unwrapped, the answer wrapped, a refusal in the payload."""

from typing import Any

import pytest

from domain.model.actors import AccessScope, Actor, ActorKind
from domain.model.changes import Changes
from domain.model.events import ShipmentCanceled
from domain.ports import UnitOfWork
from tests.operations import operations
from tests.resolvers.asking import IDS, Asked, holder_of, place, the_customer
from tests.world import STAFF

STRANGER = Actor(ActorKind.CUSTOMER, "somebody-else")
NO = "userErrors { code field }"


def mutation(name: str, kind: str, answer: str) -> str:
    return f"mutation ($input: {kind}!) {{ {name}(input: $input) {{ {answer} {NO} }} }}"


CANCEL = mutation("cancelOrder", "CancelOrderInput", "order { id }")
FIRE = mutation("fireTrigger", "FireTriggerInput", "order { id state }")
PARCEL = "id carrierName trackingNumber origin { id } lines { quantity line { id } } order { version }"
ADD = mutation("addShipment", "AddShipmentInput", f"shipment {{ {PARCEL} }}")
SCANNED = "status statusDetail events { description location occurredAt }"
SCAN = mutation("recordTrackingEvent", "RecordTrackingEventInput", f"shipment {{ {SCANNED} }}")
STOCK = mutation("adjustStock", "AdjustStockInput", "level { sku onHand location { id } }")
LISTED = "products { id sku title options { key value } returnable price { amount } }"
PRODUCTS = mutation("upsertProducts", "UpsertProductsInput", LISTED)
PEOPLE = "customers { id email name tier locale companyName phone }"
CUSTOMERS = mutation("upsertCustomers", "UpsertCustomersInput", PEOPLE)
PRODUCT = {"sku": "CAP", "title": "Cap", "price": "12.50", "currency": "EUR"}


async def refused(ask: Asked, document: str, **input: Any) -> list[tuple[str, str]]:
    payload = next(iter((await ask(document, input=input)).values()))
    errors = payload.pop("userErrors")
    assert all(value in (None, []) for value in payload.values())
    return [(one["code"], ".".join(one["field"] or ())) for one in errors]


async def test_calling_an_order_off_pays_back_what_was_shown(shop: Asked) -> None:
    order = await place(shop)
    buyer = shop.by(holder_of(order["id"]))
    quote = (await buyer(operations()["CancelQuote"], orderId=order["id"]))["cancelQuote"]
    assert quote["userErrors"] == []
    assert {one["handle"] for one in quote["reasons"]} >= {"CHANGED_MIND", "OTHER"}
    assert [line["quantity"] for line in quote["lines"]] == [1]
    assert quote["fee"] == {"amount": "0.00", "currencyCode": "EUR"}
    input = {"idempotencyKey": "c1", "orderId": order["id"], "quoteId": quote["id"], "reason": "CHANGED_MIND"}
    payload = (await buyer(operations()["CancelOrder"], input=input))["cancelOrder"]
    assert payload["userErrors"] == []
    assert payload["order"]["status"] == "CANCELED"
    assert (await buyer(operations()["CancelOrder"], input=input))["cancelOrder"]["userErrors"] == []


async def test_what_is_not_yours_cannot_be_called_off_and_is_not_there(shop: Asked) -> None:
    order = await place(shop)
    line = IDS.encode("OrderLine", f"{(IDS.decode(order['id']) or ('', ''))[1]}/l1")
    absent = IDS.encode("Order", "f" * 32)
    for text in (order["id"], absent, "forged", line):
        quote = (await shop.by(STRANGER)(operations()["CancelQuote"], orderId=text))["cancelQuote"]
        assert quote["userErrors"][0]["code"] == "NOT_FOUND"
        assert (quote["id"], quote["lines"], quote["reasons"]) == (None, [], [])
        assert await refused(
            shop.by(STRANGER),
            CANCEL,
            idempotencyKey="c1",
            orderId=text,
            reason="OTHER",
        ) == [("NOT_FOUND", "orderId")]


async def test_a_line_of_another_order_is_not_a_line_of_this_one(shop: Asked) -> None:
    order, other = await place(shop), await place(shop, "key-2")
    foreign = IDS.encode("OrderLine", f"{(IDS.decode(other['id']) or ('', ''))[1]}/l1")
    own = IDS.encode("OrderLine", f"{(IDS.decode(order['id']) or ('', ''))[1]}/l1")
    for texts in ([own, foreign], [own, "forged"], [own, order["id"]]):
        lines = [{"lineId": text, "quantity": 1} for text in texts]
        quote = await shop.by(STAFF)(operations()["CancelQuote"], orderId=order["id"], lines=lines)
        assert quote["cancelQuote"]["userErrors"][0]["field"] == ["lines", "1", "lineId"]


async def test_a_gift_changes_nothing(shop: Asked) -> None:
    order = await place(shop)
    inner = holder_of(order["id"]).order_id
    gift = Actor(ActorKind.GUEST, inner, order_id=inner, scopes=frozenset({AccessScope.VIEW}))
    assert await refused(shop.by(gift), CANCEL, idempotencyKey="c", orderId=order["id"], reason="OTHER") == [
        ("VIEW_ONLY_LINK", "")
    ]
    quote = (await shop.by(gift)(operations()["CancelQuote"], orderId=order["id"]))["cancelQuote"]
    assert (quote["fee"], quote["refundTotal"], quote["lines"][0]["amount"]) == (None, None, None)


STAFF_ONLY = [
    (FIRE, {"orderId": "forged", "trigger": "x"}),
    (ADD, {"orderId": "forged", "lines": []}),
    (SCAN, {"shipmentId": "forged", "status": "DELIVERED", "description": "", "occurredAt": "2026-01-01T00:00:00Z"}),
    (STOCK, {"sku": "MUG", "locationId": "forged", "delta": 1, "reason": "x"}),
]


@pytest.mark.parametrize(
    ("document", "input"),
    [*STAFF_ONLY, (PRODUCTS, {"products": [PRODUCT]}), (CUSTOMERS, {"customers": [{"email": "a@example.org"}]})],
    ids=["fire", "add", "scan", "stock", "products", "customers"],
)
async def test_what_is_for_staff_answers_nobody_else(shop: Asked, document: str, input: dict[str, Any]) -> None:
    if document not in (PRODUCTS, CUSTOMERS):
        input = {"idempotencyKey": "k", **input}
    assert await shop.codes(document, input=input) == ["UNAUTHENTICATED"]
    assert await shop.by(STRANGER).codes(document, input=input) == ["FORBIDDEN"]
    assert await shop.by(Actor(ActorKind.STAFF, "new")).codes(document, input=input) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("document", "input", "field"),
    [(*one, field) for one, field in zip(STAFF_ONLY, ("orderId", "orderId", "shipmentId", "locationId"), strict=True)],
    ids=["fire", "add", "scan", "stock"],
)
async def test_an_id_that_is_none_of_ours_is_not_found(
    shop: Asked, document: str, input: dict[str, Any], field: str
) -> None:
    assert await refused(shop.by(STAFF), document, idempotencyKey="k", **input) == [("NOT_FOUND", field)]


async def test_staff_move_an_order_by_hand_as_far_as_its_workflow_allows(shop: Asked) -> None:
    order = await place(shop)
    asked = {"idempotencyKey": "k", "orderId": order["id"]}
    assert await refused(shop.by(STAFF), FIRE, **asked, trigger="fly") == [("NOT_ALLOWED", "trigger")]
    state = (await shop.by(STAFF)("query ($id: ID) { order(id: $id) { state triggers } }", id=order["id"]))["order"]
    assert "customer.cancel" in state["triggers"]
    payload = (await shop.by(STAFF)(FIRE, input={**asked, "trigger": "customer.cancel", "note": "by phone"}))[
        "fireTrigger"
    ]
    assert payload["userErrors"] == []
    assert payload["order"]["state"] != state["state"]


async def call_off_its_parcel(shop: Asked, order_id: str) -> None:
    """The warehouse sends it back to staff."""

    async def work(uow: UnitOfWork) -> None:
        changes = Changes(await uow.order(order_id), STAFF.ref, shop.world.clock.now())
        for shipment in changes.order.shipments:
            changes.add(ShipmentCanceled(shipment.id))
        await uow.save(changes)

    await shop.world.ports.store.write(work)


async def test_staff_send_a_parcel_and_say_where_it_is(shop: Asked) -> None:
    order = await place(shop)
    staff = shop.by(STAFF)
    inner = (IDS.decode(order["id"]) or ("", ""))[1]
    await call_off_its_parcel(shop, inner)
    line, origin = IDS.encode("OrderLine", f"{inner}/l1"), (await staff("{ locations { id } }"))["locations"][0]["id"]
    lines = [{"lineId": line, "quantity": 1}]
    asked = {"orderId": order["id"], "lines": lines, "carrier": "DHL", "trackingNumber": "00340434161094042557"}
    added = (await staff(ADD, input={"idempotencyKey": "k", **asked, "originId": origin}))["addShipment"]
    assert added["userErrors"] == []
    parcel = added["shipment"]
    assert (parcel["carrierName"], parcel["trackingNumber"]) == ("DHL", "00340434161094042557")
    assert (parcel["lines"], parcel["origin"]) == ([{"quantity": 1, "line": {"id": line}}], {"id": origin})
    assert await refused(staff, ADD, idempotencyKey="k2", **asked, originId="forged") == [("NOT_FOUND", "originId")]
    at = shop.world.clock.now().isoformat()
    scan = {"shipmentId": parcel["id"], "status": "IN_TRANSIT", "description": "Seen", "location": "Halle"}
    told = {"idempotencyKey": "s", **scan, "statusDetail": "arrived_at_facility", "occurredAt": at}
    seen = (await staff(SCAN, input=told))["recordTrackingEvent"]
    assert seen["userErrors"] == []
    assert (seen["shipment"]["status"], seen["shipment"]["statusDetail"]) == ("IN_TRANSIT", "arrived_at_facility")
    assert seen["shipment"]["events"] == [{"description": "Seen", "location": "Halle", "occurredAt": at}]
    absent = IDS.encode("Shipment", f"{inner}/s9")
    assert await refused(staff, SCAN, **(told | {"shipmentId": absent})) == [("NOT_FOUND", "shipmentId")]


async def test_staff_count_units_in(shop: Asked) -> None:
    staff = shop.by(STAFF)
    where = (await staff("{ locations { id } }"))["locations"][0]["id"]
    asked = {"idempotencyKey": "k", "sku": "MUG", "locationId": where, "reason": "found one"}
    level = (await staff(STOCK, input={**asked, "delta": 1}))["adjustStock"]
    assert level == {"level": {"sku": "MUG", "onHand": 41, "location": {"id": where}}, "userErrors": []}
    asked["idempotencyKey"] = "k2"
    assert await refused(staff, STOCK, **asked, delta=-100) == [("CONFLICT", "delta")]


async def test_staff_enter_products_and_customers(shop: Asked) -> None:
    staff = shop.by(STAFF)
    cap = PRODUCT | {"options": [{"key": "Color", "value": "red"}], "returnable": False}
    stored = (await staff(PRODUCTS, input={"products": [cap]}))["upsertProducts"]
    assert stored["userErrors"] == []
    assert stored["products"][0] == {
        "id": IDS.encode("Product", "CAP"),
        "sku": "CAP",
        "title": "Cap",
        "options": [{"key": "Color", "value": "red"}],
        "returnable": False,
        "price": {"amount": "12.50"},
    }
    wrong = [PRODUCT, PRODUCT | {"currency": "XXX"}]
    found = await refused(staff, PRODUCTS, products=wrong)
    assert [field for _, field in found] == ["products.1.currency"]
    entry = {"email": "Alan@Example.org", "name": "Alan", "locale": "en-GB", "tier": "gold", "companyName": "Bletchley"}
    people = (await staff(CUSTOMERS, input={"customers": [entry]}))["upsertCustomers"]
    assert people["userErrors"] == []
    assert people["customers"][0] == people["customers"][0] | {
        "name": "Alan",
        "tier": "gold",
        "companyName": "Bletchley",
    }
    grace = IDS.encode("Customer", (await the_customer(shop)).id or "")
    again = await staff(CUSTOMERS, input={"customers": [{"email": "grace@example.org", "tier": "silver"}]})
    assert again["upsertCustomers"]["customers"][0]["id"] == grace
