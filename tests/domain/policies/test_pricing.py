from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.money import exponent
from domain.model.orders import DeliveryMethod
from domain.model.shipments import EstimateSource
from domain.model.shop import PriceTier, Shop, TaxRate
from domain.policies.pricing import (
    Destination,
    ServiceOffer,
    Wanted,
    choose_service,
    minor,
    promised,
    service_offers,
    tax_rate,
    totals,
)
from tests.factories import NOW, a_product, a_rate, a_shop

BERLIN, WIEN, NEWARK, PARIS = Destination("DE"), Destination("AT"), Destination("US", "NJ"), Destination("FR")
RATES = st.sampled_from(("0", "0.07", "0.19", "0.055", "0.06625", "0.25", "1"))


def wanted(amount: int = 1000, quantity: int = 1, **changes: Any) -> Wanted:
    return Wanted(a_product(**changes), quantity, amount)


# ------------------------------------------------------------------ amounts


@st.composite
def baskets(draw: st.DrawFn) -> tuple[Shop, list[Wanted], int, Destination]:
    """Lines of up to three categories, each with a tax of its own, and a shop that includes tax in prices or not."""
    taxes = [TaxRate("DE", draw(RATES))]
    taxes += [TaxRate("DE", draw(RATES), category=category) for category in ("books", "food")]
    shop = a_shop(tax_included=draw(st.booleans()), taxes=tuple(taxes))
    categories = st.sampled_from((None, "books", "food"))
    lines = [
        wanted(draw(st.integers(0, 10**7)), draw(st.integers(1, 50)), category=draw(categories))
        for _ in range(draw(st.integers(1, 8)))
    ]
    return shop, lines, draw(st.integers(0, 10**5)), BERLIN


@settings(deadline=None, max_examples=200)
@given(baskets())
def test_lines_delivery_and_tax_add_up_exactly(case: tuple[Shop, list[Wanted], int, Destination]) -> None:
    shop, lines, shipping, to = case
    sums = totals(shop, lines, shipping, to)
    assert sum(sums.line_taxes) + sums.shipping_tax == sums.tax
    assert sums.subtotal == sum(line.unit_price * line.quantity for line in lines)
    assert sums.shipping == shipping
    assert sums.total == sums.subtotal + shipping + (0 if shop.tax_included else sums.tax)


@settings(deadline=None, max_examples=200)
@given(baskets())
def test_no_tax_is_a_whole_unit_off_its_exact_share(case: tuple[Shop, list[Wanted], int, Destination]) -> None:
    shop, lines, shipping, to = case
    sums = totals(shop, lines, shipping, to)
    for line, tax in zip(lines, sums.line_taxes, strict=True):
        rate = tax_rate(shop, to, line.product.category)
        exact = line.total * rate / (1 + rate) if shop.tax_included else line.total * rate
        # Of the tax on all lines of one rate, which is rounded once, this is a share: half a unit and one.
        assert abs(tax - exact) < Decimal("1.5")
        assert 0 <= tax <= line.total


@pytest.mark.parametrize(
    ("currency", "price", "amount", "tax"),
    [
        ("JPY", "1190", 1190, 190),
        ("EUR", "11.90", 1190, 190),
        ("TND", "1.190", 1190, 190),
        ("CLF", "0.1190", 1190, 190),
    ],
)
def test_amounts_count_in_the_smallest_unit_of_the_currency(currency: str, price: str, amount: int, tax: int) -> None:
    assert minor(price, currency) == amount
    assert len(price.partition(".")[2]) == exponent(currency)
    assert totals(a_shop(), [wanted(amount)], 0, BERLIN).tax == tax


def test_tax_is_within_the_price_or_on_top_of_it() -> None:
    inside = totals(a_shop(), [wanted(1190)], 0, BERLIN)
    assert (inside.subtotal, inside.tax, inside.total) == (1190, 190, 1190)
    on_top = totals(a_shop(tax_included=False), [wanted(1000)], 100, BERLIN)
    assert (on_top.subtotal, on_top.tax, on_top.shipping_tax, on_top.total) == (1000, 209, 19, 1309)


def test_three_times_a_third_of_a_cent_is_a_cent() -> None:
    shop = a_shop(taxes=(TaxRate("DE", "0.10"),), tax_included=False)
    sums = totals(shop, [wanted(3), wanted(3), wanted(4)], 0, BERLIN)
    assert sums.tax == 1
    assert sums.line_taxes == (0, 0, 1)


def test_while_nobody_knows_where_it_goes_there_is_no_tax() -> None:
    assert totals(a_shop(), [wanted(1190)], 490, None).tax == 0


# ------------------------------------------------------------------ which tax


TAXES = (
    TaxRate("US", "0.01"),
    TaxRate("US", "0.02", category="books"),
    TaxRate("US", "0.03", region="NJ"),
    TaxRate("US", "0.04", region="NJ", category="books"),
    TaxRate("CA", "0.05", region="QC"),
)


@pytest.mark.parametrize(
    ("country", "region", "category", "rate"),
    [
        ("US", "NJ", "books", "0.04"),
        ("US", "NJ", "food", "0.03"),
        ("US", "NJ", None, "0.03"),
        ("US", "CA", "books", "0.02"),
        ("US", None, "books", "0.02"),
        ("US", "CA", "food", "0.01"),
        ("CA", "ON", "books", "0"),
        ("FR", "NJ", "books", "0"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_most_specific_tax_counts_region_before_category_before_country(
    country: str, region: str | None, category: str | None, rate: str, turned: bool
) -> None:
    shop = a_shop(taxes=TAXES[::-1] if turned else TAXES)
    assert tax_rate(shop, Destination(country, region), category) == Decimal(rate)


def test_delivery_is_taxed_like_what_has_no_category() -> None:
    assert totals(a_shop(), [wanted(1070, category="books")], 1190, BERLIN).shipping_tax == 190
    assert totals(a_shop(), [wanted(1070, category="books")], 1190, BERLIN).line_taxes == (70,)


# ------------------------------------------------------------------ ways of delivery


def offered(to: Destination, *lines: Wanted, shop: Shop | None = None, currency: str = "EUR") -> list[tuple[str, int]]:
    offers = service_offers(shop or a_shop(), lines or (wanted(),), currency, to, "en")
    return [(offer.service, offer.price) for offer in offers]


def test_the_cheapest_comes_first() -> None:
    assert offered(BERLIN) == [("standard", 490), ("express", 1190)]


def test_a_row_that_names_the_country_hides_the_one_for_everywhere() -> None:
    assert offered(PARIS) == [("standard", 1890)]
    assert offered(WIEN) == [("store", 0), ("standard", 490)]


def test_a_full_basket_travels_for_nothing() -> None:
    assert offered(BERLIN, wanted(5999)) == [("standard", 490), ("express", 1190)]
    assert offered(BERLIN, wanted(3000), wanted(1500, 2)) == [("standard", 0), ("express", 1190)]


def test_weight_makes_it_dearer_and_too_much_of_it_impossible() -> None:
    tiers = (PriceTier({"EUR": "4.90"}), PriceTier({"EUR": "9.90"}, weight_from_grams=5000))
    shop = a_shop(shipping=(a_rate("standard", "0", tiers=tiers, max_weight_grams=20_000),))
    assert offered(BERLIN, wanted(weight_grams=4999), shop=shop) == [("standard", 490)]
    assert offered(BERLIN, wanted(weight_grams=2500, quantity=2), shop=shop) == [("standard", 990)]
    assert offered(BERLIN, wanted(weight_grams=20_001), shop=shop) == []


def test_the_dearest_condition_that_is_met_counts() -> None:
    tiers = (
        PriceTier({"EUR": "4.90"}),
        PriceTier({"EUR": "0.00"}, basket_from={"EUR": "60.00"}),
        PriceTier({"EUR": "12.90"}, basket_from={"EUR": "60.00"}, weight_from_grams=5000),
        PriceTier({"EUR": "8.90"}, weight_from_grams=5000),
    )
    shop = a_shop(shipping=(a_rate("standard", "0", tiers=tiers),))
    assert offered(BERLIN, wanted(6000, weight_grams=5000), shop=shop) == [("standard", 1290)]
    assert offered(BERLIN, wanted(6000), shop=shop) == [("standard", 0)]
    assert offered(BERLIN, wanted(5999, weight_grams=5000), shop=shop) == [("standard", 890)]


def test_a_tier_without_the_currency_is_no_offer_in_it() -> None:
    tiers = (PriceTier({"EUR": "4.90"}), PriceTier({"USD": "0.00"}, basket_from={"EUR": "60.00"}))
    shop = a_shop(shipping=(a_rate("standard", "0", tiers=tiers),))
    assert offered(BERLIN, shop=shop, currency="USD") == []
    assert offered(BERLIN, wanted(9000), shop=shop, currency="USD") == []


def test_an_offer_has_its_title_in_the_buyers_language() -> None:
    rate = replace(a_rate("standard", "1.00"), titles={"en": "Standard", "de": "Standardversand"})
    shop = a_shop(shipping=(rate,))
    titles = [service_offers(shop, (wanted(),), "EUR", BERLIN, locale)[0].title for locale in ("de-AT", "fr", "en")]
    assert titles == ["Standardversand", "Standard", "Standard"]


def test_without_a_service_the_cheapest_of_the_method_is_chosen() -> None:
    offers = service_offers(a_shop(), (wanted(),), "EUR", WIEN, "en")
    chosen = [choose_service(offers, method, None) for method in (DeliveryMethod.SHIPPING, DeliveryMethod.PICKUP)]
    assert [offer.service if offer else None for offer in chosen] == ["standard", "store"]
    assert choose_service(offers, DeliveryMethod.LOCKER, None) is None


def test_a_service_is_chosen_by_name_within_its_method() -> None:
    offers = service_offers(a_shop(), (wanted(),), "EUR", BERLIN, "en")
    express = choose_service(offers, DeliveryMethod.SHIPPING, "express")
    assert express is not None
    assert express.price == 1190
    assert choose_service(offers, DeliveryMethod.PICKUP, "express") is None
    assert choose_service(offers, DeliveryMethod.SHIPPING, "teleport") is None


def test_the_promise_is_the_services_window_from_now() -> None:
    estimate = promised(ServiceOffer(DeliveryMethod.SHIPPING, "standard", "Standard", 490, (2, 4)), NOW)
    assert (estimate.earliest, estimate.latest) == (NOW + timedelta(days=2), NOW + timedelta(days=4))
    assert (estimate.source, estimate.promised_by) == (EstimateSource.SERVICE_LEVEL, estimate.latest)
