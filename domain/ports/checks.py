"""What people write, checked and put in form; and days in their words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.model.addresses import Address


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """The address in its country's form; `problems` are (field of AddressInput, what is wrong)."""

    address: Address
    problems: tuple[tuple[str, str], ...] = ()


class ContactChecks(Protocol):
    def email(self, text: str) -> str | None: ...
    def phone(self, text: str, country: str | None) -> str | None: ...
    def country(self, code: str) -> bool: ...
    def address(self, address: Address, complete: bool) -> AddressCheck: ...
    def formatted(self, address: Address) -> tuple[str, ...]: ...


class Dates(Protocol):
    def day(self, moment: datetime, locale: str, time_zone: str) -> str:
        """'Tuesday 24 November', in the locale's language and the zone's day."""
        ...
