from collections.abc import Iterator
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.shipments import Scan, Shipment, ShipmentLine, TrackingStatus
from domain.model.tracking import MOVING, RANK, in_order, with_scans
from tests.factories import NOW


def a_parcel() -> Shipment:
    return Shipment("s1", (ShipmentLine("l1", 1),), NOW, tracking_number="JJD01")


def a_scan(key: str, status: TrackingStatus, hour: int = 0) -> Scan:
    return Scan(key, NOW + timedelta(hours=hour), status, f"{status} {key}", detail=key)


SCANS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(TrackingStatus)), max_size=8).map(
    lambda told: [
        Scan(f"k{number}", NOW + timedelta(hours=hour), status, f"scan {number}", detail=f"{number}")
        for number, (hour, status) in enumerate(told)
    ]
)
"""A set of scans, of few hours, so that many happen at once."""


def ways_to_arrive(told: list[Scan], chance: Random) -> Iterator[tuple[Scan, ...]]:
    """Batches in which all of them come, in any order and some more than once."""
    arriving = told + chance.choices(told, k=chance.randint(0, 6)) if told else []
    chance.shuffle(arriving)
    while arriving:
        size = chance.randint(1, len(arriving))
        yield tuple(arriving[:size])
        del arriving[:size]


@settings(deadline=None, max_examples=1000)
@given(SCANS, st.integers(0, 2**32))
def test_however_scans_arrive_they_make_one_state_and_one_timeline(told: list[Scan], seed: int) -> None:
    parcel = a_parcel()
    for batch in ways_to_arrive(told, Random(seed)):
        parcel = with_scans(parcel, batch)
    assert parcel == with_scans(a_parcel(), tuple(told))
    assert parcel.scans == in_order(tuple(told))
    assert [scan.occurred_at for scan in parcel.scans] == sorted(scan.occurred_at for scan in told)


@settings(deadline=None, max_examples=300)
@given(SCANS, SCANS)
def test_a_delivery_is_never_undone_by_an_older_scan(told: list[Scan], older: list[Scan]) -> None:
    delivered = a_scan("delivered", TrackingStatus.DELIVERED, hour=7)
    known = with_scans(a_parcel(), (*told, delivered))
    assert known.status is TrackingStatus.DELIVERED
    late = with_scans(known, tuple(Scan("x" + s.key, s.occurred_at, s.status, s.description) for s in older))
    assert late.status is TrackingStatus.DELIVERED
    assert late.delivered_at is not None
    assert late.delivered_at <= delivered.occurred_at


@given(SCANS)
def test_a_parcel_left_when_it_was_first_seen_moving(told: list[Scan]) -> None:
    moving = [scan.occurred_at for scan in told if scan.status in MOVING]
    assert with_scans(a_parcel(), tuple(told)).shipped_at == (min(moving) if moving else None)


def test_of_scans_of_one_moment_the_one_further_along_tells() -> None:
    moving, out = a_scan("b", TrackingStatus.IN_TRANSIT), a_scan("a", TrackingStatus.OUT_FOR_DELIVERY)
    parcel = with_scans(a_parcel(), (out, moving))
    assert (parcel.status, parcel.detail) == (TrackingStatus.OUT_FOR_DELIVERY, "a")
    assert parcel.scans == (moving, out)


def test_the_first_delivery_is_when_it_was_delivered() -> None:
    parcel = with_scans(
        a_parcel(), (a_scan("b", TrackingStatus.DELIVERED, 3), a_scan("a", TrackingStatus.DELIVERED, 2))
    )
    assert parcel.delivered_at == NOW + timedelta(hours=2)


def test_what_is_scanned_in_transit_after_its_delivery_stays_delivered() -> None:
    parcel = with_scans(
        a_parcel(), (a_scan("a", TrackingStatus.DELIVERED, 2), a_scan("b", TrackingStatus.IN_TRANSIT, 3))
    )
    assert parcel.status is TrackingStatus.DELIVERED


def test_only_a_parcel_that_is_sent_back_after_its_delivery_is_no_longer_there() -> None:
    delivered, back = a_scan("a", TrackingStatus.DELIVERED, 2), a_scan("b", TrackingStatus.RETURN_TO_SENDER, 3)
    assert with_scans(a_parcel(), (delivered, back)).status is TrackingStatus.RETURN_TO_SENDER
    earlier = a_scan("b", TrackingStatus.RETURN_TO_SENDER, 1)
    assert with_scans(a_parcel(), (delivered, earlier)).status is TrackingStatus.DELIVERED


def test_a_scan_that_says_nothing_changes_nothing_but_the_timeline() -> None:
    moving = with_scans(a_parcel(), (a_scan("a", TrackingStatus.IN_TRANSIT, 1),))
    unclear = with_scans(moving, (a_scan("b", TrackingStatus.UNKNOWN, 2),))
    assert (unclear.status, unclear.detail) == (TrackingStatus.IN_TRANSIT, "a")
    assert len(unclear.scans) == 2
    assert with_scans(a_parcel(), (a_scan("b", TrackingStatus.UNKNOWN),)).status is TrackingStatus.UNKNOWN


def test_every_status_has_its_rank() -> None:
    assert set(RANK) == set(TrackingStatus)
