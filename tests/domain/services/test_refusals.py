"""What placeOrder refuses before anything is stored: everything that is wrong at once, each fault at its place."""

from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.model.actors import ANONYMOUS, Actor, ActorKind, Role
from domain.model.addresses import Address
from domain.model.commands import DeliveryRequest, LineRequest, PaymentRequest
from domain.model.errors import AccessDenied, ErrorCode, Refused
from domain.model.orders import DeliveryMethod, OrderStatus, UnavailablePolicy
from domain.model.payments import PaymentMethod
from domain.model.products import Attribute
from tests.factories import NOW
from tests.trade import HOME, Trade, a_trade

CARD = PaymentRequest(PaymentMethod.CARD, "pm_card_visa")
SHIPPING = DeliveryRequest(DeliveryMethod.SHIPPING)
MUG = LineRequest("MUG", 1)
VISA = "4111-1111-1111-1111"


def seen_at(price: str) -> LineRequest:
    """A mug that the storefront showed at that price."""
    return replace(MUG, expected_unit_price=Decimal(price))


@pytest.fixture
async def shop() -> AsyncIterator[Trade]:
    """Ten mugs, and nothing else. What is refused here never gets as far as a workflow."""
    async with a_trade(MUG=10) as trade:
        yield trade


async def refused(shop: Trade, actor: Actor = ANONYMOUS, **changes: Any) -> list[tuple[str, str]]:
    """Code and place of everything that was refused; and nothing was stored."""
    cart = shop.cart(**changes)
    with pytest.raises(Refused) as caught:
        await shop.place(cart, actor)
    assert await shop.orders() == []
    assert await shop.level() == (10, 0)
    assert shop.world.payments.asked == []
    return [(refusal.code.value, ".".join(refusal.field)) for refusal in caught.value.refusals]


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"lines": ()}, "EMPTY_ORDER", "lines"),
        ({"lines": (MUG,) * 101}, "LIMIT_EXCEEDED", "lines"),
        ({"lines": (MUG, LineRequest("MUG", 0))}, "INVALID", "lines.1.quantity"),
        ({"lines": (LineRequest("MUG", -1),)}, "INVALID", "lines.0.quantity"),
        ({"lines": (LineRequest("MUG", 1001),)}, "LIMIT_EXCEEDED", "lines.0.quantity"),
        ({"lines": (MUG, LineRequest("GONE", 1))}, "NOT_FOUND", "lines.1.sku"),
        ({"lines": (LineRequest("MUG", 11),)}, "OUT_OF_STOCK", "lines.0.quantity"),
        ({"lines": (LineRequest("MUG", 6), LineRequest("MUG", 5))}, "OUT_OF_STOCK", "lines.1.quantity"),
        ({"lines": (LineRequest("TEE", 1),)}, "OUT_OF_STOCK", "lines.0.quantity"),
        ({"lines": (seen_at("19.89"),)}, "PRICE_CHANGED", "lines.0.expectedUnitPrice"),
        ({"lines": (seen_at("19.901"),)}, "PRICE_CHANGED", "lines.0.expectedUnitPrice"),
        ({"expected_total": Decimal("24.79")}, "PRICE_CHANGED", "expectedTotal"),
        ({"currency": "CHF"}, "CURRENCY_UNSUPPORTED", "currency"),
        ({"currency": "eur"}, "CURRENCY_UNSUPPORTED", "currency"),
        ({"currency": "bitcoin beyond measure"}, "INVALID", "currency"),
        ({"email": "ada"}, "INVALID_EMAIL", "email"),
        ({"email": ""}, "INVALID_EMAIL", "email"),
        ({"phone": "12"}, "INVALID_PHONE", "phone"),
        ({"email": None}, "INVALID", "email"),
        ({"locale": "german, please"}, "INVALID", "locale"),
        ({"channel": "fax"}, "INVALID", "channel"),
        ({"shipping_address": None}, "INVALID_ADDRESS", "shippingAddress"),
        ({"shipping_address": replace(HOME, country_code="XX")}, "INVALID_ADDRESS", "shippingAddress.countryCode"),
        ({"shipping_address": replace(HOME, zip="ABC")}, "INVALID_ADDRESS", "shippingAddress.zip"),
        ({"shipping_address": replace(HOME, city=None)}, "INVALID_ADDRESS", "shippingAddress.city"),
        ({"shipping_address": replace(HOME, phone="12")}, "INVALID_ADDRESS", "shippingAddress.phone"),
        ({"billing_address": replace(HOME, zip="ABC")}, "INVALID_ADDRESS", "billingAddress.zip"),
        ({"delivery": replace(SHIPPING, service="teleport")}, "DELIVERY_UNAVAILABLE", "delivery"),
        ({"delivery": DeliveryRequest(DeliveryMethod.LOCKER)}, "DELIVERY_UNAVAILABLE", "delivery"),
        ({"delivery": replace(SHIPPING, window_from=NOW, window_to=NOW)}, "INVALID", "delivery.window"),
        ({"payments": ()}, "INVALID", "payments"),
        ({"payments": (replace(CARD, token=None),)}, "INVALID", "payments.0.token"),
        ({"payments": (PaymentRequest(PaymentMethod.CASH),)}, "PAYMENT_UNSUPPORTED", "payments.0.method"),
        ({"payments": (PaymentRequest(PaymentMethod.INVOICE),)}, "PAYMENT_UNSUPPORTED", "payments.0.method"),
        ({"payments": (replace(CARD, gateway="other"),)}, "PAYMENT_UNSUPPORTED", "payments.0.method"),
        ({"payments": (CARD, CARD)}, "INVALID", "payments.1.amount"),
        ({"payments": (replace(CARD, amount=Decimal("0")),)}, "INVALID", "payments.0.amount"),
        ({"payments": (replace(CARD, amount=Decimal("-1")),)}, "INVALID", "payments.0.amount"),
        ({"payments": (replace(CARD, amount=Decimal("1.001")),)}, "INVALID", "payments.0.amount"),
        ({"payments": (replace(CARD, amount=Decimal("NaN")),)}, "INVALID", "payments.0.amount"),
        ({"payments": (replace(CARD, amount=Decimal("24.79")),)}, "INVALID", "payments"),
        ({"payments": (replace(CARD, amount=Decimal("24.81")),)}, "AMOUNT_EXCEEDED", "payments"),
        ({"discount_codes": ("SPRING",)}, "DISCOUNT_INVALID", "discountCodes.0"),
        ({"if_unavailable": UnavailablePolicy.SHIP_AVAILABLE}, "NOT_ALLOWED", "ifUnavailable"),
        ({"metadata": tuple(Attribute(str(n), "x") for n in range(51))}, "LIMIT_EXCEEDED", "metadata"),
        ({"key": ""}, "INVALID", "idempotencyKey"),
        ({"key": "   "}, "INVALID", "idempotencyKey"),
        ({"key": "k" * 256}, "INVALID", "idempotencyKey"),
    ],
)  # fmt: skip
async def test_a_fault_is_refused_at_its_place(shop: Trade, changes: dict[str, Any], code: str, place: str) -> None:
    assert await refused(shop, **changes) == [(code, place)]


TEXTS = [
    ({"key": "{}"}, "idempotencyKey"),
    ({"lines": (LineRequest("{}", 1),)}, "lines.0.sku"),
    ({"lines": (replace(MUG, options=(Attribute("{}", "x"),)),)}, "lines.0.options.0.key"),
    ({"lines": (replace(MUG, options=(Attribute("x", "{}"),)),)}, "lines.0.options.0.value"),
    ({"reference": "{}"}, "reference"),
    ({"note": "{}"}, "note"),
    ({"email": "{}"}, "email"),
    ({"phone": "{}"}, "phone"),
    ({"locale": "{}"}, "locale"),
    ({"channel": "{}"}, "channel"),
    ({"delivery": replace(SHIPPING, service="{}")}, "delivery.service"),
    ({"delivery": replace(SHIPPING, instructions="{}")}, "delivery.instructions"),
    ({"payments": (replace(CARD, token="{}"),)}, "payments.0.token"),
    ({"payments": (replace(CARD, gateway="{}"),)}, "payments.0.gateway"),
    ({"discount_codes": ("{}",)}, "discountCodes.0"),
    ({"metadata": (Attribute("{}", "x"),)}, "metadata.0.key"),
    ({"metadata": (Attribute("x", "{}"),)}, "metadata.0.value"),
    ({"shipping_address": replace(HOME, name="{}")}, "shippingAddress.name"),
    ({"shipping_address": replace(HOME, company="{}")}, "shippingAddress.company"),
    ({"shipping_address": replace(HOME, address1="{}")}, "shippingAddress.address1"),
    ({"shipping_address": replace(HOME, address2="{}")}, "shippingAddress.address2"),
    ({"shipping_address": replace(HOME, city="{}")}, "shippingAddress.city"),
    ({"shipping_address": replace(HOME, zip="{}")}, "shippingAddress.zip"),
    ({"shipping_address": replace(HOME, province_code="{}")}, "shippingAddress.provinceCode"),
    ({"shipping_address": replace(HOME, phone="{}")}, "shippingAddress.phone"),
    ({"shipping_address": replace(HOME, country_code="{}")}, "shippingAddress.countryCode"),
    ({"billing_address": replace(HOME, name="{}")}, "billingAddress.name"),
]


def filled(value: Any, word: str) -> Any:
    """The input with the word wherever it says so."""
    if isinstance(value, str):
        return value.replace("{}", word)
    if isinstance(value, tuple):
        return tuple(filled(one, word) for one in value)
    if isinstance(value, LineRequest | DeliveryRequest | PaymentRequest | Attribute | Address):
        fields = {name: getattr(value, name) for name in type(value).__dataclass_fields__}
        return replace(value, **{name: filled(one, word) for name, one in fields.items()})
    return value


@pytest.mark.parametrize(("changes", "place"), TEXTS, ids=[place for _, place in TEXTS])
async def test_a_card_number_is_refused_wherever_somebody_may_type(
    shop: Trade, changes: dict[str, Any], place: str
) -> None:
    words = {name: filled(value, VISA) for name, value in changes.items()}
    assert (ErrorCode.CARD_DATA_REFUSED.value, place) in await refused(shop, **words)


@pytest.mark.parametrize("word", ["\ud800", "a\x00b", "x" * 5000], ids=["half a character", "NUL", "endless"])
@pytest.mark.parametrize(("changes", "place"), TEXTS, ids=[place for _, place in TEXTS])
async def test_what_cannot_be_stored_is_refused_and_never_a_failure(
    shop: Trade, changes: dict[str, Any], place: str, word: str
) -> None:
    words = {name: filled(value, word) for name, value in changes.items()}
    told = await refused(shop, **words)
    assert (ErrorCode.INVALID.value, place) in told
    assert len({field for _, field in told}) == len(told), "one fault a place"


async def test_all_faults_are_told_at_once(shop: Trade) -> None:
    told = await refused(
        shop,
        currency="CHF",
        email="ada",
        phone="12",
        note=VISA,
        reference="\x00",
        channel="fax",
        locale="?",
        lines=(LineRequest("MUG", 0), LineRequest("GONE", 2), LineRequest("MUG", 11)),
        payments=(replace(CARD, token=None), PaymentRequest(PaymentMethod.CASH)),
        shipping_address=replace(HOME, city=None),
        discount_codes=("A", "B"),
    )
    assert set(told) == {
        ("CARD_DATA_REFUSED", "note"),
        ("INVALID", "reference"),
        ("CURRENCY_UNSUPPORTED", "currency"),
        ("INVALID", "lines.0.quantity"),
        ("NOT_FOUND", "lines.1.sku"),
        ("OUT_OF_STOCK", "lines.2.quantity"),
        ("INVALID_EMAIL", "email"),
        ("INVALID_PHONE", "phone"),
        ("INVALID", "channel"),
        ("INVALID", "locale"),
        ("INVALID", "payments.0.token"),
        ("PAYMENT_UNSUPPORTED", "payments.1.method"),
        ("INVALID_ADDRESS", "shippingAddress.city"),
        ("DISCOUNT_INVALID", "discountCodes.0"),
        ("DISCOUNT_INVALID", "discountCodes.1"),
        ("INVALID", "payments.1.amount"),
    }


async def test_a_wrong_address_does_not_hide_that_nobody_can_be_told(shop: Trade) -> None:
    told = await refused(shop, email=None, shipping_address=replace(HOME, city=None))
    assert told == [("INVALID_ADDRESS", "shippingAddress.city"), ("INVALID", "email")]


async def test_a_customer_whom_nobody_knows_cannot_be_ordered_for(shop: Trade) -> None:
    staff = Actor(ActorKind.STAFF, "olga", frozenset({Role.SUPPORT}))
    assert await refused(shop, staff, customer_id="c-unknown") == [("NOT_FOUND", "customerId")]


@pytest.mark.parametrize(
    "actor",
    [ANONYMOUS, Actor(ActorKind.CUSTOMER, "c1"), Actor(ActorKind.STAFF, "olga", frozenset({Role.WAREHOUSE}))],
)
async def test_only_staff_who_may_order_for_others(shop: Trade, actor: Actor) -> None:
    with pytest.raises(AccessDenied):
        await shop.place(actor=actor, customer_id="c1")
    assert await shop.orders() == []


async def test_a_refusal_quotes_nothing_of_what_was_typed(shop: Trade) -> None:
    words: dict[str, Any] = {
        "note": f"my secret {VISA}",
        "email": "secret@",
        "phone": "secret",
        "reference": "secret\x00",
    }
    with pytest.raises(Refused) as caught:
        await shop.place(**words)
    told = repr([refusal.message for refusal in caught.value.refusals]) + str(caught.value)
    assert "secret" not in told
    assert "4111" not in told


async def test_words_are_kept_in_one_form(shop: Trade) -> None:
    decomposed = "Cafe\u0301"
    cart = shop.cart(
        note=decomposed,
        reference=decomposed,
        metadata=(Attribute("k", decomposed),),
        lines=(LineRequest("MUG", 1, options=(Attribute("engraving", decomposed),)),),
    )
    order = (await shop.place(cart)).order
    assert order.buyer is not None
    composed = "Caf\u00e9"
    assert (order.buyer.note, order.reference, order.metadata[0].value) == (composed,) * 3
    assert order.lines[0].options == (Attribute("engraving", composed),)


async def test_what_waits_for_stock_need_not_be_there(shop: Trade) -> None:
    order = (await shop.place(quantity=11, if_unavailable=UnavailablePolicy.BACKORDER)).order
    assert order.flow.status is OrderStatus.CONFIRMED


async def test_what_the_storefront_showed_may_be_written_with_more_zeros(shop: Trade) -> None:
    placement = await shop.place(lines=(seen_at("19.900"),), expected_total=Decimal("24.8"))
    assert placement.order.total == 2480
