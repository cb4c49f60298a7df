"""What an order costs: lines, delivery, tax. All amounts are minor units of one currency and add up exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from domain.model.money import allocate, exponent
from domain.model.orders import DeliveryMethod
from domain.model.products import Product
from domain.model.shipments import DeliveryEstimate, EstimateSource
from domain.model.shop import PriceTier, ShippingRate, Shop, TaxRate, in_language


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the goods go: what decides tax and shipping."""

    country: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    product: Product
    quantity: int
    unit_price: int

    @property
    def total(self) -> int:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class ServiceOffer:
    """A way to have the basket delivered, with its price and window; `rate` is the table's row."""

    method: DeliveryMethod
    service: str
    title: str
    price: int
    days: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Totals:
    """`line_taxes` runs along with the lines; `total` contains the tax either way."""

    subtotal: int
    shipping: int
    tax: int
    total: int
    line_taxes: tuple[int, ...]
    shipping_tax: int


def minor(text: str, currency: str) -> int:
    """Minor units of a decimal string of the shop document."""
    return int(Decimal(text).scaleb(exponent(currency)).to_integral_value(ROUND_HALF_UP))


def _specificity(rate: TaxRate) -> int:
    return 2 * (rate.region is not None) + (rate.category is not None)


def tax_rate(shop: Shop, to: Destination, category: str | None) -> Decimal:
    """The most specific row of the shop's table that matches; no row, no tax."""
    matching = [
        rate
        for rate in shop.taxes
        if rate.country == to.country and rate.region in (None, to.region) and rate.category in (None, category)
    ]
    return Decimal(max(matching, key=_specificity).rate) if matching else Decimal(0)


def _tax_of(amount: int, rate: Decimal, included: bool) -> int:
    tax = amount * rate / (1 + rate) if included else amount * rate
    return int(tax.quantize(Decimal(1), ROUND_HALF_UP))


def totals(shop: Shop, wanted: Sequence[Wanted], shipping: int, to: Destination | None) -> Totals:
    """Tax is worked out once a rate over all it applies to, then shared out to the lines: no cent is lost or made."""
    rates = [tax_rate(shop, to, one.product.category) if to else Decimal(0) for one in wanted]
    line_taxes = [0] * len(wanted)
    for rate in sorted(set(rates)):
        members = [index for index, other in enumerate(rates) if other == rate]
        amounts = [wanted[index].total for index in members]
        whole = _tax_of(sum(amounts), rate, shop.tax_included)
        for index, part in zip(members, allocate(whole, amounts), strict=True):
            line_taxes[index] = part
    shipping_tax = _tax_of(shipping, tax_rate(shop, to, None), shop.tax_included) if to else 0
    subtotal = sum(one.total for one in wanted)
    tax = sum(line_taxes) + shipping_tax
    total = subtotal + shipping + (0 if shop.tax_included else tax)
    return Totals(subtotal, shipping, tax, total, tuple(line_taxes), shipping_tax)


def _tier_price(tiers: Sequence[PriceTier], currency: str, basket: int, weight: int) -> int | None:
    met = [
        tier
        for tier in tiers
        if currency in tier.prices
        and weight >= tier.weight_from_grams
        and basket >= minor(tier.basket_from.get(currency, "0"), currency)
        and (not tier.basket_from or currency in tier.basket_from)
    ]
    if not met:
        return None
    best = max(met, key=lambda tier: (minor(tier.basket_from.get(currency, "0"), currency), tier.weight_from_grams))
    return minor(best.prices[currency], currency)


def _serves(rate: ShippingRate, country: str, weight: int) -> bool:
    fits = rate.max_weight_grams is None or weight <= rate.max_weight_grams
    return fits and (country in rate.countries or "*" in rate.countries)


def service_offers(
    shop: Shop, wanted: Sequence[Wanted], currency: str, to: Destination, locale: str
) -> tuple[ServiceOffer, ...]:
    """Every service to this destination, cheapest first; a row that names the country hides the same service's "*"."""
    weight = sum(one.product.weight_grams * one.quantity for one in wanted)
    basket = sum(one.total for one in wanted)
    named = {(rate.method, rate.service) for rate in shop.shipping if to.country in rate.countries}
    offers = []
    for rate in shop.shipping:
        if not _serves(rate, to.country, weight):
            continue
        if to.country not in rate.countries and (rate.method, rate.service) in named:
            continue
        price = _tier_price(rate.tiers, currency, basket, weight)
        if price is not None:
            title = in_language(rate.titles, locale)
            offers.append(ServiceOffer(rate.method, rate.service, title, price, rate.days))
    return tuple(sorted(offers, key=lambda offer: (offer.price, offer.service)))


def choose_service(offers: Sequence[ServiceOffer], method: DeliveryMethod, service: str | None) -> ServiceOffer | None:
    """The offer that was asked for; without a service the cheapest of the method."""
    of_method = [offer for offer in offers if offer.method is method and service in (None, offer.service)]
    return min(of_method, key=lambda offer: offer.price) if of_method else None


def promised(offer: ServiceOffer, now: datetime) -> DeliveryEstimate:
    """The window that the service level promises, counted from now."""
    latest = now + timedelta(days=offer.days[1])
    return DeliveryEstimate(
        earliest=now + timedelta(days=offer.days[0]),
        latest=latest,
        source=EstimateSource.SERVICE_LEVEL,
        updated_at=now,
        promised_by=latest,
    )
