"""Who is told what, by which ways, and why not by others: the real use cases, channels that remember."""

from collections.abc import AsyncIterator

import pytest

from tests.notifications.telling import EMAIL, SMS, Telling, telling


@pytest.fixture
async def shop() -> AsyncIterator[Telling]:
    async with telling() as one:
        yield one


async def test_a_confirmed_order_is_told_by_mail_with_its_expected_days_and_one_link(shop: Telling) -> None:
    order = await shop.place()
    assert await shop.ways(order, EMAIL) == [("order.confirmed", "SENT", None)]
    assert await shop.ways(order, SMS) == []
    [message] = shop.email.taken
    assert (message.to, message.subject) == ("ada@example.org", f"Alder & Finch: order {order.number} is confirmed")
    for part in ("Alder & Finch", order.number, "between Wednesday 4 March and Friday 6 March", "/track#wml_"):
        assert part in message.text
