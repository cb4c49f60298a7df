"""A basket looked at with the shop's eyes: what it holds, what of it is there, how it can travel, what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from domain.model.addresses import Address
from domain.model.commands import LineRequest
from domain.model.errors import ErrorCode, Refusal
from domain.model.money import from_decimal, is_currency
from domain.model.products import Product
from domain.model.shop import Shop
from domain.policies.eligibility import WORD_LIMIT, is_usable
from domain.policies.pricing import Destination, ServiceOffer, Wanted, service_offers
from domain.ports import ContactChecks, Reader


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the shop has of the SKUs somebody asked for; `free` counts units over all locations."""

    products: Mapping[str, Product]
    free: Mapping[str, int]


async def look_up(lines: Sequence[LineRequest], reader: Reader) -> Shelf:
    """What of all this the shop knows, and has."""
    skus = {line.sku for line in lines if is_usable(line.sku, WORD_LIMIT)}
    levels = await reader.stock(skus)
    free: dict[str, int] = {}
    for level in levels:
        free[level.sku] = free.get(level.sku, 0) + level.available
    return Shelf(await reader.products(skus), free)


def check_currency(currency: str, shop: Shop) -> list[Refusal]:
    """The shop sells in it."""
    if is_currency(currency) and currency in shop.currencies:
        return []
    words = ", ".join(shop.currencies)
    return [Refusal(ErrorCode.CURRENCY_UNSUPPORTED, f"This shop sells in {words}.", ("currency",))]


def check_address(address: Address, place: str, complete: bool, checks: ContactChecks) -> tuple[Address, list[Refusal]]:
    """The address in its country's form, and what is missing or wrong in it, field by field."""
    checked = checks.address(address, complete)
    found = [Refusal(ErrorCode.INVALID_ADDRESS, text, (place, field)) for field, text in checked.problems]
    tidy = checked.address
    if tidy.phone:
        phone = checks.phone(tidy.phone, tidy.country_code)
        if phone is None:
            found.append(Refusal(ErrorCode.INVALID_PHONE, "This is no phone number.", (place, "phone")))
        tidy = replace(tidy, phone=phone)
    return tidy, found


def wanted(lines: Sequence[LineRequest], shelf: Shelf, currency: str) -> tuple[Wanted, ...]:
    """The lines that can be priced."""
    found = []
    for line in lines:
        product = shelf.products.get(line.sku)
        price = product.price_in(currency) if product else None
        if product is not None and price is not None and line.quantity > 0:
            found.append(Wanted(product, line.quantity, price))
    return tuple(found)


def check_prices(lines: Sequence[LineRequest], shelf: Shelf, currency: str) -> list[Refusal]:
    """What the storefront showed is still what it costs."""
    found = []
    for index, line in enumerate(lines):
        product = shelf.products.get(line.sku)
        price = product.price_in(currency) if product else None
        if line.expected_unit_price is None or price is None:
            continue
        try:
            same = from_decimal(line.expected_unit_price, currency) == price
        except ValueError:
            same = False
        if not same:
            place = ("lines", str(index), "expectedUnitPrice")
            found.append(Refusal(ErrorCode.PRICE_CHANGED, "The price of this item has changed.", place))
    return found


def destination(address: Address) -> Destination:
    """What of an address decides tax and shipping."""
    return Destination(address.country_code, address.province_code)


def offers_to(
    address: Address | None, chosen: Sequence[Wanted], currency: str, shop: Shop, locale: str
) -> tuple[ServiceOffer, ...]:
    """Services to this address; none while it is not known."""
    if address is None or not chosen:
        return ()
    return service_offers(shop, chosen, currency, destination(address), locale)
