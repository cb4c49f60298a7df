"""What is wrong with what somebody wants to order: all of it at once, each with its place in the input."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from domain.model.addresses import Address
from domain.model.commands import AskQuote, LineRequest, PlaceOrder
from domain.model.errors import ErrorCode, Refusal
from domain.model.orders import UnavailablePolicy
from domain.model.products import Attribute, Availability, Product
from domain.model.shop import Shop
from domain.model.text import UnusableText, clean
from domain.policies.card_data import looks_like_card

Text = tuple[tuple[str, ...], str | None, int]
"""Its place in the input, the words, and how many characters they may have."""

TEXT_LIMIT = 2000
WORD_LIMIT = 200
KEY_LIMIT = 255
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}", re.ASCII)


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
        elif currency in shop.currencies and product.price_in(currency) is None:
            text = "This item is not sold in this currency."
            found.append(Refusal(ErrorCode.CURRENCY_UNSUPPORTED, text, (*place, "sku")))
    return found


def check_stock(
    lines: Sequence[LineRequest], products: Mapping[str, Product], free: Mapping[str, int], policy: UnavailablePolicy
) -> list[Refusal]:
    """What is wanted in all lines together is there, unless the buyer waits for it."""
    if policy is not UnavailablePolicy.REJECT:
        return []
    wanted: dict[str, int] = {}
    found = []
    for index, line in enumerate(lines):
        if line.sku not in products or line.quantity < 1:
            continue
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
        if wanted[line.sku] > free.get(line.sku, 0):
            place = ("lines", str(index), "quantity")
            found.append(Refusal(ErrorCode.OUT_OF_STOCK, "There are not that many left.", place))
    return found


def is_locale(text: str) -> bool:
    """Whether it looks like en or de-AT."""
    return _LOCALE.fullmatch(text) is not None


def is_usable(text: str, limit: int) -> bool:
    """Whether it can be stored and looked for at all."""
    try:
        return bool(clean(text, limit).strip())
    except UnusableText:
        return False


def check_texts(command: PlaceOrder | AskQuote, products: Collection[str]) -> list[Refusal]:
    """Every free text and token is usable text, of a sane length, and no card number.

    `products` are SKUs that the shop knows. One in ten of German article numbers could be a card; those are none.
    """
    texts = _texts(command)
    if isinstance(command, PlaceOrder):
        texts += _texts_of_order(command)
    known = {("lines", str(index), "sku") for index, line in enumerate(command.lines) if line.sku in products}
    return check_words(text for text in texts if text[0] not in known)


def check_words(texts: Iterable[Text]) -> list[Refusal]:
    """Each of them, if it is given at all, is usable text of that length and no card number."""
    found: list[Refusal] = []
    for place, text, limit in texts:
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


def _texts(command: PlaceOrder | AskQuote) -> list[Text]:
    texts: list[Text] = [(("channel",), command.channel, WORD_LIMIT), (("currency",), command.currency, 8)]
    if command.delivery is not None:
        texts += [
            (("delivery", "service"), command.delivery.service, WORD_LIMIT),
            (("delivery", "instructions"), command.delivery.instructions, TEXT_LIMIT),
        ]
    for index, line in enumerate(command.lines):
        at = ("lines", str(index))
        texts.append(((*at, "sku"), line.sku, WORD_LIMIT))
        texts += texts_of_attributes((*at, "options"), line.options, WORD_LIMIT)
    for index, code in enumerate(command.discount_codes):
        texts.append((("discountCodes", str(index)), code, WORD_LIMIT))
    return texts + _of_address("shippingAddress", command.shipping_address)


def _texts_of_order(command: PlaceOrder) -> list[Text]:
    texts: list[Text] = [
        (("idempotencyKey",), command.key, KEY_LIMIT),
        (("reference",), command.reference, WORD_LIMIT),
        (("email",), command.email, 320),
        (("phone",), command.phone, 64),
        (("locale",), command.locale, 35),
        (("note",), command.note, TEXT_LIMIT),
    ]
    for index, payment in enumerate(command.payments):
        texts += [
            (("payments", str(index), "token"), payment.token, 500),
            (("payments", str(index), "gateway"), payment.gateway, WORD_LIMIT),
        ]
    texts += texts_of_attributes(("metadata",), command.metadata, TEXT_LIMIT)
    return texts + _of_address("billingAddress", command.billing_address)


def texts_of_attributes(at: tuple[str, ...], attributes: Sequence[Attribute], limit: int) -> list[Text]:
    """Keys and values, each at its place."""
    texts: list[Text] = []
    for index, one in enumerate(attributes):
        texts += [((*at, str(index), "key"), one.key, WORD_LIMIT), ((*at, str(index), "value"), one.value, limit)]
    return texts


def _of_address(name: str, address: Address | None) -> list[Text]:
    if address is None:
        return []
    return [((name, field), getattr(address, key), WORD_LIMIT) for field, key in ADDRESS_FIELDS.items()]


def first_of_each_field(refusals: Iterable[Refusal]) -> tuple[Refusal, ...]:
    """What is told: of several faults in one place the first, for a word that is unusable is wrong in every way."""
    told: dict[tuple[str, ...], Refusal] = {}
    for refusal in refusals:
        told.setdefault(refusal.field, refusal)
    return tuple(told.values())


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
