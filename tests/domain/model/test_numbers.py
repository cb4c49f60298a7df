import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.adapters.ids import SeededIds
from domain.model.numbers import ALPHABET, RANDOM_BITS, order_number, parse_order_number

bits = st.integers(0, 2**RANDOM_BITS - 1)


def some_numbers(count: int) -> list[str]:
    ids = SeededIds(1)
    return [order_number(ids.bits(RANDOM_BITS)) for _ in range(count)]


@given(bits)
@example(0)
@example(2**RANDOM_BITS - 1)
def test_a_number_is_two_groups_of_five_without_look_alikes(drawn: int) -> None:
    number = order_number(drawn)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", number)
    assert parse_order_number(number) == number


@given(bits, bits)
def test_other_bits_make_another_number(one: int, other: int) -> None:
    assert (order_number(one) == order_number(other)) == (one == other)


def test_all_45_bits_are_in_it() -> None:
    assert len({order_number(1 << bit)[:-1] for bit in range(RANDOM_BITS)}) == RANDOM_BITS


@pytest.mark.parametrize("wrong", [-1, 2**RANDOM_BITS])
def test_more_or_less_than_45_bits_make_no_number(wrong: int) -> None:
    with pytest.raises(ValueError, match="45 bits"):
        order_number(wrong)


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\n", "\u00a0{}", "\t{}"])
@given(drawn=bits)
def test_case_blanks_and_dashes_do_not_matter(typed: str, drawn: int) -> None:
    number = order_number(drawn)
    bare = number.replace("-", "")
    for way in (number, number.lower(), bare, bare.lower(), " ".join(bare), number.replace("-", " – ")):
        assert parse_order_number(typed.format(way)) == number


@given(bits)
def test_look_alikes_are_read_as_what_they_look_like(drawn: int) -> None:
    number = order_number(drawn)
    for meant, typed in (("0", "O"), ("0", "o"), ("1", "I"), ("1", "i"), ("1", "L"), ("1", "l")):
        assert parse_order_number(number.replace(meant, typed)) == number


def test_every_wrong_character_at_every_place_is_noticed() -> None:
    """The code is linear, so one number would do; two hundred make sure that the code is."""
    for number in some_numbers(200):
        for place, right in enumerate(number):
            if right == "-":
                continue
            for wrong in ALPHABET:
                if wrong != right:
                    assert parse_order_number(number[:place] + wrong + number[place + 1 :]) is None


def test_every_swap_of_two_different_characters_at_any_two_places_is_noticed() -> None:
    for number in some_numbers(2_000):
        bare = number.replace("-", "")
        for one in range(10):
            for other in range(one):
                if bare[one] != bare[other]:
                    swapped = list(bare)
                    swapped[one], swapped[other] = swapped[other], swapped[one]
                    assert parse_order_number("".join(swapped)) is None


def test_every_pair_of_characters_is_told_apart_at_every_pair_of_places() -> None:
    """Exhaustive over what a swap depends on: the two places and the two characters. The other places hold zeros."""
    for one in range(9):
        for other in range(one):
            for first in range(32):
                for second in range(first):
                    straight = first << 5 * (8 - one) | second << 5 * (8 - other)
                    crossed = second << 5 * (8 - one) | first << 5 * (8 - other)
                    assert order_number(straight)[-1] != order_number(crossed)[-1]


def test_a_guess_is_right_once_in_32() -> None:
    ids = SeededIds(2)
    guesses = ["".join(ALPHABET[ids.bits(5)] for _ in range(10)) for _ in range(32_000)]
    assert 800 < sum(parse_order_number(guess) is not None for guess in guesses) < 1_200


@pytest.mark.parametrize(
    "text",
    ["", "-", "ABCDE", "ABCDE-FGHJ", "ABCDE-FGHJKM", "ABCDE-FGHJU", "00000-0000ß", "0000ſ-00000", "x" * 100_000,
     "00000_00000", "٠٠٠٠٠-٠٠٠٠٠", "\ud800", "0000000000\x00"],
)  # fmt: skip
def test_what_cannot_be_a_number_is_none(text: str) -> None:
    assert parse_order_number(text) is None


@given(st.text(max_size=20))
def test_any_text_is_either_a_number_or_none(text: str) -> None:
    parsed = parse_order_number(text)
    assert parsed is None or parse_order_number(parsed) == parsed
