"""Everything that can be wrong with an order before it is stored, found at once; and what is agreed if nothing is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.model.addresses import Address
from domain.model.commands import PlaceOrder
from domain.model.errors import ErrorCode, Refusal
from domain.model.orders import Buyer, Delivery, DeliveryConfirmation, DeliveryMethod, OrderLine, UnavailablePolicy
from domain.model.products import Attribute, Customer
from domain.model.shop import Shop
from domain.model.text import clean
from domain.policies.eligibility import (
    TEXT_LIMIT,
    WORD_LIMIT,
    check_lines,
    check_stock,
    check_texts,
    first_of_each_field,
    is_locale,
    is_usable,
)
from domain.policies.pricing import ServiceOffer, Totals, Wanted, choose_service, promised, totals
from domain.ports import Ports
from domain.services.basket import Shelf, check_address, check_currency, check_prices, destination, offers_to, wanted
from domain.services.payments import agreed_payments, minor_units


@dataclass(frozen=True, slots=True)
class Checked:
    """`agreed` are the fields of `order.placed` that are not drawn at the moment of storing."""

    refusals: tuple[Refusal, ...]
    buyer: Buyer
    agreed: dict[str, Any]


def check(command: PlaceOrder, shelf: Shelf, customer: Customer | None, ports: Ports) -> Checked:
    """All faults of the input, each with its place; without any, everything an order is made of."""
    shop = ports.shops.current()
    refusals = check_texts(command, shelf.products)
    refusals += check_currency(command.currency, shop)
    refusals += check_lines(command.lines, shelf.products, command.currency, shop)
    if len(command.lines) <= shop.max_lines:
        refusals += check_stock(command.lines, shelf.products, shelf.free, command.if_unavailable)
    refusals += check_prices(command.lines, shelf, command.currency)
    refusals += _check_words(command, customer, shop)
    buyer, wrong = _buyer(command, customer, ports)
    refusals += wrong
    nowhere = any(refusal.field == ("shippingAddress", "countryCode") for refusal in refusals)
    to = None if nowhere else buyer.shipping_address
    locale = _locale(command, customer, shop)
    chosen = wanted(command.lines, shelf, command.currency)
    offer, wrong = (None, []) if nowhere else _delivery(command, to, chosen, shop, locale)
    refusals += wrong
    sums = totals(shop, chosen, offer.price if offer else 0, destination(to) if to else None)
    complete = offer is not None and len(chosen) == len(command.lines)
    payments, wrong = agreed_payments(command, sums.total if complete else None, shop, ports)
    refusals += wrong
    if complete:
        refusals += _check_total(command, sums.total)
    if refusals or offer is None or to is None:
        return Checked(first_of_each_field(refusals), buyer, {})
    agreed = {
        "locale": locale,
        "lines": _lines(command, chosen, sums),
        "delivery": _agreed_delivery(command, offer, sums),
        "country": to.country_code,
        "payments": payments,
        "estimate": promised(offer, ports.clock.now()),
    }
    return Checked((), buyer, agreed | _sums(sums, shop) | _said(command, customer, shop))


def _sums(sums: Totals, shop: Shop) -> dict[str, Any]:
    return {
        "tax_included": shop.tax_included,
        "subtotal": sums.subtotal,
        "discount_total": 0,
        "shipping_total": sums.shipping,
        "tax_total": sums.tax,
        "total": sums.total,
    }


def _said(command: PlaceOrder, customer: Customer | None, shop: Shop) -> dict[str, Any]:
    """What is taken over as it was said."""
    return {
        "channel": command.channel or shop.default_channel,
        "currency": command.currency,
        "reference": _tidy(command.reference, WORD_LIMIT),
        "customer_tier": customer.tier if customer else None,
        "if_unavailable": command.if_unavailable,
        "notify_by": command.notify_by,
        "metadata": _tidied(command.metadata),
    }


def _tidy(text: str | None, limit: int) -> str | None:
    """In its one form; nothing of what is empty or cannot be used, for that is refused elsewhere."""
    return clean(text, limit) if text and is_usable(text, limit) else None


def _tidied(attributes: Sequence[Attribute]) -> tuple[Attribute, ...]:
    return tuple(Attribute(clean(one.key, TEXT_LIMIT), clean(one.value, TEXT_LIMIT)) for one in attributes)


def _check_words(command: PlaceOrder, customer: Customer | None, shop: Shop) -> list[Refusal]:
    found: list[Refusal] = []
    if command.customer_id is not None and customer is None:
        found.append(Refusal(ErrorCode.NOT_FOUND, "There is no such customer.", ("customerId",)))
    if not command.key.strip():
        found.append(Refusal(ErrorCode.INVALID, "Give every order a key of its own.", ("idempotencyKey",)))
    if command.channel is not None and shop.channel(command.channel) is None:
        found.append(Refusal(ErrorCode.INVALID, "There is no such channel.", ("channel",)))
    if command.locale is not None and not is_locale(command.locale):
        found.append(Refusal(ErrorCode.INVALID, "Write the language like en or de-AT.", ("locale",)))
    begins, ends = command.delivery.window_from, command.delivery.window_to
    if begins is not None and ends is not None and ends <= begins:
        found.append(Refusal(ErrorCode.INVALID, "The window ends before it begins.", ("delivery", "window")))
    if command.if_unavailable is UnavailablePolicy.SHIP_AVAILABLE:
        text = "Orders in parts are not offered here; choose REJECT or BACKORDER."
        found.append(Refusal(ErrorCode.NOT_ALLOWED, text, ("ifUnavailable",)))
    found += [
        Refusal(ErrorCode.DISCOUNT_INVALID, "This code is not valid.", ("discountCodes", str(index)))
        for index, _ in enumerate(command.discount_codes)
    ]
    if len(command.metadata) > 50:
        found.append(Refusal(ErrorCode.LIMIT_EXCEEDED, "Metadata holds 50 entries at most.", ("metadata",)))
    return found


def _locale(command: PlaceOrder, customer: Customer | None, shop: Shop) -> str:
    asked = command.locale or (customer.locale if customer else None) or shop.locale
    return asked.replace("_", "-")


def _buyer(command: PlaceOrder, customer: Customer | None, ports: Ports) -> tuple[Buyer, list[Refusal]]:
    """The words about people, each in its one form; what is wrong with them."""
    found: list[Refusal] = []
    shipping, billing = command.shipping_address, command.billing_address
    if shipping is not None:
        shipping, wrong = check_address(shipping, "shippingAddress", True, ports.checks)
        found += wrong
    if billing is not None:
        billing, wrong = check_address(billing, "billingAddress", True, ports.checks)
        found += wrong
    email, phone, wrong = _contact(command, customer, shipping, ports)
    found += wrong
    name = (shipping.name if shipping else None) or (billing.name if billing else None)
    return Buyer(
        name=name or (customer.name if customer else None),
        email=email,
        phone=phone,
        shipping_address=shipping,
        billing_address=billing,
        instructions=_tidy(command.delivery.instructions, TEXT_LIMIT),
        note=_tidy(command.note, TEXT_LIMIT),
    ), found


def _contact(
    command: PlaceOrder, customer: Customer | None, shipping: Address | None, ports: Ports
) -> tuple[str | None, str | None, list[Refusal]]:
    """Where the buyer can be told: an e-mail address, a phone number, or both."""
    found: list[Refusal] = []
    email = customer.email if customer else None
    if command.email is not None:
        email = ports.checks.email(command.email)
        if email is None:
            found.append(Refusal(ErrorCode.INVALID_EMAIL, "This is no e-mail address.", ("email",)))
    phone = customer.phone if customer else None
    if command.phone is not None:
        phone = ports.checks.phone(command.phone, shipping.country_code if shipping else None)
        if phone is None:
            found.append(Refusal(ErrorCode.INVALID_PHONE, "This is no phone number.", ("phone",)))
    if email is None and phone is None and not found:
        text = "Give an e-mail address or a phone number, so that we can tell you what happens."
        found.append(Refusal(ErrorCode.INVALID, text, ("email",)))
    return email, phone, found


def _delivery(
    command: PlaceOrder, to: Address | None, chosen: Sequence[Wanted], shop: Shop, locale: str
) -> tuple[ServiceOffer | None, list[Refusal]]:
    asked = command.delivery
    if to is None:
        text = "Say where the order goes."
        return None, [Refusal(ErrorCode.INVALID_ADDRESS, text, ("shippingAddress",))]
    if not chosen:
        return None, []
    offer = choose_service(offers_to(to, chosen, command.currency, shop, locale), asked.method, asked.service)
    if offer is None:
        text = "This is not offered for this order and address. Ask for a quote to see what is."
        return None, [Refusal(ErrorCode.DELIVERY_UNAVAILABLE, text, ("delivery",))]
    if asked.method is DeliveryMethod.PICKUP and shop.location(asked.pickup_location or "") is None:
        text = "Choose where to collect the order."
        return offer, [Refusal(ErrorCode.INVALID, text, ("delivery", "pickupLocationId"))]
    return offer, []


def _agreed_delivery(command: PlaceOrder, offer: ServiceOffer, sums: Totals) -> Delivery:
    asked = command.delivery
    return Delivery(
        method=offer.method,
        service=offer.service,
        title=offer.title,
        price=offer.price,
        tax=sums.shipping_tax,
        confirmation=asked.confirmation or DeliveryConfirmation.NONE,
        pickup_location=asked.pickup_location,
        window_from=asked.window_from,
        window_to=asked.window_to,
    )


def _lines(command: PlaceOrder, chosen: Sequence[Wanted], sums: Totals) -> tuple[OrderLine, ...]:
    return tuple(
        OrderLine(
            id=f"l{number}",
            sku=one.product.sku,
            title=one.product.title,
            quantity=one.quantity,
            unit_price=one.unit_price,
            total=one.total,
            tax=tax,
            options=one.product.options + _tidied(request.options),
            image_url=one.product.image_url,
            category=one.product.category,
            weight_grams=one.product.weight_grams,
            returnable=one.product.returnable,
        )
        for number, (request, one, tax) in enumerate(zip(command.lines, chosen, sums.line_taxes, strict=True), 1)
    )


def _check_total(command: PlaceOrder, total: int) -> list[Refusal]:
    if command.expected_total is None or minor_units(command.expected_total, command.currency) == total:
        return []
    text = "The total has changed. Ask for a quote and show it again."
    return [Refusal(ErrorCode.PRICE_CHANGED, text, ("expectedTotal",))]
