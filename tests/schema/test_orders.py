"""The order and its parts as they are published."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.model.effects import EffectStatus
from domain.model.orders import Cancellation
from domain.ports import OrderRow
from schema.effects import Effect
from schema.orders.lists import COLUMNS
from schema.orders.order import Order
from tests.factories import NOW, an_effect, an_order
from tests.schema.showing import ORDER_ID, OWNER, SCHEMA, STAFF, Room, a_lived_order, a_viewing, seen_by, shown

ROW = OrderRow(
    id=ORDER_ID,
    number="ABCDE-FGHJ0",
    version=3,
    status="ON_HOLD",
    payment_status="FAILED",
    fulfillment_status="UNFULFILLED",
    return_status="NO_RETURN",
    state="whatever",
    channel="web",
    placed_at=NOW,
    updated_at=NOW,
    currency="JPY",
    total=1999,
    item_count=2,
    customer_id="c1",
)


def with_fields(names: frozenset[str]) -> str:
    within = {"channel": "{ handle name kind }", "customer": "{ email }", "total": "{ amount currencyCode }"}
    return " ".join(f"{name} {within.get(name, '')}" for name in sorted(names))


async def test_a_row_of_a_list_answers_its_columns_without_the_document() -> None:
    room = Room(a_viewing(STAFF), a_lived_order())
    answer = await shown(Order.row(room.viewing, ROW), with_fields(COLUMNS), room)
    assert set(answer) == COLUMNS
    assert answer["total"] == {"amount": "1999", "currencyCode": "JPY"}
    assert (answer["status"], answer["paymentStatus"], answer["state"]) == ("ON_HOLD", "FAILED", "whatever")


async def test_a_row_and_its_document_say_the_same() -> None:
    order = a_lived_order().order
    opened = Order.by(a_viewing(STAFF), order)
    row = Order.row(
        a_viewing(STAFF),
        OrderRow(
            **{name: getattr(opened.brief, name) for name in OrderRow.__dataclass_fields__ if name != "item_count"},
            item_count=3,
        ),
    )
    room, fields = Room(a_viewing(STAFF), a_lived_order()), with_fields(COLUMNS)
    assert await shown(row, fields, room) == await shown(opened, fields, room)


@pytest.mark.parametrize("name", ["headline", "lines { id }", "email", "access", "actions { action }"])
async def test_a_row_refuses_to_make_up_what_it_does_not_know(name: str) -> None:
    answer = await SCHEMA.execute(
        f"{{ shown {{ ... on Order {{ {name} }} }} }}", root_value=Order.row(a_viewing(STAFF), ROW)
    )
    assert [type(error.original_error) for error in answer.errors or []] == [LookupError]


async def test_where_the_units_of_a_line_are_adds_up() -> None:
    answer = await seen_by(
        OWNER, "lines { quantity quantities { backordered open shipped delivered canceled returned } }"
    )
    assert [sum(line["quantities"].values()) for line in answer["lines"]] == [2, 1]
    assert answer["lines"][0]["quantities"]["shipped"] == 2
    assert answer["lines"][1]["quantities"]["open"] == 1


async def test_a_parcel_names_its_lines_and_its_order() -> None:
    answer = await seen_by(
        OWNER,
        "id shipments { id order { id } headline delayed actionRequired carrierName trackingNumber origin { name } "
        "lines { quantity picked packed line { id sku } } events { id status statusDetail location } pickup { code } }",
    )
    parcel = answer["shipments"][0]
    assert parcel["order"]["id"] == answer["id"]
    assert parcel["lines"][0]["line"]["sku"] == "TEE-M"
    assert [parcel["lines"][0][name] for name in ("quantity", "picked", "packed")] == [2, 2, 2]
    assert (parcel["carrierName"], parcel["trackingNumber"], parcel["pickup"]) == ("DHL", "TN1", None)
    assert [event["location"] for event in parcel["events"]] == ["Halle"]


@pytest.mark.parametrize(("days", "late"), [(1, False), (4, True)])
async def test_a_parcel_is_late_once_what_the_buyer_was_told_has_passed(days: int, late: bool) -> None:
    answer = await seen_by(OWNER, "shipments { delayed }", now=NOW + timedelta(days=days))
    assert answer["shipments"] == [{"delayed": late}]


async def test_an_order_is_expected_when_its_last_parcel_is_and_says_what_was_promised() -> None:
    order = a_lived_order().order
    promised = order.estimate
    assert promised is not None
    later = replace(promised, latest=promised.latest + timedelta(days=2), promised_by=None)
    told = replace(promised, promised_by=promised.latest)
    order = replace(order, estimate=told, shipments=(replace(order.shipments[0], estimate=later),))
    fields = "deliveryEstimate { latest promisedBy coverage { achieved } }"
    answer = await seen_by(OWNER, f"{fields} shipments {{ {fields} }}", order)
    expected = {"latest": later.latest.isoformat(), "promisedBy": told.latest.isoformat(), "coverage": None}
    assert answer == {"deliveryEstimate": expected, "shipments": [{"deliveryEstimate": expected}]}
    unsent = await seen_by(OWNER, fields, replace(order, shipments=()))
    assert unsent["deliveryEstimate"]["latest"] == told.latest.isoformat()


@pytest.mark.parametrize(("locale", "line"), [("en", "On its way"), ("de-AT", "Unterwegs"), ("fr", "On its way")])
async def test_the_headline_speaks_the_viewers_language(locale: str, line: str) -> None:
    answer = await seen_by(OWNER, "shipments { headline } milestones { title current }", locale=locale)
    assert answer["shipments"][0]["headline"].startswith(line)
    assert sum(step["current"] for step in answer["milestones"]) == 1


async def test_a_reason_that_the_shop_has_dropped_still_has_its_handle() -> None:
    order = replace(an_order(), cancellation=Cancellation("MOVED_HOUSE", NOW))
    answer = await seen_by(STAFF, "cancelReason { handle name needsNote }", order)
    assert answer["cancelReason"] == {"handle": "MOVED_HOUSE", "name": "MOVED_HOUSE", "needsNote": False}


async def test_ways_to_pay_are_offered_while_something_is_outstanding() -> None:
    fields = "outstandingTotal { amount } paymentOptions { method gateway title }"
    paid = await seen_by(OWNER, fields)
    assert (paid["outstandingTotal"], paid["paymentOptions"]) == ({"amount": "0.00"}, [])
    unpaid = await seen_by(STAFF, fields, an_order())
    assert unpaid["outstandingTotal"] == {"amount": "19.99"}
    assert unpaid["paymentOptions"] != []


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [(1990, "EUR", "19.90"), (0, "EUR", "0.00"), (1990, "JPY", "1990"), (1, "KWD", "0.001"), (-5, "USD", "-0.05")],
)
async def test_an_amount_has_all_the_decimals_of_its_currency(minor: int, currency: str, amount: str) -> None:
    row = replace(ROW, total=minor, currency=currency)
    answer = await shown(Order.row(a_viewing(STAFF), row), "total { amount currencyCode }")
    assert answer["total"] == {"amount": amount, "currencyCode": currency}


@pytest.mark.parametrize(("status", "told"), [(EffectStatus.PENDING, True), (EffectStatus.SUCCEEDED, False)])
async def test_when_an_effect_is_tried_next_is_told_while_it_waits(status: EffectStatus, told: bool) -> None:
    effect = Effect(model=an_effect(status=status, attempt=2), viewing=a_viewing(STAFF))
    answer = await shown(effect, "attempts nextAttemptAt")
    assert answer == {"attempts": 2, "nextAttemptAt": NOW.isoformat() if told else None}
