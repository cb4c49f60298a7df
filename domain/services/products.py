"""The catalogue, as the shop's own systems fill it."""

from dataclasses import replace

from domain.model.actors import Actor
from domain.model.commands import ProductEntry
from domain.model.errors import ErrorCode, Refusal, Refused
from domain.model.money import from_decimal
from domain.model.products import Price, Product
from domain.model.text import UnusableText, clean
from domain.policies.access import require_role
from domain.ports import Ports
from domain.services.changing import Writing, write

MOST = 100


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
    found: list[Refusal] = []
    texts = (("sku", entry.sku, 100), ("title", entry.title, 300), ("description", entry.description or "", 5000))
    for name, text, limit in texts:
        try:
            empty = not clean(text, limit).strip() and name != "description"
        except UnusableText:
            empty = True
        if empty:
            found.append(Refusal(ErrorCode.INVALID, f"1 to {limit} characters of plain text.", (*place, name)))
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
    return found


def _merged(entry: ProductEntry, known: Product | None) -> Product:
    price = Price(entry.currency, from_decimal(entry.price, entry.currency))
    others = tuple(one for one in known.prices if one.currency != entry.currency) if known else ()
    before = known or Product(entry.sku, entry.title, ())
    return replace(
        before,
        title=clean(entry.title, 300),
        prices=tuple(sorted((*others, price), key=lambda one: one.currency)),
        group=entry.group if entry.group is not None else before.group,
        options=entry.options or before.options,
        category=entry.category if entry.category is not None else before.category,
        description=entry.description if entry.description is not None else before.description,
        image_url=entry.image_url if entry.image_url is not None else before.image_url,
        weight_grams=entry.weight_grams if entry.weight_grams is not None else before.weight_grams,
        returnable=entry.returnable if entry.returnable is not None else before.returnable,
    )
