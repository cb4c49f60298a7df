"""The demo shop as tests look at it: built once, read whole, closed again."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.adapters.documents.shops import decode_shop, demo_shop
from domain.adapters.sql.migrating import migrate
from domain.model.effects import Effect
from domain.model.events import Event
from domain.model.orders import Order
from domain.model.stock import StockLevel
from domain.ports import Reader, StockFilter
from gateway.demo import Summary, build, is_empty, is_half_built, summarize
from gateway.demo.table import STORIES, reference_of
from tests.world import a_world

NOW = datetime(2026, 11, 22, 9, 30, 12, tzinfo=UTC)
SHOP = decode_shop(demo_shop())


@dataclass(frozen=True)
class Built:
    """`orders` and `events` by the name of their story; seconds of work and of waiting."""

    url: str
    summary: Summary
    orders: Mapping[str, Order]
    events: Mapping[str, list[Event]]
    effects: list[Effect]
    stock: list[StockLevel]
    worked: float
    took: float


async def build_in(url: str, now: datetime = NOW) -> Built:
    """The shop in a new store at `url`, with the partners of the past only."""
    await migrate(url)
    async with a_world(url, SHOP) as world:
        assert await is_empty(world.ports)
        began, worked = time.perf_counter(), time.process_time()
        summary = await build(world.ports, world.clock.set, now)
        worked, took = time.process_time() - worked, time.perf_counter() - began
        assert not await is_empty(world.ports)
        assert not await is_half_built(world.ports)
        assert world.clock.now() >= now
        assert await summarize(world.ports) == summary
        return Built(url, summary, *await world.store.read(_everything), worked, took)


async def _everything(
    reader: Reader,
) -> tuple[dict[str, Order], dict[str, list[Event]], list[Effect], list[StockLevel]]:
    orders, events, effects = {}, {}, []
    for number, story in enumerate(STORIES):
        order_id = await reader.order_id("reference", reference_of(number))
        order = await reader.order(order_id or "")
        assert order is not None, story.name
        orders[story.name] = order
        events[story.name] = await reader.events(order.id)
        effects += await reader.effects_of(order.id)
    stock = await reader.stock_page(StockFilter(), None, 1000)
    return orders, events, effects, list(stock.items)
