from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.adapters.clock import SystemClock, VirtualClock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_the_machines_time_is_in_utc_and_passes() -> None:
    clock = SystemClock()
    before, started = clock.now(), clock.monotonic()
    await clock.sleep(0.01)
    assert before.tzinfo is UTC
    assert clock.monotonic() - started >= 0.009
    assert clock.now() > before


async def test_a_virtual_clock_stands_still_until_it_is_set() -> None:
    clock = VirtualClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.set(NOON + timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1)
    assert clock.monotonic() == 3600


async def test_a_sleeper_wakes_at_once_and_that_much_later() -> None:
    clock, real = VirtualClock(NOON), SystemClock()
    started = real.monotonic()
    await clock.sleep(86_400)
    await clock.sleep(0)
    await clock.sleep(-1)
    assert clock.now() == NOON + timedelta(days=1)
    assert real.monotonic() - started < 5


async def test_setting_it_back_never_makes_the_monotonic_time_fall() -> None:
    clock = VirtualClock(NOON)
    clock.set(NOON + timedelta(days=1))
    clock.set(NOON - timedelta(days=30))
    assert clock.now() == NOON - timedelta(days=30)
    assert clock.monotonic() == 86_400


async def test_other_zones_become_utc_and_no_zone_is_refused() -> None:
    clock = VirtualClock(datetime(2026, 11, 22, 13, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == NOON
    assert clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        clock.set(NOON.replace(tzinfo=None))
