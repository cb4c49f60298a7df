"""Every parcel is scanned 6 to 12 times at places on its way; its number is its carrier's own and no card's."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.simulated.journeys import plan_journey
from gateway.simulated.places import HUBS, STARTING_POINT, Place, known_place, place_of_location
from gateway.simulated.tracking_numbers import (
    BY_COUNTRY,
    CARRIERS,
    carrier_for,
    looks_like_a_card,
    mod10,
    tracking_number,
)

COUNTRIES = st.sampled_from([*HUBS, "AE", "ZZ", "KE"])
CITIES = st.sampled_from(["Smallville", *(place.city for places in HUBS.values() for place in places)])


@given(COUNTRIES, CITIES, COUNTRIES, CITIES, st.integers(), st.booleans(), st.booleans())
def test_a_journey_has_6_to_12_scans_and_ends_in_delivery(
    out_of: str, city: str, into: str, town: str, seed: int, late: bool, twice: bool
) -> None:
    origin, destination = Place(city, out_of), Place(town, into)
    journey = plan_journey(origin, destination, "DHL", Random(seed), late, twice)
    scans = journey.scans
    assert 6 <= len(scans) <= 12
    assert (scans[0].status, scans[-1].status) == ("pre_transit", "delivered")
    assert all(one.after < later.after for one, later in pairwise(scans))
    assert (scans[0].place, scans[-1].place) == (origin, destination)
    assert any(scan.detail == "weather_delay" for scan in scans) == late
    assert sum(scan.status == "out_for_delivery" for scan in scans) == 1 + twice
    assert any(scan.detail == "delivery_exception" and scan.status == "in_transit" for scan in scans) == twice
    assert journey.delayed_to == scans[-1].after
    assert 80 <= journey.expected <= 92 + 14 * twice
    assert (journey.delayed_to - journey.expected >= 18) == late
    known = {place for places in HUBS.values() for place in places} | {
        origin,
        destination,
        Place("Dubai", "AE", "Dubai"),
    }
    assert {scan.place for scan in scans} <= known


def test_the_same_seed_plans_the_same_journey() -> None:
    journeys = {plan_journey(HUBS["DE"][0], HUBS["US"][3], "UPS", Random("7")) for _ in range(3)}
    assert len(journeys) == 1


@pytest.mark.parametrize(
    ("handle", "city"),
    [
        ("berlin", "Berlin"), ("berlin-2", "Berlin"), ("us-newark", "Newark"), ("warehouse_koln", "Leipzig"),
        ("store-fr", "Roissy-en-France"), ("us-east", "Louisville"), ("main", "Leipzig"),
    ],
)  # fmt: skip
def test_a_warehouse_stands_where_its_handle_says(handle: str, city: str) -> None:
    assert place_of_location(handle).city == city


def test_a_known_city_brings_its_state_and_postcode() -> None:
    assert known_place("newark", "US") == Place("Newark", "US", "NJ", "07114")
    assert known_place("Nowhere", "US") == Place("Nowhere", "US")
    assert STARTING_POINT.country == "DE"


@pytest.mark.parametrize("handle", CARRIERS)
def test_no_tracking_number_could_be_a_card_number(handle: str) -> None:
    numbers = {tracking_number(CARRIERS[handle], Random(seed)) for seed in range(2000)}
    assert len(numbers) == 2000
    assert not any(looks_like_a_card(number) for number in numbers)


def test_cards_are_recognized() -> None:
    assert all(looks_like_a_card(number) for number in ("4242424242424242", "378282246310005", "6011111111111117"))
    assert not looks_like_a_card("4242424242424241")


@pytest.mark.parametrize(
    ("form", "published"),
    [("gs1", "4006381333931"), ("gs1", "106141411234567897"), ("ups", "1Z5R89390357567127"), ("s10", "RB123456785GB")],
)
def test_check_digits_are_those_of_published_examples(form: str, published: str) -> None:
    match form:
        case "gs1":
            assert mod10(published[:-1]) == published[-1]
        case "ups":
            values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in published[2:-1]]
            assert str(-(sum(values[0::2]) + 2 * sum(values[1::2])) % 10) == published[-1]
        case "s10":
            weighed = sum(
                int(digit) * weight for digit, weight in zip("12345678", (8, 6, 4, 2, 3, 5, 9, 7), strict=True)
            )
            assert str(11 - weighed % 11) == published[-3]


def test_every_country_has_a_carrier_that_is_known() -> None:
    for country in [*BY_COUNTRY, "JP"]:
        assert carrier_for(country, Random(1)).handle in CARRIERS
    assert {carrier_for("US", Random(seed)).handle for seed in range(50)} == {"usps", "ups"}
