"""What depends on where a message goes: its time zone, and how money and moments are written there."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import format_time
from babel.numbers import format_currency

from domain.model.money import to_decimal

MOST_PEOPLE = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "CL": "America/Santiago",
    "ES": "Europe/Madrid", "ID": "Asia/Jakarta", "MX": "America/Mexico_City", "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon", "RU": "Europe/Moscow", "US": "America/New_York",
}  # fmt: skip
"""Of countries that do not keep one time, the zone in which most people live."""
OF_PROVINCES = {
    "AU": {"Australia/Adelaide": "SA", "Australia/Brisbane": "QLD", "Australia/Darwin": "NT", "Australia/Perth": "WA"},
    "BR": {"America/Manaus": "AM RO RR", "America/Cuiaba": "MT MS", "America/Rio_Branco": "AC"},
    "CA": {
        "America/Edmonton": "AB NT", "America/Halifax": "NB NS PE", "America/Regina": "SK", "America/St_Johns": "NL",
        "America/Vancouver": "BC", "America/Whitehorse": "YT", "America/Winnipeg": "MB",
    },
    "ES": {"Atlantic/Canary": "CN GC TF"},
    "PT": {"Atlantic/Azores": "20"},
    "US": {
        "America/Anchorage": "AK", "America/Chicago": "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI",
        "America/Denver": "CO ID MT NM UT WY", "America/Los_Angeles": "CA NV OR WA", "America/Phoenix": "AZ",
        "Pacific/Honolulu": "HI",
    },
}  # fmt: skip
"""Of those, provinces (ISO 3166-2, after the dash) whose zone is another; one with two goes by its larger part."""


@lru_cache(maxsize=1024)
def zone_of(country: str, year: int, province: str | None = None) -> str | None:
    """The time zone there: the country's if all of it keeps the same time in that year, else the province's."""
    land = country.upper()
    zones = get_global("territory_zones").get(land, [])
    if zones and len({_clock(zone, year) for zone in zones}) == 1:
        return str(zones[0])
    known = OF_PROVINCES.get(land, {}).items()
    of_province = (zone for zone, provinces in known if province and province.upper() in provinces.split())
    return next(of_province, MOST_PEOPLE.get(land))


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
