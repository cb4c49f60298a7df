"""A fault of the request: an error with a code, which repeats nothing of what was sent."""

from typing import Any

import pytest

from tests.resolvers.asking import PLACE, Asked, a_cart, place
from tests.world import STAFF

CARD = "4242424242424242"


@pytest.mark.parametrize(
    "change",
    [
        {"expectedTotal": CARD + ".x"},
        {"expectedTotal": 19.9},
        {"delivery": {"method": "SHIPPING", "window": {"from": CARD, "to": CARD}}},
    ],
    ids=["text", "float", "moment"],
)
async def test_what_cannot_be_read_is_a_bad_request(shop: Asked, change: dict[str, Any]) -> None:
    data, errors = await shop.whole(PLACE, input=a_cart(**change))
    assert data is None
    assert {(error.extensions or {}).get("code") for error in errors} == {"BAD_REQUEST"}
    assert CARD not in str([error.message for error in errors])


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"email": "nobody"}, "INVALID_EMAIL", "email"),
        ({"phone": "12"}, "INVALID_PHONE", "phone"),
        ({"currency": "euro"}, "CURRENCY_UNSUPPORTED", "currency"),
        (
            {"shippingAddress": a_cart()["shippingAddress"] | {"countryCode": "Germany"}},
            "INVALID_ADDRESS",
            "shippingAddress.countryCode",
        ),
    ],
    ids=["e-mail", "phone", "currency", "country"],
)
async def test_a_malformed_word_is_a_fault_of_the_input_with_its_field(
    shop: Asked, change: dict[str, Any], code: str, field: str
) -> None:
    payload = (await shop(PLACE, input=a_cart(**change)))["placeOrder"]
    assert payload["order"] is None
    assert (code, field) in [(one["code"], ".".join(one["field"])) for one in payload["userErrors"]]


async def test_a_null_and_what_was_left_out_are_the_same(shop: Asked) -> None:
    nothing = dict.fromkeys(
        ["channel", "reference", "phone", "notifyBy", "locale", "billingAddress", "note", "metadata"]
    )
    cart = a_cart() | nothing | {"customerId": None, "expectedTotal": None, "discountCodes": None}
    payload = (await shop(PLACE, input=cart))["placeOrder"]
    assert payload["userErrors"] == []
    assert (await shop(PLACE, input=a_cart()))["placeOrder"] == payload


async def test_a_failure_costs_its_field_and_nothing_else(shop: Asked) -> None:
    order = await place(shop)
    document = "query ($id: ID) { order(id: $id) { number } orders(first: 0) { totalCount } viewer { kind } }"
    data, errors = await shop.by(STAFF).whole(document, id=order["id"])
    assert data == {"order": {"number": order["number"]}, "orders": None, "viewer": {"kind": "STAFF"}}
    assert [(error.path, (error.extensions or {})["code"]) for error in errors] == [(["orders"], "BAD_REQUEST")]
