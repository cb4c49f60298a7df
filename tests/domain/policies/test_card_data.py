import uuid
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from domain.adapters.clock import SystemClock
from domain.adapters.ids import SeededIds
from domain.policies.card_data import looks_like_card
from domain.policies.tracking_numbers import is_tracking_number
from tests.domain.policies.parcels import TELLABLE, Maker, drawn, fedex_ground, numbers_of

# Issuers' and payment providers' own test numbers.
PUBLISHED = {
    "4111111111111111", "4242424242424242", "4012888888881881", "4222222222222", "4000056655665556",
    "5555555555554444", "5105105105105100", "2223003122003222", "2720990000000007", "378282246310005",
    "371449635398431", "6011111111111117", "6445644564456445", "30569309025904", "38520000023237", "36227206271667",
    "3530111333300000", "3566002020360505", "6200000000000005", "6205500000000000004", "6304000000000000",
    "6759649826438453", "6771798025000004", "6703444444444449", "5018000000000009",
}  # fmt: skip

ISSUED = [
    ("Visa", ("4",), (13, 16, 19)),
    ("Mastercard", ("51", "52", "53", "54", "55", "2221", "2229", "223", "26", "271", "2720"), (16,)),
    ("American Express", ("34", "37"), (15,)),
    ("Discover", ("6011", "644", "649", "65"), (16, 19)),
    ("Diners Club", ("300", "305", "3095", "36", "38", "39"), (14, 16, 19)),
    ("JCB", ("3528", "3589"), (16, 19)),
    ("UnionPay", ("62", "81"), (16, 17, 18, 19)),
    ("Maestro", ("5018", "5020", "5038", "5893", "6304", "6759", "6761", "6762", "6763"), (13, 14, 15, 16, 18, 19)),
]

BLANKS = (" ", "  ", "\t", "\u00a0", "\u2009", "\u202f", "\u3000", "\u200b")
DASHES = ("-", " - ", "–", "—", "‑", "−", "－", "\u00ad")
BETWEEN = ("", "", *BLANKS, *DASHES)
LETTERS = "abcxyzÄ日,.;:#*/()\n"
SCRIPTS = ("0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗")


def with_luhn_digit(digits: str) -> str:
    doubled = [int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(digits))]
    return digits + str(-sum(value // 10 + value % 10 for value in doubled) % 10)


@st.composite
def cards(draw: st.DrawFn) -> str:
    _, prefixes, lengths = draw(st.sampled_from(ISSUED))
    prefix, length = draw(st.sampled_from(prefixes)), draw(st.sampled_from(lengths))
    if prefix == "81":
        prefix = "810"
    rest = length - len(prefix) - 1
    return with_luhn_digit(prefix + draw(st.text("0123456789", min_size=rest, max_size=rest)))


@st.composite
def written(draw: st.DrawFn, number: str) -> str:
    script = draw(st.sampled_from(SCRIPTS))
    between = draw(st.lists(st.sampled_from(BETWEEN), min_size=len(number) - 1, max_size=len(number) - 1))
    return "".join(script[int(digit)] + gap for digit, gap in zip(number, [*between, ""], strict=True))


@pytest.mark.parametrize("number", sorted(PUBLISHED))
def test_a_published_test_number_is_a_card(number: str) -> None:
    in_fours = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    for text in (number, in_fours, in_fours.replace(" ", "-"), in_fours.replace(" ", " - "), " ".join(number)):
        assert looks_like_card(text)
        assert looks_like_card(f"my card: {text} 12/29 123, thanks")
        assert looks_like_card(f"{text} 1229 123")
        assert looks_like_card(f"tok_{text}")
        assert looks_like_card(f"Ring 3 times 10115 Berlin{text}exp")


@pytest.mark.parametrize(
    "text", ["4111.1111.1111.1111", "4111/1111/1111/1111", "4111_1111_1111_1111", "3782.822463.10005"]
)
def test_dots_strokes_and_underscores_between_groups_hide_nothing(text: str) -> None:
    assert looks_like_card(text)
    assert looks_like_card(f"{text} 1229 123")


@given(cards().flatmap(written), st.text(LETTERS, max_size=7), st.text(LETTERS, max_size=7))
@settings(max_examples=500)
def test_a_card_is_found_however_it_is_written_and_wherever_it_stands(card: str, before: str, after: str) -> None:
    assert looks_like_card(before + card + after)


@given(cards(), st.integers(0, 18), st.integers(1, 9))
def test_a_card_with_one_wrong_digit_is_not_a_card(card: str, place: int, by: int) -> None:
    place %= len(card)
    wrong = card[:place] + str((int(card[place]) + by) % 10) + card[place + 1 :]
    assert not looks_like_card(wrong)


@given(cards(), st.text("0123456789", min_size=7))
def test_a_number_that_goes_on_is_another_number(card: str, more: str) -> None:
    assert not looks_like_card(card + more)
    assert not looks_like_card(more + card)


@pytest.mark.parametrize(
    "text",
    ["", "4111", "no digits at all, just a rather long sentence", "4111-1111-1111-1112", "1234567890123456",
     "9999999999999995", "4111x1111x1111x1111", "4111 1111\n1111 1111", "2026-11-22 14:30:00.123456",
     "1732233600000000", "52.520006599999999,13.40495", "HRB 123456 B, DE123456789", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
     "\ud800" * 20, "\x00" * 20],
)  # fmt: skip
def test_other_words_and_numbers_are_not_cards(text: str) -> None:
    assert not looks_like_card(text)


# ------------------------------------------------------------------ telephones

COUNTRIES = (
    "DE", "AT", "CH", "FR", "GB", "US", "CA", "IT", "ES", "NL", "PL", "SE", "BR", "MX", "IN", "JP", "AU", "ZA", "TR",
    "ID",
)  # fmt: skip
KINDS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE)


def phones(each: int) -> Iterator[PhoneNumber]:
    """Valid numbers: the example of every country and kind, and others that differ from it in their last digits."""
    chance = SeededIds(5)
    for country in COUNTRIES:
        examples = [phonenumbers.example_number_for_type(country, kind) for kind in KINDS]
        found = 0
        while found < each:
            for example in filter(None, examples):
                number = PhoneNumber()
                number.merge_from(example)
                number.national_number = (example.national_number or 0) // 10**6 * 10**6 + chance.bits(40) % 10**6
                if phonenumbers.is_valid_number(number):
                    found += 1
                    yield number


def ways_to_write(number: PhoneNumber) -> Iterator[str]:
    international = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    yield phonenumbers.format_number(number, PhoneNumberFormat.E164)
    yield international
    yield phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    yield phonenumbers.format_number(number, PhoneNumberFormat.RFC3966)
    yield international.replace("+", "00")
    yield international.replace("+", "00 ")
    yield international.replace("+", "011 ")
    yield international.replace(" ", "-")
    yield f"Please call {international} after nine, 2nd floor"


def test_10000_valid_phones_of_20_countries_are_not_cards() -> None:
    numbers = list(phones(500))
    assert len(numbers) >= 10_000
    assert len(COUNTRIES) == 20
    assert [text for number in numbers for text in ways_to_write(number) if looks_like_card(text)] == []


def test_the_longest_phones_there_are_are_not_cards() -> None:
    """13 digits that begin with 4 after a plus are German or Austrian phones, whatever Luhn says."""
    chance = SeededIds(6)
    for start, rest in (("+49151", 8), ("+43664", 8), ("+4930", 9), ("+390", 11), ("+62812", 9), ("+5511", 9)):
        for _ in range(2_000):
            assert not looks_like_card(start + drawn(chance, rest))


def test_a_plus_does_not_hide_a_card() -> None:
    for text in ("+4111111111111111", "+378282246310005", "+4222222222222", "00 36227206271667", "+5105105105105100"):
        assert looks_like_card(text)
    assert looks_like_card("+1 415 555 2671 4111 1111 1111 1111")
    assert looks_like_card("+4915112345678 4111111111111111")


def test_no_country_has_phones_that_a_plus_does_not_excuse() -> None:
    """What is taken for a card after a plus begins like no country with numbers of that length."""
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            if region == "001":
                continue
            metadata = PhoneMetadata.metadata_for_region(region)
            assert metadata is not None
            assert metadata.general_desc is not None
            for length in metadata.general_desc.possible_length:
                total = len(str(code)) + length
                if 13 <= total <= 15:
                    card_like = [with_luhn_digit(str(code) + "0" * (length - 3) + f"{last:02}") for last in range(100)]
                    assert not any(looks_like_card("+" + number) for number in card_like), (code, total)


# ------------------------------------------------------------------ ids and parcels


def test_10000_uuids_are_not_cards() -> None:
    chance = SeededIds(7)
    for _ in range(10_000):
        drawn_id = uuid.UUID(int=chance.bits(128), version=4)
        for text in (str(drawn_id), drawn_id.hex, str(drawn_id).upper(), f"urn:uuid:{drawn_id}", f"{{{drawn_id}}}"):
            assert not looks_like_card(text)


def test_a_uuid_whose_digits_make_a_card_is_still_a_uuid() -> None:
    assert not looks_like_card("ab411111-1111-4111-8114-2f00c0ffee00".replace("8114", "8111"))
    assert not looks_like_card("0000000a-4111-1111-9111-1111aaaaaaaa")
    assert not looks_like_card("a4111111111111111b0c0d0e0f0a0b0c")
    assert not looks_like_card("2410195f6521688005612363835a2671")
    assert looks_like_card("a4111111111111111b")


def test_order_ids_and_digests_are_not_cards() -> None:
    chance = SeededIds(8)
    for _ in range(100_000):
        assert not looks_like_card(chance.unique())
    for _ in range(10_000):
        assert not looks_like_card(chance.token_bytes(32).hex())


@pytest.mark.parametrize("maker", TELLABLE)
def test_10000_tracking_numbers_of_each_kind_are_not_cards(maker: Maker) -> None:
    assert [number for number in numbers_of(maker, 10_000) if looks_like_card(number)] == []


def test_of_15_digits_of_fedex_ground_those_that_are_cards_by_every_rule_are_refused() -> None:
    """The price of certainty: 34 or 37, and one in ten of those. A field for tracking numbers knows them apart."""
    refused = [number for number in numbers_of(fedex_ground, 10_000) if looks_like_card(number)]
    assert len(refused) < 40
    assert {number[:2] for number in refused} <= {"34", "37", "50", "58", "63", "67"}
    assert all(is_tracking_number(number) for number in refused)


# ------------------------------------------------------------------ time


def milliseconds(text: str) -> float:
    clock = SystemClock()
    taken = []
    for _ in range(3):
        started = clock.monotonic()
        looks_like_card(text)
        taken.append(clock.monotonic() - started)
    return min(taken) * 1000


@pytest.mark.parametrize(
    "unit",
    ["a", "4", "4 ", "4 1 3 ", "1 1 1 1 1 1 1 1 1 1 1 1,", "1" + " " * 4000, "a1", "+1 ", "4111 1111 1111 1112 ",
     "4444.", "1Z ", "00 ", "日4", "４ ", "abcd-", "JJD1 "],
)  # fmt: skip
def test_the_time_grows_with_the_length_and_not_faster(unit: str) -> None:
    text = (unit * 65_536)[:65_536]
    assert milliseconds(text) < 1_000
    assert milliseconds(text) < 12 * milliseconds(text[: 65_536 // 4]) + 5
