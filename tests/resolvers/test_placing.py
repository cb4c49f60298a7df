"""A quote, an order, and what the storefront is told."""

from typing import Any

import pytest

from tests.operations import operations
from tests.resolvers.asking import IDS, PLACE, Asked, a_cart, holder_of, place, the_customer
from tests.world import STAFF


async def test_a_quote_says_what_it_costs_when_it_comes_and_how_to_pay(shop: Asked) -> None:
    cart = {"lines": [{"sku": "TEE-M", "quantity": 2}], "currency": "EUR", "shippingAddress": {"countryCode": "DE"}}
    quote = (await shop(operations()["CheckoutQuote"], input=cart))["quote"]
    assert quote["userErrors"] == []
    assert quote["subtotal"] == {"amount": "39.98", "currencyCode": "EUR"}
    assert quote["lines"][0]["availability"] == "IN_STOCK"
    assert quote["lines"][0]["product"]["title"] == "T-shirt"
    assert quote["deliveryOptions"][0]["deliveryEstimate"]["coverage"] is None
    assert quote["deliveryOptions"][0]["pickupLocation"] is None
    assert [option["method"] for option in quote["paymentOptions"]][:1] == ["CARD"]


async def test_a_quote_offers_the_other_sizes_of_what_is_sold_out(shop: Asked) -> None:
    cart = {"lines": [{"sku": "TEE-S", "quantity": 1}], "currency": "EUR"}
    line = (await shop(operations()["CheckoutQuote"], input=cart))["quote"]["lines"][0]
    assert line["availability"] == "OUT_OF_STOCK"
    assert {one["sku"] for one in line["alternatives"]} == {"TEE-M", "TEE-L"}


async def test_a_quote_takes_places_to_collect_from_by_their_ids_only(shop: Asked) -> None:
    delivery = {"method": "PICKUP", "pickupLocationId": "forged"}
    cart = {"lines": [{"sku": "MUG", "quantity": 1}], "currency": "EUR", "delivery": delivery}
    quote = (await shop(operations()["CheckoutQuote"], input=cart))["quote"]
    assert [(one["code"], one["field"]) for one in quote["userErrors"]] == [
        ("NOT_FOUND", ["delivery", "pickupLocationId"])
    ]


async def test_a_guest_sees_what_they_placed_as_the_holder_of_its_link(shop: Asked) -> None:
    payload = (await shop(operations()["PlaceOrder"], input=a_cart()))["placeOrder"]
    order = payload["order"]
    assert payload["userErrors"] == []
    assert order["status"] == "CONFIRMED"
    assert order["total"]["currencyCode"] == "EUR"
    assert payload["trackingToken"].startswith("wml_")
    assert order["trackingUrl"].endswith("/track#" + payload["trackingToken"])


async def test_an_order_refused_before_it_was_stored_is_null_with_every_reason(shop: Asked) -> None:
    cart = a_cart(sku="NONE", email="nobody", currency="XXX", token=None)
    payload = (await shop(PLACE, input=cart))["placeOrder"]
    assert payload["order"] is None
    found = {(one["code"], ".".join(one["field"])) for one in payload["userErrors"]}
    assert found >= {("INVALID_EMAIL", "email"), ("CURRENCY_UNSUPPORTED", "currency"), ("NOT_FOUND", "lines.0.sku")}


async def test_an_order_stored_and_then_declined_is_there_with_the_reason(shop: Asked) -> None:
    payments = [{"method": "CARD", "token": "pm_card_chargeDeclined"}]
    payload = (await shop(operations()["PlaceOrder"], input=a_cart(payments=payments)))["placeOrder"]
    assert payload["order"]["status"] == "ON_HOLD"
    assert [(one["code"], one["field"]) for one in payload["userErrors"]] == [("PAYMENT_DECLINED", ["payments", "0"])]


async def test_a_challenge_is_told_to_whoever_placed_the_order(shop: Asked) -> None:
    payments = [{"method": "CARD", "token": "pm_card_authenticationRequired"}]
    payload = (await shop(operations()["PlaceOrder"], input=a_cart(payments=payments)))["placeOrder"]
    assert payload["order"]["payments"][0]["nextAction"]["kind"] == "REDIRECT"


async def test_the_same_key_and_input_answer_the_same(shop: Asked) -> None:
    first = await shop(operations()["PlaceOrder"], input=a_cart())
    assert await shop(operations()["PlaceOrder"], input=a_cart()) == first


@pytest.mark.parametrize("text", ["forged", ""])
async def test_staff_order_for_customers_that_there_are(shop: Asked, text: str) -> None:
    payload = (await shop.by(STAFF)(PLACE, input=a_cart(customerId=text)))["placeOrder"]
    assert payload["userErrors"] == [{"code": "NOT_FOUND", "field": ["customerId"]}]


async def test_only_staff_order_for_somebody_else(shop: Asked) -> None:
    customer = await the_customer(shop)
    text = IDS.encode("Customer", customer.id or "")
    assert await shop.by(customer).codes(PLACE, input=a_cart(customerId=text)) == ["FORBIDDEN"]
    assert await shop.codes(PLACE, input=a_cart(customerId=text)) == ["UNAUTHENTICATED"]
    order = await place(shop.by(STAFF), customerId=text)
    found = await shop.by(customer)("query ($id: ID) { order(id: $id) { customer { name } } }", id=order["id"])
    assert found["order"]["customer"] == {"name": "Grace Hopper"}


async def test_what_a_caller_says_in_full_reaches_the_core_in_full(shop: Asked) -> None:
    said: dict[str, Any] = {
        "reference": "PO 7",
        "locale": "de",
        "phone": "+4930901820",
        "notifyBy": ["SMS"],
        "note": "Ring twice",
        "metadata": [{"key": "till", "value": "3"}],
        "billingAddress": a_cart()["shippingAddress"] | {"company": "Analytical Engines"},
        "delivery": {"method": "SHIPPING", "service": "express", "instructions": "Hof", "confirmation": "SIGNATURE"},
        "lines": [{"sku": "TEE-M", "quantity": 1, "options": [{"key": "Engraving", "value": "A.L."}]}],
        "ifUnavailable": "BACKORDER",
    }
    order = await place(shop, **said)
    fields = (
        "reference locale phone note metadata { key value } billingAddress { company } "
        "delivery { service instructions confirmation } lines { options { key value } }"
    )
    found = (await shop.by(holder_of(order["id"]))(f"{{ order {{ {fields} }} }}"))["order"]
    assert (found["reference"], found["locale"], found["note"]) == ("PO 7", "de", "Ring twice")
    assert (found["phone"], found["metadata"]) == ("+4930901820", [{"key": "till", "value": "3"}])
    assert found["billingAddress"] == {"company": "Analytical Engines"}
    assert found["delivery"] == {"service": "express", "instructions": "Hof", "confirmation": "SIGNATURE"}
    assert {"key": "Engraving", "value": "A.L."} in found["lines"][0]["options"]
