"""What the tests of the store do and look at, over and over."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from domain.adapters.sql import OpenStore
from domain.model.changes import Changes
from domain.model.events import Event, TaskSettled
from domain.model.orders import Order, TaskStatus
from domain.model.stock import Allocation, StockLevel
from domain.ports import UnitOfWork
from tests.factories import (
    NOW,
    SYSTEM,
    a_placement,
)

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def order_id(number: int) -> str:
    return f"{number:032x}"


def saving(changes: Changes) -> Callable[[UnitOfWork], Awaitable[Order]]:
    return lambda uow: uow.save(changes)


async def placed(store: OpenStore, which: int = 1, **changes: Any) -> Changes:
    placement = a_placement(order_id(which), **{"number": f"N{which}", **changes})
    await store.write(saving(placement))
    return placement


async def stored(store: OpenStore, order_id: str) -> Order | None:
    return await store.read(lambda reader: reader.order(order_id))


async def journal(store: OpenStore, order_id: str) -> list[Event]:
    return await store.read(lambda reader: reader.events(order_id))


async def counted(store: OpenStore, delta: int, sku: str = "TEE-M", place: str = "berlin") -> StockLevel | None:
    return await store.write(lambda uow: uow.adjust_stock(sku, place, delta, "counted", NOW, "olga"))


async def reserved(store: OpenStore, order: str, allocation: Allocation) -> bool:
    return await store.write(lambda uow: uow.reserve(order, allocation, NOW + DAY))


def settled(changes: Changes, word: str = "stock") -> Changes:
    """One more event on what those changes left."""
    more = Changes(changes.order, SYSTEM, changes.now + MINUTE)
    more.add(TaskSettled(word, TaskStatus.SUCCEEDED))
    return more
