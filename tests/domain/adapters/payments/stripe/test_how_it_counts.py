"""How it counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adapters.payments.stripe_amounts import from_stripe, to_stripe
from domain.model.money import EXPONENTS, InvalidAmount


@pytest.mark.parametrize(
    ("currency", "ours", "theirs"),
    [
        ("EUR", 1999, 1999),
        ("JPY", 500, 500),
        ("MGA", 50_000, 500),
        ("ISK", 5, 500),
        ("UGX", 5, 500),
        ("HUF", 1045, 1045),
        ("KWD", 5120, 5120),
        ("CLP", 990, 990),
    ],
)
def test_amounts_are_counted_as_the_provider_counts(currency: str, ours: int, theirs: int) -> None:
    assert to_stripe(ours, currency) == theirs
    assert from_stripe(theirs, currency) == ours


@given(st.sampled_from(sorted(EXPONENTS)), st.integers(0, 10**12))
def test_what_can_be_charged_comes_back_as_it_went(currency: str, amount: int) -> None:
    try:
        theirs = to_stripe(amount, currency)
    except InvalidAmount:
        return
    assert from_stripe(theirs, currency) == amount


def test_a_fraction_that_cannot_be_charged_is_refused_not_rounded() -> None:
    for currency, amount in (("KWD", 5124), ("MGA", 50_050)):
        with pytest.raises(InvalidAmount):
            to_stripe(amount, currency)
