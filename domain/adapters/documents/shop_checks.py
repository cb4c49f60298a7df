"""What a shop document must get right beyond its shape: names that lead somewhere, amounts, rates, spans of time."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError

from domain.adapters.documents.shapes import Problem, pointer
from domain.model.durations import InvalidDuration, parse_duration
from domain.model.money import InvalidAmount, from_decimal, is_currency
from domain.model.shop import Location, PriceTier, Reason, ShippingRate, Shop

_HANDLE = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", re.ASCII)
_REASON = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)*", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,15}(?:\.\d{1,10})?", re.ASCII)
_REGION = re.compile(r"[A-Z0-9]{1,3}", re.ASCII)


def problems_of(shop: Shop) -> list[Problem]:
    """All at once, each with its place in the document."""
    found = [
        *_basics(shop),
        *_channels(shop),
        *_locations(shop),
        *_shipping(shop),
        *_payments(shop),
        *_taxes(shop),
        *_reasons("/cancel_reasons", shop.cancel_reasons),
        *_reasons("/return_reasons", shop.return_reasons),
        *_returns(shop),
        *_numbers(shop),
    ]
    return sorted(found)


def _basics(shop: Shop) -> Iterator[Problem]:
    if not shop.name.strip():
        yield "/name", "must not be blank"
    if not shop.currencies:
        yield "/currencies", "name at least one currency; the first is the shop's own"
    for index, code in enumerate(shop.currencies):
        if not is_currency(code):
            yield pointer("/currencies", index), f"{code!r} is not an active ISO 4217 currency"
    yield from _unique("/currencies", shop.currencies)
    for code, rate in shop.exchange.items():
        if code not in shop.currencies[1:]:
            yield pointer("/exchange", code), "name one of the shop's currencies but the first"
        yield from _decimal(pointer("/exchange", code), rate)
    if shop.approval_from is not None and shop.currencies:
        yield from _amount("/approval_from", shop.approval_from, shop.currencies[0])
    if not _is_locale(shop.locale):
        yield "/locale", f"{shop.locale!r} is not a known locale: write en or de-AT"
    if shop.time_zone not in available_timezones():
        yield "/time_zone", f"{shop.time_zone!r} is not a time zone: write Europe/Berlin"


def _channels(shop: Shop) -> Iterator[Problem]:
    yield from _handles("/channels", [channel.handle for channel in shop.channels])
    if shop.channel(shop.default_channel) is None:
        yield "/default_channel", f"{shop.default_channel!r} is none of the channels"


def _locations(shop: Shop) -> Iterator[Problem]:
    yield from _handles("/locations", [location.handle for location in shop.locations])
    for index, location in enumerate(shop.locations):
        yield from _location(pointer("/locations", index), location)


def _location(at: str, location: Location) -> Iterator[Problem]:
    if location.address is not None:
        yield from _countries(pointer(at, "address", "country_code"), location.address.country_code)
    for number, country in enumerate(location.serves):
        yield from _countries(pointer(at, "serves", number), country)
    if (location.latitude is None) != (location.longitude is None):
        yield at, "latitude and longitude go together"
    if location.latitude is not None and not -90 <= location.latitude <= 90:
        yield pointer(at, "latitude"), "must be from -90 to 90"
    if location.longitude is not None and not -180 <= location.longitude <= 180:
        yield pointer(at, "longitude"), "must be from -180 to 180"


def _shipping(shop: Shop) -> Iterator[Problem]:
    said: dict[tuple[str, str, str], str] = {}
    for index, rate in enumerate(shop.shipping):
        at = pointer("/shipping", index)
        yield from _rate(shop, at, rate)
        for country in rate.countries:
            first = said.setdefault((rate.method, rate.service, country), at)
            if first != at:
                yield pointer(at, "countries"), f"{rate.service} to {country} stands in {first} already"


def _rate(shop: Shop, at: str, rate: ShippingRate) -> Iterator[Problem]:
    if not _HANDLE.fullmatch(rate.service):
        yield pointer(at, "service"), "write it in small letters, digits and dashes"
    yield from _titles(pointer(at, "titles"), rate.titles)
    if not rate.countries:
        yield pointer(at, "countries"), 'name a country, or "*" for everywhere'
    for number, country in enumerate(rate.countries):
        if country != "*":
            yield from _countries(pointer(at, "countries", number), country)
    if not 0 <= rate.days[0] <= rate.days[1] <= 366:
        yield pointer(at, "days"), "must run from the earliest day to the latest"
    if rate.max_weight_grams is not None and rate.max_weight_grams <= 0:
        yield pointer(at, "max_weight_grams"), "must be more than 0"
    if not rate.tiers:
        yield pointer(at, "tiers"), "name at least one price"
    for number, tier in enumerate(rate.tiers):
        yield from _tier(shop, pointer(at, "tiers", number), tier)


def _tier(shop: Shop, at: str, tier: PriceTier) -> Iterator[Problem]:
    if not tier.prices:
        yield pointer(at, "prices"), "name a price in at least one currency"
    yield from _amounts(shop, pointer(at, "prices"), tier.prices)
    yield from _amounts(shop, pointer(at, "basket_from"), tier.basket_from)
    if tier.weight_from_grams < 0:
        yield pointer(at, "weight_from_grams"), "must not be negative"


def _payments(shop: Shop) -> Iterator[Problem]:
    yield from _unique("/payment_options", [(option.method, option.gateway) for option in shop.payment_options])
    for index, option in enumerate(shop.payment_options):
        at = pointer("/payment_options", index)
        if not _HANDLE.fullmatch(option.gateway):
            yield pointer(at, "gateway"), "write it in small letters, digits and dashes"
        yield from _titles(pointer(at, "titles"), option.titles)


def _taxes(shop: Shop) -> Iterator[Problem]:
    yield from _unique("/taxes", [(tax.country, tax.region, tax.category) for tax in shop.taxes])
    for index, tax in enumerate(shop.taxes):
        at = pointer("/taxes", index)
        yield from _countries(pointer(at, "country"), tax.country)
        if tax.region is not None and not _REGION.fullmatch(tax.region):
            yield pointer(at, "region"), "is what follows the dash in ISO 3166-2: NY, BE"
        if not _DECIMAL.fullmatch(tax.rate) or not Decimal(tax.rate) < 1:
            yield pointer(at, "rate"), f'{tax.rate!r} is no rate: 19 percent is "0.19"'


def _reasons(at: str, reasons: tuple[Reason, ...]) -> Iterator[Problem]:
    yield from _unique(at, [reason.handle for reason in reasons])
    for index, reason in enumerate(reasons):
        if not _REASON.fullmatch(reason.handle):
            yield pointer(at, index, "handle"), "write it in capitals, digits and underscores"
        yield from _titles(pointer(at, index, "names"), reason.names)


def _returns(shop: Shop) -> Iterator[Problem]:
    yield from _unique("/return_methods", [way.method for way in shop.return_methods])
    for index, way in enumerate(shop.return_methods):
        at = pointer("/return_methods", index)
        yield from _titles(pointer(at, "titles"), way.titles)
        yield from _amounts(shop, pointer(at, "fees"), way.fees)
        for number, handle in enumerate(way.locations):
            if shop.location(handle) is None:
                yield pointer(at, "locations", number), f"{handle!r} is none of the locations"
    known = {reason.handle for reason in shop.return_reasons}
    for index, handle in enumerate(shop.auto_approve.reasons):
        if handle not in known:
            yield pointer("/auto_approve/reasons", index), f"{handle!r} is none of the return reasons"
    if shop.auto_approve.up_to is not None and shop.currencies:
        yield from _amount("/auto_approve/up_to", shop.auto_approve.up_to, shop.currencies[0])
    yield from _unique("/final_sale", shop.final_sale)


def _numbers(shop: Shop) -> Iterator[Problem]:
    for window in fields(shop.windows):
        at = pointer("/windows", window.name)
        try:
            if parse_duration(getattr(shop.windows, window.name)) <= timedelta(0):
                yield at, "must be longer than nothing"
        except InvalidDuration as error:
            yield at, str(error)
    if shop.targets.processing_seconds <= 0:
        yield "/targets/processing_seconds", "must be more than 0"
    if not 0 < shop.risk.review_from <= 1:
        yield "/risk/review_from", "must be more than 0 and at most 1"
    yield from _amounts(shop, "/risk/amount_from", shop.risk.amount_from)
    for name, least in (("low_stock_from", 0), ("max_lines", 1), ("max_quantity", 1)):
        if getattr(shop, name) < least:
            yield f"/{name}", f"must be at least {least}"


# ------------------------------------------------------------------ one value


def _handles(at: str, handles: list[str]) -> Iterator[Problem]:
    if not handles:
        yield at, "name at least one"
    for index, handle in enumerate(handles):
        if not _HANDLE.fullmatch(handle):
            yield pointer(at, index, "handle"), "write it in small letters, digits and dashes"
    yield from _unique(at, handles)


def _unique(at: str, values: Iterable[object]) -> Iterator[Problem]:
    seen: dict[object, int] = {}
    for index, value in enumerate(values):
        first = seen.setdefault(value, index)
        if first != index:
            yield pointer(at, index), f"says the same as {pointer(at, first)}"


def _titles(at: str, titles: Mapping[str, str]) -> Iterator[Problem]:
    if "en" not in titles:
        yield at, "English (en) is missing: it stands in for every other language"
    for language, title in titles.items():
        if not _LANGUAGE.fullmatch(language) or not _is_locale(language):
            yield pointer(at, language), "is not the code of a language: write en, de, fr"
        if not title.strip():
            yield pointer(at, language), "must not be blank"


def _amounts(shop: Shop, at: str, amounts: Mapping[str, str]) -> Iterator[Problem]:
    for currency, text in amounts.items():
        if currency not in shop.currencies:
            yield pointer(at, currency), "is none of the shop's currencies"
        else:
            yield from _amount(pointer(at, currency), text, currency)


def _amount(at: str, text: str, currency: str) -> Iterator[Problem]:
    if not _DECIMAL.fullmatch(text):
        yield at, f'{text!r} is no amount of money: write "10.00"'
        return
    try:
        from_decimal(Decimal(text), currency)
    except InvalidAmount as error:
        yield at, str(error)


def _decimal(at: str, text: str) -> Iterator[Problem]:
    if not _DECIMAL.fullmatch(text) or not Decimal(text):
        yield at, f'{text!r} is no rate: write "0.92"'


def _countries(at: str, code: str) -> Iterator[Problem]:
    if code not in _known_countries():
        yield at, f"{code!r} is not a country: write its ISO 3166 code in two capitals"


@cache
def _known_countries() -> frozenset[str]:
    # CLDR's territories also hold groups and codes for tests.
    none = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
    territories = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in territories if len(code) == 2 and code.isalpha()) - none


def _is_locale(text: str) -> bool:
    try:
        Locale.parse(text, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True
