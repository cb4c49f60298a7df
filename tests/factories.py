"""Things for tests, filled with defaults, so that a test states only what matters to it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from domain.adapters.ids import SeededIds
from domain.adapters.personals import SealedPersonals
from domain.model import events as e
from domain.model.actors import ActorKind, ActorRef
from domain.model.addresses import Address
from domain.model.changes import Changes
from domain.model.effects import Effect
from domain.model.orders import Buyer, Delivery, DeliveryMethod, Order, OrderLine, OrderStatus
from domain.model.payments import (
    Payment,
    PaymentMethod,
)
from domain.model.products import Price, Product
from domain.model.returns import (
    ReturnMethod,
)
from domain.model.shop import (
    AutoApprove,
    Channel,
    ChannelKind,
    Location,
    LocationKind,
    PaymentOption,
    PriceTier,
    Reason,
    ReturnWay,
    RiskPolicy,
    ShippingRate,
    Shop,
    TaxRate,
)

NOW = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
SYSTEM = ActorRef(ActorKind.SYSTEM)


def a_product(sku: str = "TEE-M", title: str = "T-shirt", amount: int = 1999, **changes: Any) -> Product:
    return replace(Product(sku, title, (Price("EUR", amount), Price("USD", amount + 200))), **changes)


def a_buyer(**changes: Any) -> Buyer:
    home = Address("DE", name="Ada Lovelace", address1="Torstr. 1", city="Berlin", zip="10119")
    buyer = Buyer(name="Ada Lovelace", email="ada@example.com", phone="+4930901820", shipping_address=home)
    return replace(buyer, **changes)


def a_line(number: int = 1, sku: str = "TEE-M", quantity: int = 1, unit_price: int = 1999, **changes: Any) -> OrderLine:
    line = OrderLine(f"l{number}", sku, f"Title of {sku}", quantity, unit_price, quantity * unit_price)
    return replace(line, **changes)


def a_payment(number: int = 1, amount: int = 1999, **changes: Any) -> Payment:
    payment = Payment(f"p{number}", PaymentMethod.CARD, "stripe", amount, NOW, token="pm_card_visa")
    return replace(payment, **changes)


def order_placed(lines: Iterable[OrderLine] = (), **changes: Any) -> e.OrderPlaced:
    lines = tuple(lines) or (a_line(),)
    total = sum(line.total for line in lines)
    placed = e.OrderPlaced(
        number="ABCDE-FGHJ0",
        channel="web",
        currency="EUR",
        locale="en",
        lines=lines,
        delivery=Delivery(DeliveryMethod.SHIPPING, "standard", "Standard", 0),
        tax_included=True,
        subtotal=total,
        discount_total=0,
        shipping_total=0,
        tax_total=0,
        total=total,
        country="DE",
        workflow="order",
        workflow_version=1,
        payments=(a_payment(amount=total),),
    )
    return replace(placed, **changes)


def a_placement(
    order_id: str = "0" * 32, *, buyer: Buyer | None = None, now: datetime = NOW, seed: int = 0, **changes: Any
) -> Changes:
    """The changes that place an order: `order.placed`, into its first state, with its number as a reference."""
    placement = Changes(None, SYSTEM, now, order_id)
    row = SealedPersonals(b"secret", SeededIds(seed)).seal(buyer) if buyer else None
    placed = order_placed(**({"personal": row.ref if row else None} | changes))
    placement.add(placed)
    if row is not None:
        placement.keep_personal(row, buyer)
    placement.add(
        e.WorkflowMoved("received", OrderStatus.PENDING, "placed", tasks=(e.StartedTask("stock", "reserve"),))
    )
    placement.refer("number", placed.number)
    return placement


def an_order(order_id: str = "0" * 32, **changes: Any) -> Order:
    """An order that was just placed."""
    return a_placement(order_id, **changes).order


def an_effect(key: str = "o:1:announce", *, run_at: datetime = NOW, **changes: Any) -> Effect:
    return replace(Effect(key, "announce", run_at, NOW), **changes)


# ------------------------------------------------------------------ the shop


def a_shop(**changes: Any) -> Shop:
    """Sells in euros and dollars, tax included, from three places; dearer than 1,000 euros needs an approval."""
    shop = Shop(
        name="Alder & Finch",
        currencies=("EUR", "USD"),
        exchange={"USD": "0.92"},
        approval_from="1000.00",
        channels=(Channel("web", "Web shop"), Channel("desk", "Customer service", ChannelKind.CUSTOMER_SERVICE)),
        default_channel="web",
        locations=(
            Location("hamburg", "Hamburg warehouse", serves=("DE", "AT")),
            Location("vienna", "Vienna store", LocationKind.STORE, Address("AT", city="Wien"), serves=("AT",)),
            Location("newark", "Newark warehouse", serves=("US",)),
        ),
        shipping=(
            a_rate("standard", "4.90", free_from="60.00", countries=("DE", "AT")),
            a_rate("express", "11.90", days=(1, 1), countries=("DE",)),
            a_rate("standard", "18.90", days=(5, 15)),
            a_rate("store", "0.00", countries=("AT",), method=DeliveryMethod.PICKUP),
        ),
        taxes=(
            TaxRate("DE", "0.19"),
            TaxRate("DE", "0.07", category="books"),
            TaxRate("AT", "0.20"),
            TaxRate("US", "0.06625", region="NJ"),
        ),
        payment_options=(
            PaymentOption(PaymentMethod.CARD, "stripe", {"en": "Card", "de": "Karte"}),
            PaymentOption(PaymentMethod.INVOICE, "nobody", {"en": "Invoice"}),
        ),
        cancel_reasons=(
            Reason("CHANGED_MIND", {"en": "I changed my mind"}),
            Reason("OTHER", {"en": "Something else"}, needs_note=True),
        ),
        return_reasons=(
            Reason("UNWANTED", {"en": "I no longer want it"}),
            Reason("DEFECTIVE", {"en": "It does not work"}, needs_note=True, free=True),
            Reason("WRONG_ITEM", {"en": "Not what I ordered"}, free=True),
        ),
        return_methods=(
            ReturnWay(ReturnMethod.SHIP, {"en": "Send it"}, {"EUR": "2.90", "USD": "3.20"}),
            ReturnWay(ReturnMethod.IN_STORE, {"en": "Bring it"}, locations=("vienna",)),
            ReturnWay(ReturnMethod.KEEP, {"en": "Keep it"}),
        ),
        final_sale=("gift-cards",),
        auto_approve=AutoApprove(on=True, up_to="150.00"),
        risk=RiskPolicy(review_from=0.6, amount_from={"EUR": "750.00", "USD": "800.00"}),
    )
    return replace(shop, **changes)


def a_rate(
    service: str, price: str, *, free_from: str | None = None, countries: Iterable[str] = ("*",), **changes: Any
) -> ShippingRate:
    """The same number of euros and of dollars; for nothing from a basket of `free_from` on."""
    tiers = [PriceTier({"EUR": price, "USD": price})]
    if free_from is not None:
        tiers.append(PriceTier({"EUR": "0.00", "USD": "0.00"}, basket_from={"EUR": free_from, "USD": free_from}))
    rate = ShippingRate(service, {"en": f"{service.title()} delivery"}, tuple(countries), tuple(tiers), (2, 4))
    return replace(rate, **changes)
