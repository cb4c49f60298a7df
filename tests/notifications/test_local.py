"""Whose clock a message goes by, and how amounts are written there."""

from zoneinfo import ZoneInfo

import pytest

from notifications.local import MOST_PEOPLE, OF_PROVINCES, money, time, zone_of
from tests.factories import NOW


@pytest.mark.parametrize(
    ("country", "province", "zone"),
    [
        ("DE", None, "Europe/Berlin"), ("de", "BE", "Europe/Berlin"), ("JP", None, "Asia/Tokyo"),
        ("US", None, "America/New_York"), ("US", "CA", "America/Los_Angeles"), ("us", "tx", "America/Chicago"),
        ("US", "NY", "America/New_York"), ("ES", "TF", "Atlantic/Canary"), ("BR", "AM", "America/Manaus"),
        ("ZZ", None, None),
    ],
)  # fmt: skip
def test_a_place_goes_by_the_clock_of_its_country_or_its_province(
    country: str, province: str | None, zone: str | None
) -> None:
    assert zone_of(country, 2026, province) == zone


def test_every_zone_is_one() -> None:
    for zone in (*MOST_PEOPLE.values(), *(zone for zones in OF_PROVINCES.values() for zone in zones)):
        assert ZoneInfo(zone).key == zone


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "said"),
    [(1290, "EUR", "en", "€12.90"), (129000, "EUR", "de", "1.290,00\xa0€"), (500, "JPY", "en", "JP¥500"),
     (-200, "EUR", "en", "-€2.00"), (1, "EUR", "no such", "€0.01")],
)  # fmt: skip
def test_money_is_written_as_people_there_write_it(minor: int, currency: str, locale: str, said: str) -> None:
    assert money(minor, currency, locale) == said


def test_a_time_is_the_zones() -> None:
    assert time(NOW, "de", "Europe/Berlin") == "10:30 Uhr"
    assert time(NOW, "en", "Europe/London") == "09:30"
