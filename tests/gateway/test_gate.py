"""Limits: counted in this process, or in Redis for all of them; never off because Redis is."""

import pytest

from domain.adapters.clock import SystemClock, VirtualClock
from gateway.clients import NOWHERE
from gateway.config import Mode, Settings
from gateway.gate import Gate, RateLimited
from gateway.windows import MOST_KEYS, LocalWindows
from tests.servers.redis import RestartableRedis
from tests.twins import START

HERE, THERE = "203.0.113.1", "203.0.113.2"


async def admitted(gate: Gate, *fields: str, ip: str = HERE, emails: tuple[str, ...] = ()) -> bool:
    try:
        await gate.admit(fields, ip, emails)
    except RateLimited:
        return False
    return True


async def test_a_window_moves() -> None:
    clock = VirtualClock(START)
    gate = Gate(Settings(place_order_per_minute_per_ip=2), clock)
    assert await admitted(gate, "placeOrder")
    await clock.sleep(30)
    assert await admitted(gate, "placeOrder")
    with pytest.raises(RateLimited) as limited:
        await gate.admit(["placeOrder"], HERE)
    assert limited.value.extensions == {"code": "RATE_LIMITED", "retryAfterSeconds": 30}
    assert await admitted(gate, "placeOrder", ip=THERE)
    assert await admitted(gate, "order")
    await clock.sleep(30)
    assert await admitted(gate, "placeOrder")
    assert not await admitted(gate, "placeOrder")


async def test_every_time_that_a_field_stands_in_an_operation_counts() -> None:
    gate = Gate(Settings(place_order_per_minute_per_ip=5), VirtualClock(START))
    assert not await admitted(gate, *["placeOrder"] * 6)
    assert await admitted(gate, *["placeOrder"] * 5)
    assert not await admitted(gate, "placeOrder")


async def test_all_operations_of_an_address_are_counted_together() -> None:
    gate = Gate(Settings(operations_per_minute_per_ip=3), VirtualClock(START))
    assert [await admitted(gate, "order") for _ in range(4)] == [True, True, True, False]
    assert await admitted(gate, "order", ip=THERE)


async def test_returns_asked_for_from_one_address_are_counted_by_the_hour() -> None:
    clock = VirtualClock(START)
    gate = Gate(Settings(request_return_per_hour_per_ip=2), clock)
    assert [await admitted(gate, "requestReturn") for _ in range(3)] == [True, True, False]
    assert await admitted(gate, "requestReturn", ip=THERE)
    await clock.sleep(3600)
    assert await admitted(gate, "requestReturn")


async def test_a_household_of_ipv6_is_one() -> None:
    gate = Gate(Settings(operations_per_minute_per_ip=1), VirtualClock(START))
    assert await admitted(gate, "order", ip="2001:db8::1")
    assert not await admitted(gate, "order", ip="2001:db8::2")
    assert await admitted(gate, "order", ip="2001:db8:0:1::1")


async def test_this_machine_is_counted_in_production_and_not_in_development() -> None:
    clock = VirtualClock(START)
    for mode, counted in ((Mode.PRODUCTION, True), (Mode.DEVELOPMENT, False)):
        gate = Gate(Settings(mode=mode, operations_per_minute_per_ip=1), clock)
        for ip in ("127.0.0.1", "::1"):
            assert await admitted(gate, "order", ip=ip)
            assert await admitted(gate, "order", ip=ip) is not counted
        assert await admitted(gate, "order", ip=NOWHERE)
        assert not await admitted(gate, "order", ip=NOWHERE)


async def test_memory_is_bounded_whoever_asks() -> None:
    windows = LocalWindows(lambda: 0.0)
    for number in range(MOST_KEYS + 10):
        assert await windows.acquire_entry(str(number), 1, 60)
    assert len(windows._moments) == MOST_KEYS
    assert not await windows.acquire_entry(str(MOST_KEYS), 1, 60), "whoever asked last is still known"


async def test_several_processes_count_together_in_redis(redis_url: str, redis_prefix: str) -> None:
    settings = Settings(redis_url=redis_url, redis_prefix=redis_prefix, place_order_per_minute_per_ip=3)
    gates = [Gate(settings, SystemClock()) for _ in range(2)]
    answers = [await admitted(gates[number % 2], "placeOrder") for number in range(5)]
    assert answers == [True, True, True, False, False]
    with pytest.raises(RateLimited) as limited:
        await gates[0].admit(["placeOrder"], HERE)
    assert 55 <= (limited.value.extensions or {})["retryAfterSeconds"] <= 60
    for gate in gates:
        await gate.aclose()


async def test_while_redis_is_away_each_process_counts_for_itself(redis_server: RestartableRedis) -> None:
    gate = Gate(Settings(redis_url=redis_server.url, place_order_per_minute_per_ip=2), SystemClock())
    assert await admitted(gate, "placeOrder")
    redis_server.kill()
    assert await admitted(gate, "placeOrder")
    assert await admitted(gate, "placeOrder")
    assert not await admitted(gate, "placeOrder")
    await gate.aclose()
