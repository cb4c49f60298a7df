"""Whose clock a message goes by, and how amounts are written there."""

import pytest

from notifications.local import money, time, zone_of
from tests.factories import NOW


@pytest.mark.parametrize(
    ("country", "zone"),
    [("DE", "Europe/Berlin"), ("de", "Europe/Berlin"), ("JP", "Asia/Tokyo"), ("US", None), ("ES", None), ("ZZ", None)],
)
def test_a_country_has_a_zone_if_all_of_it_keeps_the_same_time(country: str, zone: str | None) -> None:
    assert zone_of(country, 2026) == zone


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
