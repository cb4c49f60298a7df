"""Where somebody lives or a parcel goes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """`country_code` is ISO 3166-1 alpha-2, `province_code` what follows the dash in ISO 3166-2, where there is one."""

    country_code: str
    name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province_code: str | None = None
    zip: str | None = None
    phone: str | None = None

    def town_and_country(self) -> "Address":
        """What a viewer without the right to personal words sees of it."""
        return Address(country_code=self.country_code, city=self.city)
