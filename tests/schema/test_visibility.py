"""One document serves every viewer: what somebody may not see is null or empty, and nothing of it is anywhere else."""

import json
from typing import Any

import pytest

from domain.model.actors import Actor, ActorKind, ActorRef
from domain.model.events import Event, PaymentDeclined
from schema.events import OrderEvent
from schema.orders.order import Order
from schema.orders.seen import Seen
from tests.factories import NOW
from tests.schema.showing import (
    GIFT,
    HOLDER,
    ORDER_ID,
    OWNER,
    PERSONAL,
    SECRETS,
    STAFF,
    a_challenged_order,
    a_viewing,
    everything,
    seen_by,
    shown,
)

MONEY = ["subtotal", "discountTotal", "shippingTotal", "taxTotal", "total", "refundedTotal", "outstandingTotal"]


def said(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False)


@pytest.mark.parametrize("actor", [STAFF, OWNER, HOLDER, GIFT], ids=["staff", "owner", "holder", "gift"])
async def test_every_field_has_an_answer_for_every_viewer(actor: Actor) -> None:
    assert (await seen_by(actor, everything()))["number"]


async def test_a_gift_shows_no_word_about_a_person_and_no_price() -> None:
    answer = await seen_by(GIFT, everything())
    assert [word for word in (*PERSONAL, *SECRETS) if word in said(answer)] == []
    assert [name for name in MONEY if answer[name] is not None] == []
    assert [(line["unitPrice"], line["discount"], line["tax"], line["total"]) for line in answer["lines"]] == [
        (None, None, None, None)
    ] * 2
    assert answer["delivery"]["price"] is None
    assert (answer["payments"], answer["refunds"], answer["paymentOptions"], answer["discountCodes"]) == ([],) * 4


async def test_a_gift_shows_where_it_goes_as_town_and_country() -> None:
    address = (await seen_by(GIFT, f"shippingAddress {{ {everything('MailingAddress', 1)} }}"))["shippingAddress"]
    assert (address["city"], address["countryCode"]) == ("Berlin", "DE")
    assert {name for name, value in address.items() if value} == {"city", "countryCode", "formatted"}
    assert said(address["formatted"]).count("Berlin") == 1


@pytest.mark.parametrize("actor", [OWNER, HOLDER], ids=["owner", "holder"])
async def test_a_buyer_sees_their_own_words_and_prices(actor: Actor) -> None:
    answer = await seen_by(actor, everything())
    assert [word for word in PERSONAL if word not in said(answer)] == []
    assert answer["total"] == {"amount": "48.98", "currencyCode": "EUR"}
    assert [refund["amount"]["amount"] for refund in answer["refunds"]] == ["9.00"]


@pytest.mark.parametrize("actor", [OWNER, HOLDER, GIFT], ids=["owner", "holder", "gift"])
async def test_what_is_for_staff_is_null_or_empty_for_everybody_else(actor: Actor) -> None:
    answer = await seen_by(
        actor,
        "state triggers effects { id } payments { transactions { id } risk { level } } shipments { preparation } "
        "events { nodes { data actor { kind name } public } }",
    )
    assert (answer["state"], answer["triggers"], answer["effects"]) == (None, [], None)
    assert all(payment == {"transactions": [], "risk": None} for payment in answer["payments"])
    assert answer["shipments"] == [{"preparation": None}]
    events = answer["events"]["nodes"]
    assert all(event["data"] is None and event["public"] for event in events)
    assert {"kind": "STAFF", "name": None} in [event["actor"] for event in events]
    assert {"kind": "CARRIER", "name": "DHL"} in [event["actor"] for event in events]


async def test_staff_see_what_is_for_staff() -> None:
    answer = await seen_by(
        STAFF,
        "state triggers effects { action status } payments { transactions { kind } risk { level } } "
        "shipments { preparation } events { nodes { data actor { name } } }",
    )
    assert answer["state"] is not None
    assert "customer.cancel" in answer["triggers"]
    assert answer["effects"] == [{"action": "authorizePayment", "status": "PENDING"}]
    kinds = [one["kind"] for one in answer["payments"][0]["transactions"]]
    assert kinds == ["AUTHORIZATION", "AUTHORIZATION", "CAPTURE"]
    assert answer["payments"][0]["risk"] == {"level": "MEDIUM"}
    assert answer["shipments"] == [{"preparation": "HANDED_OVER"}]
    assert answer["events"]["nodes"][0]["data"]["number"] == "ABCDE-FGHJ0"
    assert {"name": "olga"} in [event["actor"] for event in answer["events"]["nodes"]]


async def test_what_opens_something_at_the_provider_is_shown_to_no_staff() -> None:
    answer = said(await seen_by(STAFF, everything()))
    assert [word for word in SECRETS if word in answer] == []


@pytest.mark.parametrize(("actor", "told"), [(OWNER, True), (HOLDER, True), (STAFF, False)])
async def test_what_is_left_to_do_for_a_payment_is_told_to_its_payer_alone(actor: Actor, told: bool) -> None:
    answer = await seen_by(actor, "payments { status nextAction { kind url } }", a_challenged_order())
    action = {"kind": "REDIRECT", "url": "https://bank.example/1"}
    assert answer["payments"] == [{"status": "REQUIRES_ACTION", "nextAction": action if told else None}]


@pytest.mark.parametrize(("actor", "known"), [(STAFF, True), (OWNER, True), (HOLDER, False), (GIFT, False)])
async def test_a_customer_is_shown_to_staff_and_to_themselves(actor: Actor, known: bool) -> None:
    answer = await seen_by(actor, "customer { email tier }")
    assert answer["customer"] == ({"email": "grace@example.org", "tier": "gold"} if known else None)


@pytest.mark.parametrize(
    ("actor", "link"),
    [(STAFF, ORDER_ID), (OWNER, ORDER_ID), (HOLDER, ORDER_ID), (GIFT, None)],
    ids=("staff", "owner", "holder", "gift"),
)
async def test_a_link_to_share_is_for_who_sees_everything(actor: Actor, link: str | None) -> None:
    answer = await seen_by(actor, "trackingUrl access")
    assert answer["trackingUrl"] == (f"https://shop.example/track#{link}" if link else None)
    assert ("SELF_SERVICE" in answer["access"]) == (link is not None)


@pytest.mark.parametrize(("actor", "told"), [(OWNER, True), (GIFT, False)], ids=["owner", "gift"])
async def test_why_a_payment_was_declined_is_not_told_by_a_gift(actor: Actor, told: bool) -> None:
    seen = Seen.by(a_viewing(actor), a_challenged_order())
    declined = PaymentDeclined("p1", "card_declined", "Insufficient funds.")
    event = OrderEvent(model=Event(ORDER_ID, 9, declined, ActorRef(ActorKind.PAYMENT_PROVIDER), NOW, NOW), seen=seen)
    answer = await shown(event, "title message")
    assert answer == {"title": "Payment declined", "message": "Insufficient funds." if told else None}


async def test_an_order_whose_buyer_was_erased_says_so_by_saying_nothing() -> None:
    order = a_challenged_order()
    assert order.buyer is None
    answer = await seen_by(STAFF, "email phone note shippingAddress { city } delivery { instructions }", order)
    assert answer == {
        "email": None,
        "phone": None,
        "note": None,
        "shippingAddress": None,
        "delivery": {"instructions": None},
    }


def test_a_viewing_knows_who_has_shown_nothing() -> None:
    assert a_viewing(Actor(STAFF.kind)).is_anonymous is False
    assert a_viewing(Actor(GIFT.kind)).is_anonymous is True
    assert a_viewing(GIFT).is_anonymous is False
    assert Order.by(a_viewing(GIFT), a_challenged_order()).it.scopes == GIFT.scopes
