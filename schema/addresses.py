"""Postal addresses, as far as their viewer may see them."""

import strawberry

from domain.model import addresses as core
from schema.context import Viewing
from schema.fields import field
from schema.scalars import CountryCode, PhoneNumber


@strawberry.type(description="`formatted` is what to print, as far as this viewer may see.")
class MailingAddress:
    model: strawberry.Private[core.Address]
    viewing: strawberry.Private[Viewing]

    @field
    def name(self) -> str | None:
        return self.model.name

    @field
    def company(self) -> str | None:
        return self.model.company

    @field
    def address1(self) -> str | None:
        return self.model.address1

    @field
    def address2(self) -> str | None:
        return self.model.address2

    @field
    def city(self) -> str | None:
        return self.model.city

    @field
    def province_code(self) -> str | None:
        return self.model.province_code

    @field
    def zip(self) -> str | None:
        return self.model.zip

    @field
    def country_code(self) -> CountryCode:
        return CountryCode(self.model.country_code)

    @field
    def phone(self) -> PhoneNumber | None:
        return PhoneNumber(self.model.phone) if self.model.phone else None

    @field
    def formatted(self) -> list[str]:
        return list(self.viewing.formatted(self.model))


def mailing_address(address: core.Address | None, viewing: Viewing, personal: bool) -> MailingAddress | None:
    """Without the right to personal words, town and country are left of it."""
    if address is None:
        return None
    return MailingAddress(model=address if personal else address.town_and_country(), viewing=viewing)


@strawberry.input(
    description="A quote needs the country, and the zip where it matters; placing needs whatever the country's post "
    "needs, and INVALID_ADDRESS names the field."
)
class AddressInput:
    name: str | None = strawberry.UNSET
    company: str | None = strawberry.UNSET
    address1: str | None = strawberry.UNSET
    address2: str | None = strawberry.UNSET
    city: str | None = strawberry.UNSET
    province_code: str | None = strawberry.UNSET
    zip: str | None = strawberry.UNSET
    country_code: CountryCode
    phone: PhoneNumber | None = strawberry.UNSET
