"""What is wrong with what somebody wants to order: all of it at once, each with its place in the input."""

from collections.abc import Mapping, Sequence

from domain.model.commands import LineRequest, PlaceOrder
from domain.model.errors import ErrorCode, Refusal
from domain.model.orders import UnavailablePolicy
from domain.model.products import Availability, Product
from domain.model.shop import Shop
from domain.model.text import UnusableText, clean
from domain.policies.card_data import looks_like_card

TEXT_LIMIT = 2000
WORD_LIMIT = 200


def availability(available: int, shop: Shop) -> Availability:
    """Of a product of which so many units are free; who is out of stock may be ordered on backorder only."""
    if available <= 0:
        return Availability.OUT_OF_STOCK
    return Availability.LOW_STOCK if available < shop.low_stock_from else Availability.IN_STOCK


def check_lines(
    lines: Sequence[LineRequest], products: Mapping[str, Product], currency: str, shop: Shop
) -> list[Refusal]:
    """Each line names a product that is sold in this currency, and a quantity that makes sense."""
    if not lines:
        return [Refusal(ErrorCode.EMPTY_ORDER, "Put at least one item into the order.", ("lines",))]
    if len(lines) > shop.max_lines:
        text = f"An order holds {shop.max_lines} lines at most."
        return [Refusal(ErrorCode.LIMIT_EXCEEDED, text, ("lines",))]
    found: list[Refusal] = []
    for index, line in enumerate(lines):
        place = ("lines", str(index))
        if line.quantity < 1:
            found.append(Refusal(ErrorCode.INVALID, "The quantity must be at least 1.", (*place, "quantity")))
        elif line.quantity > shop.max_quantity:
            text = f"At most {shop.max_quantity} of one item can be ordered at once."
            found.append(Refusal(ErrorCode.LIMIT_EXCEEDED, text, (*place, "quantity")))
        product = products.get(line.sku)
        if product is None:
            found.append(Refusal(ErrorCode.NOT_FOUND, "There is no such item.", (*place, "sku")))
        elif product.price_in(currency) is None:
            text = "This item is not sold in this currency."
            found.append(Refusal(ErrorCode.CURRENCY_UNSUPPORTED, text, (*place, "sku")))
    return found


def check_stock(lines: Sequence[LineRequest], free: Mapping[str, int], policy: UnavailablePolicy) -> list[Refusal]:
    """What is wanted in all lines together is there, unless the buyer waits for it."""
    if policy is not UnavailablePolicy.REJECT:
        return []
    wanted: dict[str, int] = {}
    found = []
    for index, line in enumerate(lines):
        wanted[line.sku] = wanted.get(line.sku, 0) + max(line.quantity, 0)
        if wanted[line.sku] > free.get(line.sku, 0):
            place = ("lines", str(index), "quantity")
            found.append(Refusal(ErrorCode.OUT_OF_STOCK, "There are not that many left.", place))
    return found


def check_texts(command: PlaceOrder) -> list[Refusal]:
    """Every free text and token is usable text, of a sane length, and no card number."""
    found: list[Refusal] = []
    for place, text, limit in _texts(command):
        if text is None:
            continue
        try:
            clean(text, limit)
        except UnusableText:
            found.append(Refusal(ErrorCode.INVALID, f"This must be plain text of at most {limit} characters.", place))
            continue
        if looks_like_card(text):
            found.append(Refusal(ErrorCode.CARD_DATA_REFUSED, "Never send card numbers here.", place))
    return found


def _texts(command: PlaceOrder) -> list[tuple[tuple[str, ...], str | None, int]]:
    texts: list[tuple[tuple[str, ...], str | None, int]] = [
        (("idempotencyKey",), command.key, 255),
        (("channel",), command.channel, WORD_LIMIT),
        (("reference",), command.reference, WORD_LIMIT),
        (("email",), command.email, 320),
        (("phone",), command.phone, 64),
        (("locale",), command.locale, 35),
        (("note",), command.note, TEXT_LIMIT),
        (("currency",), command.currency, 8),
        (("delivery", "service"), command.delivery.service, WORD_LIMIT),
        (("delivery", "instructions"), command.delivery.instructions, TEXT_LIMIT),
    ]
    for index, line in enumerate(command.lines):
        texts.append((("lines", str(index), "sku"), line.sku, WORD_LIMIT))
        for number, option in enumerate(line.options):
            option_at = ("lines", str(index), "options", str(number))
            texts += [((*option_at, "key"), option.key, WORD_LIMIT), ((*option_at, "value"), option.value, WORD_LIMIT)]
    for index, payment in enumerate(command.payments):
        texts += [
            (("payments", str(index), "token"), payment.token, 500),
            (("payments", str(index), "gateway"), payment.gateway, WORD_LIMIT),
        ]
    for index, entry in enumerate(command.metadata):
        at = ("metadata", str(index))
        texts += [((*at, "key"), entry.key, WORD_LIMIT), ((*at, "value"), entry.value, TEXT_LIMIT)]
    for index, code in enumerate(command.discount_codes):
        texts.append((("discountCodes", str(index)), code, WORD_LIMIT))
    for name, address in (("shippingAddress", command.shipping_address), ("billingAddress", command.billing_address)):
        if address is not None:
            for field, key in ADDRESS_FIELDS.items():
                texts.append(((name, field), getattr(address, key), WORD_LIMIT))
    return texts


ADDRESS_FIELDS = {
    "name": "name",
    "company": "company",
    "address1": "address1",
    "address2": "address2",
    "city": "city",
    "provinceCode": "province_code",
    "zip": "zip",
    "countryCode": "country_code",
    "phone": "phone",
}
"""The contract's names of an address, and ours."""
