"""What the shop sells, and who buys it."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Attribute:
    key: str
    value: str


class Availability(StrEnum):
    IN_STOCK = "IN_STOCK"
    LOW_STOCK = "LOW_STOCK"
    BACKORDER = "BACKORDER"
    OUT_OF_STOCK = "OUT_OF_STOCK"


@dataclass(frozen=True, slots=True)
class Price:
    """In minor units."""

    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Product:
    """`group` names products that are each other's sizes and colors. Prices are unique by currency."""

    sku: str
    title: str
    prices: tuple[Price, ...]
    group: str | None = None
    options: tuple[Attribute, ...] = ()
    category: str | None = None
    description: str | None = None
    image_url: str | None = None
    weight_grams: int = 0
    returnable: bool = True

    def price_in(self, currency: str) -> int | None:
        return next((price.amount for price in self.prices if price.currency == currency), None)


@dataclass(frozen=True, slots=True)
class Customer:
    """Known by `email`; `tier` is the shop's own word (gold, wholesale)."""

    id: str
    email: str
    name: str | None = None
    phone: str | None = None
    locale: str | None = None
    tier: str | None = None
    company_name: str | None = None
