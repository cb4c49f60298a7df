"""Amounts as the world sees them: an exact decimal and a currency."""

from decimal import Decimal

import strawberry

from domain.model.money import to_decimal
from schema.fields import field
from schema.scalars import CurrencyCode


@strawberry.type
class Money:
    minor: strawberry.Private[int]
    currency: strawberry.Private[str]

    @field
    def amount(self) -> Decimal:
        return to_decimal(self.minor, self.currency)

    @field
    def currency_code(self) -> CurrencyCode:
        return CurrencyCode(self.currency)


def money(minor: int | None, currency: str) -> Money | None:
    """None stays None: an amount that is not known, or not this viewer's to see."""
    return None if minor is None else Money(minor=minor, currency=currency)
