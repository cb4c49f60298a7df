"""What scalars take, and that they never repeat what they were given."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strawberry.scalars import JSON

from schema.errors import BadRequest
from schema.scalars import SCALARS, EmailAddress


def read(kind: Any, value: object) -> object:
    parse = SCALARS[kind].parse_value
    assert parse is not None
    return parse(value)


def written(kind: Any, value: object) -> object:
    serialize = SCALARS[kind].serialize
    assert serialize is not None
    return serialize(value)


@given(st.decimals(-(10**17), 10**17, allow_nan=False, allow_infinity=False, places=4))
def test_a_decimal_comes_back_as_it_was_written(number: Decimal) -> None:
    assert read(Decimal, format(number, "f")) == number


@pytest.mark.parametrize("value", ["19.90", "0", "-3", 7, "000.10"])
def test_a_decimal_is_a_string_or_a_whole_number(value: object) -> None:
    assert isinstance(read(Decimal, value), Decimal)


@pytest.mark.parametrize(
    "value", ["", "1e9", "NaN", "Infinity", "1,5", " 1", "١", "1_000", "1." + "0" * 19, 19.9, True, None, "4" * 19]
)
def test_what_is_no_exact_decimal_is_refused(value: object) -> None:
    with pytest.raises(BadRequest):
        read(Decimal, value)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_comes_back_as_it_was_written(moment: datetime) -> None:
    text = moment.isoformat()
    assert read(datetime, text) == moment
    assert written(datetime, moment) == text


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2026-11-24T12:00:00Z", 12), ("2026-11-24t12:00:00.5+02:00", 10), ("2026-11-24 00:30:00-01:30", 2)],
)
def test_a_moment_is_understood_with_any_offset(text: str, hour: int) -> None:
    moment = read(datetime, text)
    assert isinstance(moment, datetime)
    assert (moment.tzinfo, moment.hour) == (UTC, hour)


@pytest.mark.parametrize(
    "value",
    ["2026-11-24", "2026-11-24T12:00:00", "2026-11-24T25:00:00Z", "20261124T120000Z", "0001-01-01T00:00:00+14:00", 5],
)
def test_a_moment_without_an_offset_or_that_never_is_is_refused(value: object) -> None:
    with pytest.raises(BadRequest):
        read(datetime, value)


@pytest.mark.parametrize("value", ["2026-02-30", "20261124", "24.11.2026", 5])
def test_a_day_that_never_is_is_refused(value: object) -> None:
    with pytest.raises(BadRequest):
        read(date, value)


@given(st.text())
def test_a_word_is_taken_as_it_is_for_the_core_to_judge(text: str) -> None:
    assert read(EmailAddress, text) == text


@pytest.mark.parametrize("kind", [kind for kind in SCALARS if kind is not JSON], ids=lambda kind: SCALARS[kind].name)
def test_no_scalar_repeats_what_it_refuses(kind: Any) -> None:
    with pytest.raises(BadRequest) as refused:
        read(kind, ["4242424242424242"])
    assert "4242" not in str(refused.value)
    assert refused.value.extensions == {"code": "BAD_REQUEST"}
