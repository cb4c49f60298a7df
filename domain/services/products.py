"""The catalogue, as the shop's own systems fill it."""

from dataclasses import replace
from typing import Any

from domain.model.actors import Actor
from domain.model.commands import ProductEntry
from domain.model.errors import ErrorCode, Refusal, Refused
from domain.model.money import from_decimal
from domain.model.products import Price, Product
from domain.model.text import clean
from domain.policies.access import require_role
from domain.policies.eligibility import (
    TEXT_LIMIT,
    WORD_LIMIT,
    Text,
    check_words,
    first_of_each_field,
    is_usable,
    texts_of_attributes,
)
from domain.ports import Ports
from domain.services.changing import Writing, write

MOST = 100
SKU_LIMIT, TITLE_LIMIT, DESCRIPTION_LIMIT = 100, 300, 5000


async def upsert_products(entries: tuple[ProductEntry, ...], actor: Actor, ports: Ports) -> tuple[Product, ...]:
    """Each product is as its entry says; a price in another currency stays. Repeating it changes nothing.

    Raises: AccessDenied; Refused with all faults at once, and nothing stored.
    """
    require_role(actor, "upsertProducts")
    if not 1 <= len(entries) <= MOST:
        text = f"1 to {MOST} products at a time."
        raise Refused(Refusal(ErrorCode.LIMIT_EXCEEDED, text, ("products",)))
    refusals = [refusal for index, entry in enumerate(entries) for refusal in _faults(index, entry, ports)]
    if refusals:
        raise Refused(*refusals)

    async def work(writing: Writing) -> tuple[Product, ...]:
        stored = []
        for entry in entries:
            product = _merged(entry, await writing.uow.product(entry.sku))
            await writing.uow.put_product(product)
            stored.append(product)
        return tuple(stored)

    return await write(ports, work)


def _faults(index: int, entry: ProductEntry, ports: Ports) -> list[Refusal]:
    place = ("products", str(index))
    found = check_words(_texts(place, entry))
    names = (
        ("sku", entry.sku, SKU_LIMIT),
        ("title", entry.title, TITLE_LIMIT),
        ("imageUrl", entry.image_url, TEXT_LIMIT),
    )
    for name, text, limit in names:
        if text is not None and not is_usable(text, limit):
            problem = f"1 to {limit} characters of plain text."
            found.append(Refusal(ErrorCode.INVALID, problem, (*place, name)))
    if entry.currency not in ports.shops.current().currencies:
        text = "The shop does not sell in this currency."
        found.append(Refusal(ErrorCode.CURRENCY_UNSUPPORTED, text, (*place, "currency")))
    else:
        try:
            wrong = from_decimal(entry.price, entry.currency) < 0
        except ValueError:
            wrong = True
        if wrong:
            text = "This is no price in this currency."
            found.append(Refusal(ErrorCode.INVALID, text, (*place, "price")))
    if entry.weight_grams is not None and not 0 <= entry.weight_grams <= 10_000_000:
        found.append(Refusal(ErrorCode.INVALID, "This is no weight.", (*place, "weightGrams")))
    return list(first_of_each_field(found))


def _texts(place: tuple[str, ...], entry: ProductEntry) -> list[Text]:
    texts: list[Text] = [
        ((*place, "title"), entry.title, TITLE_LIMIT),
        ((*place, "group"), entry.group, WORD_LIMIT),
        ((*place, "category"), entry.category, WORD_LIMIT),
        ((*place, "description"), entry.description, DESCRIPTION_LIMIT),
    ]
    return texts + texts_of_attributes((*place, "options"), entry.options, WORD_LIMIT)


def _merged(entry: ProductEntry, known: Product | None) -> Product:
    price = Price(entry.currency, from_decimal(entry.price, entry.currency))
    others = tuple(one for one in known.prices if one.currency != entry.currency) if known else ()
    before = known or Product(entry.sku, entry.title, ())
    given: dict[str, Any] = {
        name: clean(value, DESCRIPTION_LIMIT) if isinstance(value, str) else value
        for name in ("group", "category", "description", "image_url", "weight_grams", "returnable")
        if (value := getattr(entry, name)) is not None
    }
    return replace(
        before,
        title=clean(entry.title, TITLE_LIMIT),
        prices=tuple(sorted((*others, price), key=lambda one: one.currency)),
        options=entry.options or before.options,
        **given,
    )
