"""What somebody who opens the demo shop wants to know of it, read from the store: the same after a restart."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.ports import OrderFilter, Ports, Reader, SortOrders
from gateway.demo.catalogue import CURRENCIES, people, product_entries
from gateway.demo.table import LIVE, STORIES, reference_of

SHOWN = (
    "challenge waiting",
    "declined",
    "in review",
    "awaiting approval",
    "waiting for stock",
    "being picked in two places",
    "out for delivery",
    "delayed on its way",
    "missed yesterday",
    "ready in the store",
    "two parcels, one delivered",
    "returned to sender",
    "canceled by the buyer",
    "delivered long ago",
)


@dataclass(frozen=True, slots=True)
class GuestOrder:
    """`token` is its buyer's link; `order_id` is internal, 32 hex digits."""

    order_id: str
    number: str
    token: str


@dataclass(frozen=True, slots=True)
class Summary:
    """`live` is the newest order, to be watched; `numbers` are order numbers by situation; customers by e-mail."""

    live: GuestOrder
    numbers: Mapping[str, str]
    customers: tuple[str, ...]
    orders: int


async def summarize(ports: Ports) -> Summary | None:
    """None if the store does not hold the demo shop."""

    async def work(reader: Reader) -> tuple[GuestOrder | None, dict[str, str], int]:
        found: dict[str, tuple[str, str]] = {}
        for number, story in enumerate(STORIES):
            if story.name == LIVE or story.name in SHOWN:
                order_id = await reader.order_id("reference", reference_of(number))
                order = await reader.order(order_id) if order_id else None
                if order is not None:
                    found[story.name] = order.id, order.number
        live = GuestOrder(*found[LIVE], ports.links.token(found[LIVE][0])) if LIVE in found else None
        return live, {name: found[name][1] for name in SHOWN if name in found}, await reader.count_orders(OrderFilter())

    live, numbers, orders = await ports.store.read(work)
    if live is None:
        return None
    emails = tuple(person.email for person in people().values() if person.customer)
    return Summary(live, numbers, emails, orders)


async def is_empty(ports: Ports) -> bool:
    """Nobody has ordered or sold anything here yet."""

    async def work(reader: Reader) -> bool:
        orders = await reader.order_rows(OrderFilter(), SortOrders.NEWEST, None, 1)
        products = await reader.product_page(None, None, None, 1)
        return not orders.items and not products.items

    return await ports.store.read(work)


async def is_half_built(ports: Ports) -> bool:
    """Building began here and was broken off: better begin anew, in a new store."""
    sku = product_entries(CURRENCIES[0])[0].sku
    begun = await ports.store.read(lambda reader: reader.product(sku))
    return begun is not None and await summarize(ports) is None
