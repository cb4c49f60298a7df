"""What is sold, to whom, and how much of it is there, as the shop's own people and systems say."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.model.commands import AdjustStock, CustomerEntry, ProductEntry
from domain.model.errors import NotFound, Refused
from domain.model.products import Attribute, Price, Product
from domain.services.customers import upsert_customers
from domain.services.products import upsert_products
from domain.services.shops import apply_shop
from domain.services.stock import adjust_stock
from tests.trade import Trade, a_trade
from tests.world import STAFF

SHIRT = ProductEntry("SHIRT", "Shirt", Decimal("30.00"), "EUR")
GRACE = CustomerEntry("grace@example.org")


@pytest.fixture
async def shop() -> AsyncIterator[Trade]:
    async with a_trade(MUG=10) as trade:
        yield trade


async def sold(shop: Trade, *entries: ProductEntry) -> tuple[Product, ...]:
    return await upsert_products(entries, STAFF, shop.world.ports)


def places(caught: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(refusal.code.value, ".".join(refusal.field)) for refusal in caught.value.refusals]


# ------------------------------------------------------------------ products


async def test_a_product_is_as_its_entry_says_and_what_is_left_out_stays(shop: Trade) -> None:
    whole = replace(
        SHIRT, group="shirts", options=(Attribute("Size", "M"),), category="clothes", description="Soft.",
        image_url="https://img.example/1.jpg", weight_grams=200, returnable=False,
    )  # fmt: skip
    await sold(shop, whole)
    (again,) = await sold(shop, replace(SHIRT, title="Softer shirt", price=Decimal("31.00")))
    assert (again.title, again.prices) == ("Softer shirt", (Price("EUR", 3100),))
    assert (again.group, again.category, again.description) == ("shirts", "clothes", "Soft.")
    assert (again.options, again.weight_grams, again.returnable) == ((Attribute("Size", "M"),), 200, False)
    assert await shop.world.store.read(lambda reader: reader.product("SHIRT")) == again


async def test_prices_stand_beside_each_other_by_currency(shop: Trade) -> None:
    (first, second) = await sold(shop, SHIRT, replace(SHIRT, currency="USD", price=Decimal("33")))
    assert first.prices == (Price("EUR", 3000),)
    assert second.prices == (Price("EUR", 3000), Price("USD", 3300))


async def test_saying_it_again_changes_nothing(shop: Trade) -> None:
    assert await sold(shop, SHIRT) == await sold(shop, SHIRT)


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"sku": ""}, "INVALID", "sku"),
        ({"sku": "x" * 101}, "INVALID", "sku"),
        ({"sku": "\ud800"}, "INVALID", "sku"),
        ({"title": " "}, "INVALID", "title"),
        ({"title": "x" * 301}, "INVALID", "title"),
        ({"title": "Card 4111 1111 1111 1111"}, "CARD_DATA_REFUSED", "title"),
        ({"description": "\x00"}, "INVALID", "description"),
        ({"group": "x" * 201}, "INVALID", "group"),
        ({"category": "\x00"}, "INVALID", "category"),
        ({"image_url": ""}, "INVALID", "imageUrl"),
        ({"options": (Attribute("Size", "\x00"),)}, "INVALID", "options.0.value"),
        ({"currency": "CHF"}, "CURRENCY_UNSUPPORTED", "currency"),
        ({"price": Decimal("-0.01")}, "INVALID", "price"),
        ({"price": Decimal("0.001")}, "INVALID", "price"),
        ({"price": Decimal("Infinity")}, "INVALID", "price"),
        ({"weight_grams": -1}, "INVALID", "weightGrams"),
    ],
)
async def test_a_product_that_makes_no_sense_is_refused_and_none_is_stored(
    shop: Trade, changes: dict[str, Any], code: str, place: str
) -> None:
    with pytest.raises(Refused) as caught:
        await sold(shop, SHIRT, replace(SHIRT, **changes))
    assert places(caught) == [(code, f"products.1.{place}")]
    assert await shop.world.store.read(lambda reader: reader.product("SHIRT")) is None


async def test_an_article_number_is_sold_even_if_it_could_be_a_card(shop: Trade) -> None:
    """Thirteen digits that begin with 4, as Germany's do, and happen to satisfy Luhn."""
    article = "4000000000006"
    await sold(shop, replace(SHIRT, sku=article))
    await shop.stocked(**{article: 1})
    order = (await shop.place(sku=article)).order
    assert order.lines[0].sku == article


@pytest.mark.parametrize("count", [0, 101])
async def test_products_come_in_bearable_numbers(shop: Trade, count: int) -> None:
    with pytest.raises(Refused) as caught:
        await sold(shop, *[SHIRT] * count)
    assert places(caught) == [("LIMIT_EXCEEDED", "products")]


# ------------------------------------------------------------------ customers


async def test_a_customer_is_known_by_e_mail_whatever_its_case(shop: Trade) -> None:
    first = await shop.customer("Grace@Example.org", name="Grace", tier="gold", phone="+49 30 901821", locale="de-AT")
    again = await shop.customer("grace@example.ORG", name="Grace Hopper")
    assert again == replace(first, name="Grace Hopper")
    assert (first.email, first.phone, first.tier) == ("grace@example.org", "+4930901821", "gold")


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"email": "grace"}, "INVALID_EMAIL", "email"),
        ({"phone": "030 901821"}, "INVALID_PHONE", "phone"),
        ({"name": "\x00"}, "INVALID", "name"),
        ({"company_name": "4111 1111 1111 1111"}, "CARD_DATA_REFUSED", "companyName"),
        ({"tier": "x" * 201}, "INVALID", "tier"),
        ({"locale": "the local one"}, "INVALID", "locale"),
    ],
)
async def test_a_customer_that_makes_no_sense_is_refused_and_none_is_stored(
    shop: Trade, changes: dict[str, Any], code: str, place: str
) -> None:
    with pytest.raises(Refused) as caught:
        await upsert_customers((GRACE, replace(GRACE, **changes)), STAFF, shop.world.ports)
    assert places(caught) == [(code, f"customers.1.{place}")]
    assert await shop.world.store.read(lambda reader: reader.customer_by_email(GRACE.email)) is None


@pytest.mark.parametrize("count", [0, 101])
async def test_customers_come_in_bearable_numbers(shop: Trade, count: int) -> None:
    with pytest.raises(Refused) as caught:
        await upsert_customers((GRACE,) * count, STAFF, shop.world.ports)
    assert places(caught) == [("LIMIT_EXCEEDED", "customers")]


# ------------------------------------------------------------------ stock


async def counted(shop: Trade, **changes: Any) -> Any:
    command = replace(AdjustStock(shop.key(), "MUG", "hamburg", -3, "broken"), **changes)
    return await adjust_stock(command, STAFF, shop.world.ports)


async def test_stock_goes_up_and_down_and_never_below_what_is_set_aside(shop: Trade) -> None:
    await shop.placed(quantity=4)
    level = await counted(shop, delta=-6)
    assert (level.on_hand, level.reserved, level.available) == (4, 4, 0)
    with pytest.raises(Refused) as caught:
        await counted(shop, delta=-1)
    assert places(caught) == [("CONFLICT", "delta")]
    assert await shop.level() == (4, 4)


async def test_a_shelf_that_was_never_used_is_empty(shop: Trade) -> None:
    with pytest.raises(Refused) as caught:
        await counted(shop, location_id="newark")
    assert places(caught) == [("CONFLICT", "delta")]
    assert (await counted(shop, location_id="newark", delta=2)).on_hand == 2


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"delta": 0}, "INVALID", "delta"),
        ({"delta": 1_000_001}, "INVALID", "delta"),
        ({"delta": -(2**63)}, "INVALID", "delta"),
        ({"reason": ""}, "INVALID", "reason"),
        ({"reason": "4111 1111 1111 1111"}, "CARD_DATA_REFUSED", "reason"),
        ({"reason": "x" * 201}, "INVALID", "reason"),
    ],
)
async def test_a_count_that_makes_no_sense_is_refused(
    shop: Trade, changes: dict[str, Any], code: str, place: str
) -> None:
    with pytest.raises(Refused) as caught:
        await counted(shop, **changes)
    assert places(caught) == [(code, place)]
    assert await shop.level() == (10, 0)


@pytest.mark.parametrize(
    ("changes", "place"),
    [({"sku": "GONE"}, "sku"), ({"sku": "\ud800"}, "sku"), ({"location_id": "atlantis"}, "locationId")],
)
async def test_only_what_is_sold_stands_in_places_that_are_there(
    shop: Trade, changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(NotFound) as caught:
        await counted(shop, **changes)
    assert caught.value.refusals[0].field == (place,)


async def test_a_count_remembers_who_made_it_and_why(shop: Trade) -> None:
    await counted(shop)
    raw = shop.world.store._raw  # type: ignore[attr-defined]  # nobody reads movements yet
    last = raw.execute('SELECT delta, reason, "by" FROM stock_movements ORDER BY id DESC LIMIT 1').fetchone()
    assert tuple(last) == (-3, "broken", "olga")


# ------------------------------------------------------------------ the shop's document


async def test_a_shop_is_changed_by_a_new_version(shop: Trade) -> None:
    assert [await apply_shop(b"{}", "olga", shop.world.ports) for _ in range(2)] == [1, 2]
