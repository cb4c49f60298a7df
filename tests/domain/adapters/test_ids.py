import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adapters.ids import RandomIds, SeededIds

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
times = st.timedeltas(timedelta(0), timedelta(days=200_000)).map(EPOCH.__add__)


@pytest.mark.parametrize("ids", [RandomIds(), SeededIds(1)])
def test_an_order_id_is_a_uuid_of_version_7(ids: RandomIds | SeededIds) -> None:
    parsed = uuid.UUID(ids.order_id(NOON))
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert parsed.int >> 80 == int(NOON.timestamp() * 1000)
    assert parsed.hex == parsed.hex.lower()


@given(times, times)
def test_order_ids_sort_by_time_to_the_microsecond(one: datetime, other: datetime) -> None:
    ids = RandomIds()
    if one < other:
        assert ids.order_id(one) < ids.order_id(other)
    assert ids.order_id(one) < ids.order_id(one + timedelta(microseconds=1))


def test_order_ids_of_one_moment_differ() -> None:
    ids = RandomIds()
    assert len({ids.order_id(NOON) for _ in range(10_000)}) == 10_000


def test_a_time_before_1970_makes_no_order_id() -> None:
    with pytest.raises(ValueError, match="time"):
        RandomIds().order_id(EPOCH - timedelta(microseconds=1))


@pytest.mark.parametrize("ids", [RandomIds(), SeededIds(1)])
def test_what_is_drawn_has_the_size_that_was_asked_for(ids: RandomIds | SeededIds) -> None:
    assert len(ids.token_bytes(24)) == 24
    assert all(0 <= ids.bits(5) < 32 for _ in range(1_000))
    assert {ids.bits(1) for _ in range(100)} == {0, 1}
    assert all(0 <= ids.random() < 1 for _ in range(1_000))
    assert len(ids.unique()) == 32
    assert int(ids.unique(), 16)


def test_the_same_seed_draws_the_same_and_another_draws_otherwise() -> None:
    def drawn(seed: int) -> tuple[object, ...]:
        ids = SeededIds(seed)
        return ids.order_id(NOON), ids.unique(), ids.token_bytes(8), ids.bits(45), ids.random()

    assert drawn(7) == drawn(7)
    assert not set(drawn(7)) & set(drawn(8))
    ids = RandomIds()
    assert ids.unique() != ids.unique()
