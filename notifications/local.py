"""What depends on where a message goes: its time zone, and how money and moments are written there."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_time
from babel.numbers import format_currency

from domain.model.money import to_decimal


@lru_cache(maxsize=512)
def zone_of(country: str, year: int) -> str | None:
    """The country's time zone, if all of it keeps the same time in that year."""
    zones = get_global("territory_zones").get(country.upper(), [])
    return zones[0] if zones and len({_clock(zone, year) for zone in zones}) == 1 else None


def _clock(zone: str, year: int) -> tuple[timedelta | None, ...]:
    """What a zone is ahead of UTC, week by week."""
    first = datetime(year, 1, 1, 12, tzinfo=ZoneInfo(zone))
    return tuple((first + timedelta(weeks=week)).utcoffset() for week in range(53))


@lru_cache(maxsize=256)
def _known(locale: str) -> Locale:
    try:
        return Locale.parse("en_GB" if locale == "en" else locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def money(minor: int, currency: str, locale: str) -> str:
    """'€12.90', '12,90 €': as it is written in the locale, with all the decimals of its currency."""
    return str(format_currency(to_decimal(minor, currency), currency, locale=_known(locale), currency_digits=True))


SAID_OF_TIMES = {"de": "{} Uhr"}
"""What a language says with a time in a sentence, and CLDR does not."""


def time(moment: datetime, locale: str, time_zone: str) -> str:
    """'14:30', '14:30 Uhr', by the zone's clock."""
    known = _known(locale)
    said = SAID_OF_TIMES.get(known.language, "{}")
    return said.format(format_time(moment, "short", tzinfo=ZoneInfo(time_zone), locale=known))
