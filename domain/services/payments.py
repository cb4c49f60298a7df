"""How an order is to be paid: what was asked for, made into payments that together pay exactly its total."""

from dataclasses import replace
from decimal import Decimal

from domain.model.commands import PaymentRequest, PlaceOrder
from domain.model.errors import ErrorCode, Refusal
from domain.model.money import from_decimal, is_currency
from domain.model.payments import Payment, PaymentMethod
from domain.model.shop import Shop
from domain.ports import Ports

NEEDS_TOKEN = (PaymentMethod.CARD, PaymentMethod.WALLET)


def minor_units(amount: Decimal, currency: str) -> int | None:
    """None for what is no amount of that currency."""
    try:
        return from_decimal(amount, currency)
    except ValueError:
        return None


def agreed_payments(
    command: PlaceOrder, total: int | None, shop: Shop, ports: Ports
) -> tuple[tuple[Payment, ...], list[Refusal]]:
    """One payment a request; the one without an amount pays the rest. Together they pay exactly the total.

    While the total is not known, only what is wrong with each by itself.
    """
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
        exact = minor_units(asked.amount, currency)
        if is_currency(currency) and (exact is None or exact <= 0):
            return None, [Refusal(ErrorCode.INVALID, "This is no amount.", (*place, "amount"))]
        amount = exact or 0
    return Payment(f"p{index + 1}", asked.method, option.gateway, amount, ports.clock.now(), asked.token), []
