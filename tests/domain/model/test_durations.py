from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.durations import InvalidDuration, parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT15M", timedelta(minutes=15)),
        ("PT2H", timedelta(hours=2)),
        ("P14D", timedelta(days=14)),
        ("P2W", timedelta(weeks=2)),
        ("P1DT12H", timedelta(days=1, hours=12)),
        ("PT1H30M15S", timedelta(hours=1, minutes=30, seconds=15)),
        ("PT0.5S", timedelta(milliseconds=500)),
        ("PT0,25H", timedelta(minutes=15)),
        ("P1.5D", timedelta(hours=36)),
        ("PT0S", timedelta(0)),
        ("PT90M", timedelta(minutes=90)),
    ],
)
def test_durations_of_weeks_days_hours_minutes_and_seconds_are_read(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "15M", "P15", "PT15", "P1M", "P1Y", "P1Y2M", "P1DT", "pt15m", "-PT1S", "PT-1S", "PT1S1M",
     "PT1.5H2M", "P1.5W1D", " PT1S", "PT1S ", "PT1S\n", "PT.5S", "PT1.S", "PT١S", "PT9999999999S", "P999999999W",
     "PT1H" * 1_000],
)  # fmt: skip
def test_months_years_signs_and_everything_malformed_are_refused(text: str) -> None:
    with pytest.raises(InvalidDuration):
        parse_duration(text)


@given(st.integers(0, 999), st.integers(0, 99_999), st.integers(0, 999_999))
def test_a_duration_is_the_sum_of_its_parts_to_the_microsecond(days: int, seconds: int, micros: int) -> None:
    expected = timedelta(days=days, seconds=seconds, microseconds=micros)
    assert parse_duration(f"P{days}DT{seconds}.{micros:06d}S") == expected


@given(st.text(max_size=30))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    with suppress(InvalidDuration):
        assert parse_duration(text) >= timedelta(0)
