"""What an order would cost and when it would come, before anybody has decided."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.model.actors import ANONYMOUS
from domain.model.addresses import Address
from domain.model.commands import AskQuote, DeliveryRequest, LineRequest, ProductEntry
from domain.model.orders import DeliveryMethod
from domain.services.products import upsert_products
from domain.services.quotes import Quote, quote
from tests.trade import HOME, Trade, a_trade
from tests.world import STAFF

MUG = LineRequest("MUG", 2)
WIEN = Address("AT", city="Wien", zip="1070")


@pytest.fixture
async def shop() -> AsyncIterator[Trade]:
    async with a_trade(MUG=10) as trade:
        yield trade


async def asked(shop: Trade, locale: str = "en", **changes: Any) -> Quote:
    command = replace(AskQuote((MUG,), "EUR", shipping_address=HOME), **changes)
    return await quote(command, ANONYMOUS, shop.world.ports, locale)


def told(found: Quote) -> list[tuple[str, str]]:
    return [(refusal.code.value, ".".join(refusal.field)) for refusal in found.refusals]


async def test_a_quote_is_what_the_order_costs(shop: Trade) -> None:
    found = await asked(shop)
    assert (found.subtotal, found.shipping_total, found.tax_total, found.total) == (3980, 490, 713, 4470)
    assert [(one.service, one.price) for one in found.delivery_options] == [("standard", 490), ("express", 1190)]
    assert [one.gateway for one in found.payment_options] == ["stripe"], "what nobody here can take is not offered"
    order = (await shop.place(quantity=2, expected_total=Decimal("44.70"))).order
    assert order.total == found.total
    assert order.estimate == found.delivery_options[0].estimate


async def test_nothing_is_set_aside_for_a_quote(shop: Trade) -> None:
    await asked(shop)
    assert (await shop.level(), await shop.orders()) == ((10, 0), [])


async def test_without_an_address_the_goods_have_their_price(shop: Trade) -> None:
    found = await asked(shop, shipping_address=None)
    assert (found.subtotal, found.total, found.tax_total, found.delivery_options) == (3980, None, None, ())
    assert told(found) == []


async def test_the_way_that_was_asked_for_counts(shop: Trade) -> None:
    express = DeliveryRequest(DeliveryMethod.SHIPPING, "express")
    assert (await asked(shop, delivery=express)).shipping_total == 1190
    pickup = DeliveryRequest(DeliveryMethod.PICKUP)
    assert (await asked(shop, shipping_address=WIEN, delivery=pickup)).shipping_total == 0
    assert told(await asked(shop, delivery=pickup)) == [("DELIVERY_UNAVAILABLE", "delivery")]


async def test_where_nothing_is_shipped_the_cheapest_other_way_is_quoted(shop: Trade) -> None:
    current = shop.world.ports.shops.current()
    pickup_only = replace(current, shipping=tuple(one for one in current.shipping if one.service == "store"))
    shop.world.ports.shops.shop = pickup_only  # type: ignore[attr-defined]
    found = await asked(shop, shipping_address=WIEN)
    assert (found.shipping_total, told(found)) == (0, [])
    assert told(await asked(shop)) == [("DELIVERY_UNAVAILABLE", "delivery")]


async def test_every_fault_stands_beside_what_could_be_said(shop: Trade) -> None:
    lines = (MUG, LineRequest("GONE", 1), LineRequest("MUG", 0), replace(MUG, expected_unit_price=Decimal("1.00")))
    found = await asked(
        shop,
        lines=lines,
        shipping_address=replace(HOME, country_code="XX"),
        discount_codes=("SPRING", "4111111111111111"),
    )
    assert set(told(found)) == {
        ("NOT_FOUND", "lines.1.sku"),
        ("INVALID", "lines.2.quantity"),
        ("PRICE_CHANGED", "lines.3.expectedUnitPrice"),
        ("INVALID_ADDRESS", "shippingAddress.countryCode"),
        ("DISCOUNT_INVALID", "discountCodes.0"),
        ("CARD_DATA_REFUSED", "discountCodes.1"),
    }
    assert [line.total for line in found.lines] == [3980, None, 0, 3980]
    assert (found.subtotal, found.total) == (None, None)


@pytest.mark.parametrize("currency", ["CHF", "\ud800", ""])
async def test_an_unknown_currency_is_a_fault_and_never_a_failure(shop: Trade, currency: str) -> None:
    found = await asked(shop, currency=currency)
    assert [place for _, place in told(found)] == ["currency"]
    assert found.subtotal is None


async def test_what_is_not_there_has_its_sisters_offered(shop: Trade) -> None:
    entries = tuple(
        ProductEntry(f"SHIRT-{size}", "Shirt", Decimal("30.00"), "EUR", group="shirt") for size in ("S", "M", "L")
    )
    await upsert_products(entries, STAFF, shop.world.ports)
    await shop.stocked(**{"SHIRT-M": 4, "MUG": -6})
    found = await asked(shop, lines=(LineRequest("SHIRT-S", 1), LineRequest("SHIRT-M", 1), MUG, LineRequest("MUG", 5)))
    assert [line.availability for line in found.lines] == ["OUT_OF_STOCK", "LOW_STOCK", "LOW_STOCK", "OUT_OF_STOCK"]
    assert [[one.sku for one in line.alternatives] for line in found.lines] == [["SHIRT-M"], [], [], []]


async def test_titles_speak_the_buyers_language(shop: Trade) -> None:
    assert [one.title for one in (await asked(shop, locale="de-AT")).payment_options] == ["Karte"]


async def test_the_promise_counts_from_now(shop: Trade) -> None:
    (standard, _) = (await asked(shop)).delivery_options
    assert standard.estimate.latest == shop.world.clock.now() + timedelta(days=4)


async def test_a_quote_of_nothing_is_a_fault(shop: Trade) -> None:
    assert told(await asked(shop, lines=())) == [("EMPTY_ORDER", "lines")]
