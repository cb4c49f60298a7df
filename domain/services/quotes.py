"""What an order would cost and when it would arrive. Nothing is reserved, nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.model.actors import Actor
from domain.model.commands import AskQuote, DeliveryRequest
from domain.model.errors import ErrorCode, Refusal
from domain.model.orders import DeliveryMethod
from domain.model.payments import PaymentMethod
from domain.model.products import Availability, Product
from domain.model.shipments import DeliveryEstimate
from domain.model.shop import Shop, in_language
from domain.policies.eligibility import availability, check_lines, check_texts, first_of_each_field
from domain.policies.pricing import ServiceOffer, Totals, choose_service, promised, totals
from domain.ports import Ports, Reader
from domain.services.basket import Shelf, check_address, check_currency, check_prices, destination, look_up, offers_to
from domain.services.basket import wanted as wanted_lines


@dataclass(frozen=True, slots=True)
class QuoteLine:
    sku: str
    quantity: int
    product: Product | None
    unit_price: int | None
    total: int | None
    availability: Availability
    alternatives: tuple[Product, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    method: DeliveryMethod
    service: str
    title: str
    price: int
    estimate: DeliveryEstimate


@dataclass(frozen=True, slots=True)
class PaymentOption:
    method: PaymentMethod
    gateway: str
    title: str
    public_key: str | None


@dataclass(frozen=True, slots=True)
class Quote:
    """Amounts in minor units of `currency`; None until they can be known."""

    currency: str
    lines: tuple[QuoteLine, ...]
    tax_included: bool
    delivery_options: tuple[DeliveryOption, ...]
    payment_options: tuple[PaymentOption, ...]
    refusals: tuple[Refusal, ...]
    subtotal: int | None = None
    discount_total: int | None = None
    shipping_total: int | None = None
    tax_total: int | None = None
    total: int | None = None


async def quote(command: AskQuote, actor: Actor, ports: Ports, locale: str = "en") -> Quote:
    """Prices, ways of delivery and of paying as they are now; every fault of the input beside them."""
    shop = ports.shops.current()

    async def work(reader: Reader) -> tuple[Shelf, dict[str, tuple[Product, ...]]]:
        shelf = await look_up(command.lines, reader)
        return shelf, await _alternatives(shelf, reader)

    shelf, alternatives = await ports.store.read(work)
    refusals = _faults(command, shelf, shop)
    address = command.shipping_address
    if address is not None:
        address, wrong = check_address(address, "shippingAddress", False, ports.checks)
        refusals += wrong
        address = None if wrong else address
    chosen = wanted_lines(command.lines, shelf, command.currency)
    offers = offers_to(address, chosen, command.currency, shop, locale)
    best = _chosen(command.delivery, offers)
    if address is not None and chosen and best is None:
        refusals.append(Refusal(ErrorCode.DELIVERY_UNAVAILABLE, "We cannot deliver this there.", ("delivery",)))
    found = Quote(
        currency=command.currency,
        lines=tuple(
            _line(line.sku, line.quantity, shelf, command.currency, shop, alternatives.get(line.sku, ()))
            for line in command.lines
        ),
        tax_included=shop.tax_included,
        delivery_options=tuple(_option(offer, ports) for offer in offers),
        payment_options=payment_options(shop, locale, ports),
        refusals=first_of_each_field(refusals),
    )
    sums = totals(shop, chosen, best.price if best else 0, destination(address) if address else None)
    return _with_amounts(found, sums, best is not None) if chosen and len(chosen) == len(command.lines) else found


def _faults(command: AskQuote, shelf: Shelf, shop: Shop) -> list[Refusal]:
    """What is wrong with the basket itself, wherever it may go."""
    refusals = check_texts(command, shelf.products)
    refusals += check_currency(command.currency, shop)
    refusals += check_lines(command.lines, shelf.products, command.currency, shop)
    refusals += check_prices(command.lines, shelf, command.currency)
    return refusals + [
        Refusal(ErrorCode.DISCOUNT_INVALID, "This code is not valid.", ("discountCodes", str(index)))
        for index, _ in enumerate(command.discount_codes)
    ]


def _with_amounts(found: Quote, sums: Totals, deliverable: bool) -> Quote:
    """What all lines cost; with delivery and tax once it is known how it travels."""
    found = replace(found, subtotal=sums.subtotal, discount_total=0)
    if not deliverable:
        return found
    return replace(found, shipping_total=sums.shipping, tax_total=sums.tax, total=sums.total)


def _chosen(asked: DeliveryRequest | None, offers: Sequence[ServiceOffer]) -> ServiceOffer | None:
    """The way of delivery that was asked for; else the cheapest that brings it, else the cheapest."""
    if asked is not None:
        return choose_service(offers, asked.method, asked.service)
    return choose_service(offers, DeliveryMethod.SHIPPING, None) or next(iter(offers), None)


def payment_options(shop: Shop, locale: str, ports: Ports) -> tuple[PaymentOption, ...]:
    """The ways to pay that the shop offers and somebody here can take, titled in the buyer's language."""
    return tuple(
        PaymentOption(one.method, one.gateway, in_language(one.titles, locale), one.public_key)
        for one in shop.payment_options
        if one.gateway in ports.payments
    )


def _line(
    sku: str, quantity: int, shelf: Shelf, currency: str, shop: Shop, alternatives: tuple[Product, ...]
) -> QuoteLine:
    product = shelf.products.get(sku)
    price = product.price_in(currency) if product else None
    free = shelf.free.get(sku, 0) if product else 0
    there = availability(free, shop) if free >= quantity else Availability.OUT_OF_STOCK
    total = price * quantity if price is not None else None
    return QuoteLine(sku, quantity, product, price, total, there, alternatives)


def _option(offer: ServiceOffer, ports: Ports) -> DeliveryOption:
    return DeliveryOption(offer.method, offer.service, offer.title, offer.price, promised(offer, ports.clock.now()))


async def _alternatives(shelf: Shelf, reader: Reader) -> dict[str, tuple[Product, ...]]:
    """For what is not there: the other sizes and colors of it that are."""
    found: dict[str, tuple[Product, ...]] = {}
    for product in shelf.products.values():
        if shelf.free.get(product.sku, 0) > 0 or product.group is None:
            continue
        siblings = [one for one in await reader.product_group(product.group) if one.sku != product.sku]
        levels = await reader.stock({one.sku for one in siblings})
        there = {level.sku for level in levels if level.available > 0}
        found[product.sku] = tuple(one for one in siblings if one.sku in there)
    return found
