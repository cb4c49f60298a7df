from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.stock import Allocation, StockLevel
from domain.policies.sourcing import source
from tests.factories import a_line, a_shop

SHOP = a_shop()
PLACES = ("hamburg", "vienna", "newark", "gone")


def level(place: str, on_hand: int, reserved: int = 0) -> StockLevel:
    return StockLevel("TEE-M", place, on_hand, reserved)


def sources(quantity: int, *levels: StockLevel, country: str = "DE") -> list[tuple[str, int]]:
    taken = source(a_line(quantity=quantity), levels, country, SHOP)
    return [(one.location_id, one.quantity) for one in taken]


def test_one_place_sends_it_all_if_one_can() -> None:
    assert sources(3, level("hamburg", 2), level("newark", 3)) == [("newark", 3)]


def test_places_that_serve_the_country_come_first_and_warehouses_before_stores() -> None:
    everywhere = (level("newark", 9), level("vienna", 9), level("hamburg", 5))
    assert sources(3, *everywhere) == [("hamburg", 3)]
    assert sources(3, *everywhere, country="AT") == [("hamburg", 3)]
    assert sources(3, *everywhere, country="US") == [("newark", 3)]
    assert sources(3, level("vienna", 9), level("newark", 99), country="AT") == [("vienna", 3)]


def test_of_two_alike_the_fuller_shelf_is_taken_from() -> None:
    shop = a_shop(locations=tuple(one for one in SHOP.locations if one.handle == "hamburg"))
    taken = source(a_line(quantity=1), (level("north", 2), level("south", 3)), "DE", shop)
    assert taken == (Allocation("l1", "TEE-M", "south", 1),)


def test_several_places_share_what_none_has_alone() -> None:
    assert sources(5, level("hamburg", 2), level("vienna", 2), level("newark", 2)) == [
        ("hamburg", 2), ("newark", 2), ("vienna", 1),
    ]  # fmt: skip


def test_what_is_spoken_for_is_not_there() -> None:
    assert sources(2, level("hamburg", 5, reserved=4)) == []
    assert sources(2, level("hamburg", 5, reserved=4), level("newark", 1)) == [("hamburg", 1), ("newark", 1)]


@settings(deadline=None)
@given(st.integers(1, 30), st.dictionaries(st.sampled_from(PLACES), st.tuples(st.integers(0, 20), st.integers(0, 20))))
def test_all_of_a_line_is_found_or_nothing_and_never_more_than_is_free(
    quantity: int, shelves: dict[str, tuple[int, int]]
) -> None:
    levels = [level(place, free + reserved, reserved) for place, (free, reserved) in shelves.items()]
    taken = source(a_line(quantity=quantity), levels, "DE", SHOP)
    if sum(one.available for one in levels) < quantity:
        assert taken == ()
    else:
        assert sum(one.quantity for one in taken) == quantity
    free = {one.location_id: one.available for one in levels}
    assert all(0 < one.quantity <= free[one.location_id] for one in taken)
    assert len({one.location_id for one in taken}) == len(taken)
