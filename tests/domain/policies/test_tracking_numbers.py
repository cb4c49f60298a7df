import pytest

from domain.adapters.ids import SeededIds
from domain.policies.tracking_numbers import is_tracking_number
from tests.domain.policies.parcels import TELLABLE, Maker, drawn, fedex_ground, numbers_of

PUBLISHED = [
    "1Z999AA10123456784",
    "1Z5R89390357567127",
    "1z 8v9 2a7 03 6720 3024",
    "986578788855",
    "0414 4176 0228 964",
    "5682 8361 0012 734",
    "9611020987654312345672",
    "1001921334250001000300779017972697",
    "9400 1112 0108 0805 4830 16",
    "9205590164917337534322",
    "9274 8931 5077 0851 3018 0500 63",
    "420 22153 9101026837331000039521",
    "4201002334249200190132607600833457",
    "0307 1790 0005 2348 3741",
    "7196 9010 7560 0307 7385",
    "3318810025",
    "73891051146",
    "JJD0099999999",
    "JVGL0999999990",
    "GM2951173225174494",
    "0998 0000 0200 34D",
    "RB123456785GB",
    "7035114477138472",
    "JD0002242617644732",
    "YT2229521272164446",
    "１２８６６７０４３７２６",
]


@pytest.mark.parametrize("number", PUBLISHED)
def test_a_number_that_a_carrier_published_is_known(number: str) -> None:
    assert is_tracking_number(number)


@pytest.mark.parametrize("maker", [*TELLABLE, fedex_ground])
def test_a_number_made_by_a_carriers_rule_is_known(maker: Maker) -> None:
    assert [number for number in numbers_of(maker, 1_000) if not is_tracking_number(number)] == []


@pytest.mark.parametrize(
    "text",
    ["", "parcel", "1Z999AA10123456785", "9400111201080805483017", "041441760228965", "RB123456786GB", "1" * 65,
     "call 3318810025", "4111111111111111", "01900000-c3a2-4b7d-8e8f-001122334455", "-", "\ud800"],
)  # fmt: skip
def test_another_text_or_a_wrong_check_digit_is_not(text: str) -> None:
    assert not is_tracking_number(text)


def test_of_numbers_by_chance_a_check_digit_lets_one_in_ten_pass() -> None:
    chance = SeededIds(1)
    passed = sum(is_tracking_number(drawn(chance, 16)) for _ in range(2_000))
    assert 130 < passed < 270
