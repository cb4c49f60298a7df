"""Everything that can be wrong with an order before it is stored, found at once; and what is agreed if nothing is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from domain.model.addresses import Address
from domain.model.commands import PaymentRequest, PlaceOrder
from domain.model.errors import ErrorCode, Refusal
from domain.model.money import from_decimal
from domain.model.orders import Buyer, Delivery, DeliveryConfirmation, DeliveryMethod, OrderLine, UnavailablePolicy
from domain.model.payments import Payment, PaymentMethod
from domain.model.products import Customer
from domain.model.shop import Shop
from domain.model.text import clean
from domain.policies.eligibility import check_lines, check_stock, check_texts
from domain.policies.pricing import ServiceOffer, Totals, Wanted, choose_service, promised, totals
from domain.ports import Ports
from domain.services.basket import Shelf, check_address, check_currency, check_prices, destination, offers_to, wanted

LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
NEEDS_TOKEN = (PaymentMethod.CARD, PaymentMethod.WALLET)


@dataclass(frozen=True, slots=True)
class Checked:
    """`agreed` are the fields of `order.placed` that are not drawn at the moment of storing."""

    refusals: tuple[Refusal, ...]
    buyer: Buyer
    agreed: dict[str, Any]


def check(command: PlaceOrder, shelf: Shelf, customer: Customer | None, ports: Ports) -> Checked:
    """All faults of the input, each with its place; without any, everything an order is made of."""
    shop, now = ports.shops.current(), ports.clock.now()
    refusals = check_texts(command)
    if refusals:
        return Checked(tuple(refusals), Buyer(), {})
    currency = command.currency
    refusals += check_currency(currency, shop)
    refusals += check_lines(command.lines, shelf.products, currency, shop)
    refusals += check_prices(command.lines, shelf, currency)
    refusals += _check_words(command, shop)
    buyer, wrong = _buyer(command, customer, ports)
    refusals += wrong
    locale = _locale(command, customer, shop)
    chosen = wanted(command.lines, shelf, currency)
    to = buyer.shipping_address
    offer, wrong = _delivery(command, to, chosen, shop, locale)
    refusals += wrong
    sums = totals(shop, chosen, offer.price if offer else 0, destination(to) if to else None)
    complete = offer is not None and len(chosen) == len(command.lines)
    payments, wrong = _payments(command, sums.total if complete else None, shop, ports)
    refusals += wrong
    if complete:
        refusals += _check_total(command, sums.total)
        refusals += check_stock(command.lines, shelf.free, command.if_unavailable)
    if refusals or offer is None or to is None:
        return Checked(tuple(refusals), buyer, {})
    return Checked(
        (),
        buyer,
        {
            "channel": command.channel or shop.default_channel,
            "currency": currency,
            "locale": locale,
            "lines": _lines(command, chosen, sums),
            "delivery": _agreed_delivery(command, offer, sums),
            "tax_included": shop.tax_included,
            "subtotal": sums.subtotal,
            "discount_total": 0,
            "shipping_total": sums.shipping,
            "tax_total": sums.tax,
            "total": sums.total,
            "country": to.country_code,
            "payments": payments,
            "reference": clean(command.reference, 200) if command.reference else None,
            "customer_id": customer.id if customer else None,
            "customer_tier": customer.tier if customer else None,
            "if_unavailable": command.if_unavailable,
            "notify_by": command.notify_by,
            "metadata": command.metadata,
            "estimate": promised(offer, now),
        },
    )


def _check_words(command: PlaceOrder, shop: Shop) -> list[Refusal]:
    found: list[Refusal] = []
    if not command.key.strip():
        found.append(Refusal(ErrorCode.INVALID, "Give every order a key of its own.", ("idempotencyKey",)))
    if command.channel is not None and shop.channel(command.channel) is None:
        found.append(Refusal(ErrorCode.INVALID, "There is no such channel.", ("channel",)))
    if command.locale is not None and not LOCALE.fullmatch(command.locale):
        found.append(Refusal(ErrorCode.INVALID, "Write the language like en or de-AT.", ("locale",)))
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
    email = command.email or (customer.email if customer else None)
    if command.email is not None:
        email = ports.checks.email(command.email)
        if email is None:
            found.append(Refusal(ErrorCode.INVALID_EMAIL, "This is no e-mail address.", ("email",)))
    phone = command.phone or (customer.phone if customer else None)
    if command.phone is not None:
        phone = ports.checks.phone(command.phone, shipping.country_code if shipping else None)
        if phone is None:
            found.append(Refusal(ErrorCode.INVALID_PHONE, "This is no phone number.", ("phone",)))
    if email is None and phone is None and not found:
        text = "Give an e-mail address or a phone number, so that we can tell you what happens."
        found.append(Refusal(ErrorCode.INVALID, text, ("email",)))
    name = (shipping.name if shipping else None) or (billing.name if billing else None)
    instructions = command.delivery.instructions
    return Buyer(
        name=name or (customer.name if customer else None),
        email=email,
        phone=phone,
        shipping_address=shipping,
        billing_address=billing,
        instructions=clean(instructions, 2000) if instructions else None,
        note=clean(command.note, 2000) if command.note else None,
    ), found


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
            options=one.product.options + request.options,
            image_url=one.product.image_url,
            category=one.product.category,
            weight_grams=one.product.weight_grams,
            returnable=one.product.returnable,
        )
        for number, (request, one, tax) in enumerate(zip(command.lines, chosen, sums.line_taxes, strict=True), 1)
    )


def _check_total(command: PlaceOrder, total: int) -> list[Refusal]:
    if command.expected_total is None or _minor(command.expected_total, command.currency) == total:
        return []
    text = "The total has changed. Ask for a quote and show it again."
    return [Refusal(ErrorCode.PRICE_CHANGED, text, ("expectedTotal",))]


def _minor(amount: Decimal, currency: str) -> int | None:
    try:
        return from_decimal(amount, currency)
    except ValueError:
        return None


def _payments(
    command: PlaceOrder, total: int | None, shop: Shop, ports: Ports
) -> tuple[tuple[Payment, ...], list[Refusal]]:
    """One payment a request; the one without an amount pays the rest. Together they pay exactly the total."""
    found: list[Refusal] = []
    payments: list[Payment] = []
    open_ended = [index for index, asked in enumerate(command.payments) if asked.amount is None]
    if len(open_ended) > 1:
        place = ("payments", str(open_ended[1]), "amount")
        found.append(Refusal(ErrorCode.INVALID, "Only one payment may leave its amount open.", place))
    left = total or 0
    for index, asked in enumerate(command.payments):
        payment, wrong = _payment(index, asked, command.currency, shop, ports)
        found += wrong
        if payment is not None:
            payments.append(payment)
            left -= payment.amount
    if found or total is None:
        return (), found
    if left < 0:
        found.append(Refusal(ErrorCode.AMOUNT_EXCEEDED, "The payments are more than the total.", ("payments",)))
    elif open_ended:
        payments[open_ended[0]] = replace(payments[open_ended[0]], amount=left)
    elif left > 0:
        text = "Choose how to pay." if not payments else "The payments do not reach the total."
        found.append(Refusal(ErrorCode.INVALID, text, ("payments",)))
    return tuple(payment for payment in payments if payment.amount > 0), found


def _payment(
    index: int, asked: PaymentRequest, currency: str, shop: Shop, ports: Ports
) -> tuple[Payment | None, list[Refusal]]:
    place = ("payments", str(index))
    option = next(
        (one for one in shop.payment_options if one.method is asked.method and asked.gateway in (None, one.gateway)),
        None,
    )
    if option is None or option.gateway not in ports.payments:
        return None, [Refusal(ErrorCode.PAYMENT_UNSUPPORTED, "This way to pay is not offered.", (*place, "method"))]
    if asked.method in NEEDS_TOKEN and not asked.token:
        text = "The provider's token is missing."
        return None, [Refusal(ErrorCode.INVALID, text, (*place, "token"))]
    amount = 0
    if asked.amount is not None:
        exact = _minor(asked.amount, currency)
        if exact is None or exact <= 0:
            return None, [Refusal(ErrorCode.INVALID, "This is no amount.", (*place, "amount"))]
        amount = exact
    return Payment(f"p{index + 1}", asked.method, option.gateway, amount, ports.clock.now(), asked.token), []
