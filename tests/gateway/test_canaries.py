"""Personal words go through every operation, in right and in wrong places, and leave no trace in the logs."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from domain.model.actors import Role
from domain.ports import Unavailable
from gateway import logs
from tests.gateway.served import PLACE, TRACK, Gateway, an_order, serving, stocked
from tests.gateway.webhooks.test_doors import SIGNERS
from tests.twins import TwinPayments

EMAIL, PHONE, STREET, NAME = "canary.bird@example.org", "+4915155512345", "Kanarienvogelstraße 7", "Canary Vogelsang"
CARD, NOTE = "4242424242424242", "ring twice for the canary"
WORDS = (EMAIL, PHONE, PHONE[1:], "Kanarienvogel", "Vogelsang", CARD, NOTE, "canary")

ADDRESS = {"name": NAME, "address1": STREET, "city": "Berlin", "zip": "10115", "countryCode": "DE", "phone": PHONE}
PERSONAL = {"email": EMAIL, "phone": PHONE, "shippingAddress": ADDRESS, "billingAddress": ADDRESS, "note": NOTE}


def operations(order: str, location: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every field that there is, each with words that belong to a person where some fit in."""
    place = an_order("key-canary", **PERSONAL)
    yield PLACE, place
    yield PLACE, place
    yield PLACE, an_order("key-canary", **{**PERSONAL, "note": NOTE + "!"})
    yield PLACE, an_order("key-2", **{**PERSONAL, "email": EMAIL + "@", "phone": PHONE * 3})
    yield PLACE, an_order("key-3", **{**PERSONAL, "note": CARD})
    yield PLACE, an_order("key-4", **PERSONAL, payments=[{"method": "CARD", "token": CARD}])
    yield PLACE, an_order("key-5", **PERSONAL, payments=[{"method": "CARD", "token": "pm_card_chargeDeclined"}])
    yield PLACE, an_order(EMAIL, **PERSONAL, lines=[{"sku": EMAIL, "quantity": 1}], discountCodes=[EMAIL])
    yield PLACE, {"input": {"email": {"canary": EMAIL}}}
    yield PLACE, {"input": EMAIL}
    yield PLACE, {"input": {**place["input"], "lines": EMAIL, "expectedTotal": CARD, EMAIL: PHONE}}
    yield f'{{ order(id: "{EMAIL}") {{ id }} }}', {}
    yield f'{{ orderByNumber(number: "{NAME}") {{ id }} }}', {}
    yield f'{{ product(sku: "{EMAIL}") {{ sku }} }}', {}
    yield f'{{ products(query: "{NAME}", category: "{STREET}") {{ nodes {{ sku }} }} }}', {}
    yield "query($q: String) { orders(filter: { query: $q }) { nodes { id email phone } } }", {"q": EMAIL}
    yield "query($q: String) { orders(after: $q) { nodes { id } } }", {"q": PHONE}
    yield "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }", {"id": EMAIL}
    yield """query($i: QuoteInput!) { quote(input: $i) { taxIncluded userErrors { message } } }""", {
        "i": {"lines": [{"sku": EMAIL, "quantity": 1}], "currency": NAME, "shippingAddress": ADDRESS}
    }  # fmt: skip
    customer = {"email": EMAIL, "name": NAME, "phone": PHONE, "companyName": NAME}
    yield "mutation($c: CustomerInput!) { upsertCustomers(input: { customers: [$c] }) { userErrors { message } } }", {
        "c": customer
    }  # fmt: skip
    yield "mutation($p: ProductInput!) { upsertProducts(input: { products: [$p] }) { userErrors { message } } }", {
        "p": {"sku": EMAIL, "title": NAME, "price": "1.00", "currency": "EUR", "description": STREET}
    }  # fmt: skip
    yield "mutation($i: CancelOrderInput!) { cancelOrder(input: $i) { userErrors { message } } }", {
        "i": {"idempotencyKey": EMAIL, "orderId": order, "reason": NAME, "note": STREET}
    }  # fmt: skip
    yield "mutation($i: FireTriggerInput!) { fireTrigger(input: $i) { userErrors { message } } }", {
        "i": {"idempotencyKey": EMAIL, "orderId": order, "trigger": NAME, "note": NOTE}
    }  # fmt: skip
    yield "mutation($i: AddShipmentInput!) { addShipment(input: $i) { userErrors { message } } }", {
        "i": {"idempotencyKey": EMAIL, "orderId": order, "lines": [], "carrier": NAME, "trackingNumber": EMAIL}
    }  # fmt: skip
    yield "mutation($i: RecordTrackingEventInput!) { recordTrackingEvent(input: $i) { userErrors { message } } }", {
        "i": {"idempotencyKey": EMAIL, "shipmentId": EMAIL, "status": "DELIVERED", "description": NAME,
              "location": STREET, "occurredAt": "2026-01-01T00:00:00Z"}
    }  # fmt: skip
    yield "mutation($i: AdjustStockInput!) { adjustStock(input: $i) { userErrors { message } } }", {
        "i": {"idempotencyKey": EMAIL, "sku": EMAIL, "locationId": location, "delta": 1, "reason": NAME}
    }  # fmt: skip
    yield f"{{ {EMAIL} }}", {}
    yield f'{{ order(id: "{EMAIL} {STREET}', {}
    yield '{ order(wrong: "canary") { canary } }', {}
    yield "query($q: Int) { products(first: $q) { nodes { sku } } }", {"q": EMAIL}
    yield "{ viewer { kind customer { name email phone } orders { nodes { id } } } }", {}


async def test_no_personal_word_reaches_the_logs(
    own_logging: None, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.configure("debug")
    async with serving() as gateway:
        await stocked(gateway)
        staff = gateway.staff(*Role)
        payload = (await gateway.post(PLACE, an_order("first", **PERSONAL)))["data"]["placeOrder"]
        assert payload["userErrors"] == []
        order, link = payload["order"]["id"], payload["trackingToken"]
        location = (await gateway.post("{ locations { id } }", token=staff))["data"]["locations"][0]["id"]
        everything = [*operations(order, location)]
        for token in (None, link, staff):
            for query, variables in everything:
                answer = await gateway.send({"query": query, "variables": variables}, token)
                assert answer.status_code == 200
                assert "INTERNAL" not in answer.text, query
        await through_sockets(gateway, everything, link)
        await through_doors(gateway)
        await with_faults(gateway, monkeypatch)
        tokens = (staff, link, staff.rpartition(".")[2])
    written = "".join(capfd.readouterr())
    assert written.count("\n") > 50, "something was logged at all"
    for word in (*WORDS, *tokens):
        assert word.lower() not in written.lower(), word
    for line in written.splitlines():
        assert json.loads(line)["event"]


async def through_sockets(gateway: Gateway, everything: list[tuple[str, Mapping[str, Any]]], link: str) -> None:
    async with gateway.socket(link) as socket:
        for number, (query, variables) in enumerate(everything):
            await socket.subscribe(query, str(number), **variables)
            while (await socket.receive())["type"] == "next":
                pass
        await socket.subscribe(TRACK, id=EMAIL)
        await socket.receive()
    async with gateway.raw_socket() as raw:
        await raw.send(json.dumps({"type": EMAIL, "payload": EMAIL}))
    async with gateway.raw_socket() as raw:
        await raw.send(json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {EMAIL}"}}))


async def through_doors(gateway: Gateway) -> None:
    body = json.dumps({"id": EMAIL, "type": NAME, "data": {"object": {"receipt_email": EMAIL}}}).encode()
    for provider, sign in SIGNERS.items():
        for headers in (sign(gateway, body), {}):
            await gateway.http.post(f"/webhooks/{provider}", content=body, headers=headers)
    for path in (f"/{EMAIL}", f"/graphql?email={EMAIL}", f"/webhooks/{EMAIL}"):
        await gateway.http.get(path)
    await gateway.send({"query": "{ __typename }"}, EMAIL)
    await gateway.send(f'{{"query": "{EMAIL}'.encode())
    await gateway.send({"query": "{ __typename }"}, origin=f"https://{EMAIL}")


async def with_faults(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """Partners and the store fail, and say whom it was about."""

    async def down(*_: object, **__: object) -> None:
        raise Unavailable(f"{NAME} <{EMAIL}>, {STREET}")

    monkeypatch.setattr(TwinPayments, "authorize", down)
    await gateway.send({"query": PLACE, "variables": an_order("down", **PERSONAL)})

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"cannot store {NAME} <{EMAIL}>, {STREET}, {PHONE}")

    monkeypatch.setattr("domain.services.orders.place_order", broken)
    answer = await gateway.send({"query": PLACE, "variables": an_order("broken", **PERSONAL)})
    assert "INTERNAL" in answer.text
    assert EMAIL not in answer.text
    monkeypatch.setattr("gateway.auth.SignIn.actor", broken)
    answer = await gateway.send({"query": "{ __typename }"})
    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL"
