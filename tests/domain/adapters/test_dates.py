"""Days as people write them where they live."""

from datetime import UTC, datetime

import pytest

from domain.adapters.dates import CldrDates

LATE = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "zone", "day"),
    [
        ("en", "Europe/London", "Monday 23 November"),
        ("en-GB", "Europe/Berlin", "Tuesday 24 November"),
        ("en-US", "America/New_York", "Monday, November 23"),
        ("de", "Europe/Berlin", "Dienstag, 24. November"),
        ("de-AT", "Europe/Vienna", "Dienstag, 24. November"),
        ("fr", "Europe/Paris", "mardi 24 novembre"),
        ("no such language", "Europe/Berlin", "Tuesday 24 November"),
    ],
)
def test_a_day_is_that_of_the_zone_as_the_language_writes_it(locale: str, zone: str, day: str) -> None:
    assert CldrDates().day(LATE, locale, zone) == day
