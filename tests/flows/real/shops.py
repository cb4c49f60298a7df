"""The shops that the data is about, as documents of ours."""

from collections.abc import Sequence

from domain.model.payments import PaymentMethod
from domain.model.returns import RefundShipping, ReturnMethod
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
    ShippingRate,
    Shop,
    Windows,
)
from tests.flows.real.marketplace import RealOrder

EVER = "P3650D"
"""Nobody ever gave one of these orders up because it was old."""


def service_of(freight: int) -> str:
    return f"freight-{freight}"


def freights(orders: Sequence[RealOrder]) -> tuple[ShippingRate, ...]:
    """Every freight that one of these paid is a row of the table."""
    return tuple(_rate(freight, "BRL") for freight in sorted({order.freight for order in orders}))


def marketplace(orders: Sequence[RealOrder]) -> Shop:
    """Every seller is a place that sends by itself; the rates are set month by month."""
    sellers = sorted({seller for order in orders for seller in order.sellers})
    return Shop(
        name="marketplace",
        currencies=("BRL",),
        channels=(Channel("market", "Marketplace", ChannelKind.MARKETPLACE),),
        default_channel="market",
        time_zone="America/Sao_Paulo",
        locations=tuple(Location(seller, seller, LocationKind.SUPPLIER) for seller in sellers),
        shipping=(),
        payment_options=(
            PaymentOption(PaymentMethod.CARD, "stripe", {"en": "Card"}),
            PaymentOption(PaymentMethod.BANK_TRANSFER, "stripe", {"en": "Boleto"}),
            PaymentOption(PaymentMethod.STORE_CREDIT, "credit", {"en": "Voucher"}),
        ),
        cancel_reasons=(Reason("CHANGED_MIND", {"en": "I changed my mind"}),),
        return_reasons=(Reason("UNWANTED", {"en": "I no longer want it"}),),
        return_methods=(ReturnWay(ReturnMethod.SHIP, {"en": "Send it"}),),
        windows=Windows(payment=EVER, reservation=EVER, link=EVER),
    )


def wholesaler() -> Shop:
    """One house that sends whatever was ordered, and takes it back long after."""
    return Shop(
        name="wholesaler",
        currencies=("GBP",),
        channels=(Channel("desk", "Order desk", ChannelKind.B2B_PORTAL),),
        default_channel="desk",
        time_zone="Europe/London",
        locations=(Location("warehouse", "Warehouse"),),
        shipping=(_rate(0, "GBP"),),
        payment_options=(PaymentOption(PaymentMethod.INVOICE, "credit", {"en": "Invoice"}),),
        return_reasons=(Reason("UNWANTED", {"en": "I no longer want it"}),),
        return_methods=(ReturnWay(ReturnMethod.SHIP, {"en": "Send it"}),),
        auto_approve=AutoApprove(on=True),
        refund_shipping=RefundShipping.NEVER,
        windows=Windows(link=EVER, returns="P500D"),
        max_lines=1000,
        max_quantity=100_000,
    )


def _rate(freight: int, currency: str) -> ShippingRate:
    tier = PriceTier({currency: f"{freight // 100}.{freight % 100:02}"})
    return ShippingRate(service_of(freight), {"en": "Freight"}, ("*",), (tier,), (1, 60))
