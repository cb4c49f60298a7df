"""What the demo shop sells and who buys there, as two JSON files beside this module say it.

Telephone numbers are of the ranges that are kept free for films, and mail goes to example.com: nobody can be disturbed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any

from domain.model.addresses import Address
from domain.model.commands import CustomerEntry, ProductEntry
from domain.model.products import Attribute

CURRENCIES = ("EUR", "USD")


@dataclass(frozen=True, slots=True)
class Person:
    """A buyer; `customer` if the shop knows them, otherwise they order as a guest."""

    email: str
    name: str
    locale: str
    address: Address
    phone: str | None = None
    tier: str | None = None
    company: str | None = None
    customer: bool = False

    @property
    def entry(self) -> CustomerEntry:
        return CustomerEntry(self.email, self.name, self.phone, self.locale, self.tier, self.company)


def _read(name: str) -> Any:
    return json.loads(files("gateway.demo").joinpath(name).read_bytes())


def _person(words: dict[str, Any]) -> Person:
    address = Address(name=words["name"], company=words.get("company"), **words["address"])
    return Person(**{**words, "address": address})


def people() -> Mapping[str, Person]:
    """By the name under which stories know them."""
    return {handle: _person(words) for handle, words in _read("people.json").items()}


def product_entries(currency: str) -> tuple[ProductEntry, ...]:
    """All products with their price in this one of CURRENCIES."""
    return tuple(
        ProductEntry(
            sku=words["sku"],
            title=words["title"],
            price=Decimal(words[currency.lower()]),
            currency=currency,
            group=words.get("group"),
            options=tuple(Attribute(key, value) for key, value in words.get("options", {}).items()),
            category=words["category"],
            description=words["description"],
            weight_grams=words["weight_grams"],
            returnable=words.get("returnable", True),
        )
        for words in _read("catalogue.json")["products"]
    )


def first_stock() -> Iterator[tuple[str, str, int]]:
    """(SKU, location, units) with which the shop opens."""
    catalogue = _read("catalogue.json")
    for words in catalogue["products"]:
        for location, units in zip(catalogue["locations"], words["stock"], strict=True):
            if units:
                yield words["sku"], location, units
