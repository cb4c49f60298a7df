"""Limits as a caller meets them, over HTTP."""

from tests.gateway.served import PLACE, an_order, serving, settings_for
from tests.gateway.test_endpoint import PRODUCTS, code_of


async def test_whoever_asks_too_often_is_told_when_to_come_back() -> None:
    settings = settings_for(limit_loopback=True, quote_per_minute_per_ip=3)
    quote = """{ %s }"""
    one = 'a%d: quote(input: { lines: [{ sku: "TEE-M", quantity: 1 }], currency: "EUR" }) { taxIncluded }'
    async with serving(settings) as gateway:
        assert "errors" not in await gateway.post(quote % (one % 1))
        assert "errors" not in await gateway.post(quote % (one % 1))
        answer = await gateway.post(quote % " ".join(one % number for number in range(2)))
        assert answer["data"] is None
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "RATE_LIMITED"
        assert 55 <= error["extensions"]["retryAfterSeconds"] <= 60
        assert "errors" not in await gateway.post(quote % (one % 1)), "a refused operation does not use up the rest"
        assert code_of(await gateway.post(quote % (one % 1))) == "RATE_LIMITED"
        hidden = "{ ...F } fragment F on Query { ...G } fragment G on Query { %s }" % (one % 1)
        assert code_of(await gateway.post(hidden)) == "RATE_LIMITED"
        assert "errors" not in await gateway.post(PRODUCTS)


async def test_orders_for_one_address_are_limited_from_wherever_they_come() -> None:
    settings = settings_for(limit_loopback=True, place_order_per_hour_per_email=1, trusted_proxies=1)
    async with serving(settings) as gateway:
        first = await gateway.post(PLACE, an_order("a", email="Mia@Example.org"), x_forwarded_for="203.0.113.1")
        assert "errors" not in first
        second = await gateway.post(PLACE, an_order("b", email="mia@example.org"), x_forwarded_for="203.0.113.2")
        assert code_of(second) == "RATE_LIMITED"
        other = await gateway.post(PLACE, an_order("c", email="max@example.org"), x_forwarded_for="203.0.113.2")
        assert "errors" not in other


async def test_development_does_not_count_this_machine() -> None:
    async with serving(settings_for(operations_per_minute_per_ip=1)) as gateway:
        for _ in range(5):
            assert "errors" not in await gateway.post(PRODUCTS)
