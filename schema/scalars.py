"""The contract's scalars, and what each of them takes and gives.

What may be wrong about an e-mail, a phone, a country or a currency is the core's to say, with the field it is about:
these take any text. A number or a moment that cannot be read at all is a fault of the request.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NewType

import strawberry
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from schema.errors import BadRequest

CurrencyCode = NewType("CurrencyCode", str)
CountryCode = NewType("CountryCode", str)
PhoneNumber = NewType("PhoneNumber", str)
EmailAddress = NewType("EmailAddress", str)
URL = NewType("URL", str)

_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadRequest("A text is expected here.")
    return value


def _number(value: object) -> Decimal:
    """A float is refused: it is not the number that was written."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise BadRequest('A decimal number is expected here, as a string: "19.90".')
    return Decimal(value)


def _instant(value: object) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise BadRequest("An RFC 3339 instant with an offset is expected here.")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadRequest("There is no such moment.") from None


def _day(value: object) -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise BadRequest("A calendar day, ISO 8601, is expected here.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadRequest("There is no such day.") from None


def _any(value: Any) -> Any:
    return value


def _word(name: str, description: str | None = None) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=description, serialize=str, parse_value=_text)


SCALARS: Mapping[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="RFC 3339 instant with an offset.",
        serialize=datetime.isoformat,
        parse_value=_instant,
    ),
    date: strawberry.scalar(
        name="Date", description="Calendar day, ISO 8601.", serialize=date.isoformat, parse_value=_day
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description='Exact decimal number, as a string: "19.90".',
        serialize=str,
        parse_value=_number,
    ),
    CurrencyCode: _word("CurrencyCode", "ISO 4217."),
    CountryCode: _word("CountryCode", "ISO 3166-1 alpha-2."),
    PhoneNumber: _word("PhoneNumber", "E.164: +4915112345678."),
    EmailAddress: _word("EmailAddress"),
    URL: _word("URL"),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value; used only for workflow definitions and for raw event data shown to staff.",
        serialize=_any,
        parse_value=_any,
    ),
}
"""For StrawberryConfig(scalar_map=...)."""
