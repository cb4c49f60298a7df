"""Waiting, for a while, until an order has come as far as its caller would like to answer."""

from collections.abc import Callable

from domain.model.orders import Order
from domain.ports import Ports

LOOK = 0.25
"""Seconds after which whoever waits looks again, woken or not."""


async def wait_until(order: Order, enough: Callable[[Order], bool], seconds: float, ports: Ports) -> Order:
    """The order as soon as it is `enough`, or as it is when the time is up. Listens first, reads second."""
    order_id = order.id
    deadline = ports.clock.monotonic() + seconds
    async with ports.feed.listen(order.id) as listening:
        while True:
            found = await ports.store.read(lambda reader: reader.order(order_id))
            order = found or order
            left = deadline - ports.clock.monotonic()
            if left <= 0 or enough(order):
                return order
            await listening.changed(min(left, LOOK))
