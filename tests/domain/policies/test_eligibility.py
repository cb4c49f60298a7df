import pytest

from domain.model.commands import LineRequest
from domain.model.errors import ErrorCode, Refusal
from domain.model.orders import UnavailablePolicy
from domain.policies.eligibility import availability, check_lines, check_stock, first_of_each_field, is_usable
from tests.factories import a_product, a_shop

SHOP = a_shop()


@pytest.mark.parametrize(
    ("free", "word"), [(-1, "OUT_OF_STOCK"), (0, "OUT_OF_STOCK"), (1, "LOW_STOCK"), (4, "LOW_STOCK"), (5, "IN_STOCK")]
)
def test_availability_goes_by_the_shops_threshold(free: int, word: str) -> None:
    assert availability(free, SHOP) == word


def test_an_item_without_a_price_in_the_currency_is_not_sold_in_it() -> None:
    yen = a_shop(currencies=("EUR", "JPY"))
    (refusal,) = check_lines([LineRequest("TEE-M", 1)], {"TEE-M": a_product()}, "JPY", yen)
    assert (refusal.code, refusal.field) == (ErrorCode.CURRENCY_UNSUPPORTED, ("lines", "0", "sku"))


def test_lines_of_one_item_share_what_is_there() -> None:
    lines = [LineRequest("TEE-M", 2), LineRequest("MUG", 1), LineRequest("TEE-M", 2)]
    products = {"TEE-M": a_product(), "MUG": a_product("MUG")}
    told = check_stock(lines, products, {"TEE-M": 3, "MUG": 1}, UnavailablePolicy.REJECT)
    assert [refusal.field for refusal in told] == [("lines", "2", "quantity")]
    assert check_stock(lines, products, {}, UnavailablePolicy.BACKORDER) == []


def test_what_is_wrong_in_another_way_is_not_also_out_of_stock() -> None:
    lines = [LineRequest("GONE", 2), LineRequest("TEE-M", 0)]
    assert check_stock(lines, {"TEE-M": a_product()}, {}, UnavailablePolicy.REJECT) == []


@pytest.mark.parametrize(("text", "usable"), [("a", True), ("", False), (" ", False), ("\x00", False), ("aaaa", False)])
def test_a_word_is_usable_if_it_can_be_kept_and_says_something(text: str, usable: bool) -> None:
    assert is_usable(text, 3) is usable


def test_of_several_faults_in_one_place_the_first_is_told() -> None:
    first, second = Refusal(ErrorCode.INVALID, "one", ("note",)), Refusal(ErrorCode.INVALID, "two", ("email",))
    assert first_of_each_field([first, Refusal(ErrorCode.CONFLICT, "three", ("note",)), second]) == (first, second)
