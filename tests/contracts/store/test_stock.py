import asyncio
from random import Random

from domain.adapters.sql import OpenStore
from domain.model.stock import Allocation, StockLevel
from domain.ports import StockFilter, UnitOfWork
from tests.contracts.store.steps import (
    counted,
    reserved,
)


def units(quantity: int, line: int = 1, location: str = "berlin") -> Allocation:
    return Allocation(f"l{line}", "TEE-M", location, quantity)


async def level(store: OpenStore) -> StockLevel:
    (only,) = await store.read(lambda reader: reader.stock(["TEE-M"]))
    return only


async def test_stock_is_counted_up_and_never_below_what_is_reserved(store: OpenStore) -> None:
    assert await counted(store, -1) is None
    assert await counted(store, 5) == StockLevel("TEE-M", "berlin", 5, 0)
    assert await reserved(store, "o1", units(4))
    assert await counted(store, -2) is None
    assert await counted(store, -1) == StockLevel("TEE-M", "berlin", 4, 4)
    assert await counted(store, 0) == await level(store)


async def test_more_than_there_is_cannot_be_reserved(store: OpenStore) -> None:
    await counted(store, 3)
    assert not await reserved(store, "o1", units(4))
    assert not await reserved(store, "o1", units(1, location="rome"))
    assert await level(store) == StockLevel("TEE-M", "berlin", 3, 0)


async def test_freeing_and_shipping_count_once_however_often_they_are_asked(store: OpenStore) -> None:
    await counted(store, 10)
    for order in ("o1", "o2"):
        assert await reserved(store, order, units(3))
    for _ in range(3):
        await store.write(lambda uow: uow.release("o1", units(3)))
        await store.write(lambda uow: uow.ship("o2", units(3)))
        await store.write(lambda uow: uow.ship("o1", units(3)))
    assert await level(store) == StockLevel("TEE-M", "berlin", 7, 0)


async def test_two_reservations_of_one_line_are_freed_one_by_one(store: OpenStore) -> None:
    await counted(store, 10)
    await reserved(store, "o1", units(2))
    await reserved(store, "o1", units(5))
    await reserved(store, "o1", units(1, line=2))
    await store.write(lambda uow: uow.release("o1", units(2)))
    assert (await level(store)).reserved == 6
    await store.write(lambda uow: uow.ship("o1", units(5)))
    await store.write(lambda uow: uow.release("o1", units(2)))
    assert await level(store) == StockLevel("TEE-M", "berlin", 5, 1)


async def test_sixty_four_buyers_get_five_hundred_units_and_not_one_more(store: OpenStore) -> None:
    skus = [f"SKU-{number}" for number in range(5)]
    for sku in skus:
        await counted(store, 100, sku)

    async def buy(buyer: int) -> int:
        random, bought = Random(buyer), 0
        for number in range(10):
            wanted = [
                Allocation(f"l{line}", sku, "berlin", 1) for line, sku in enumerate(sorted(random.sample(skus, 2)))
            ]

            async def reserve(uow: UnitOfWork, wanted: list[Allocation] = wanted, number: int = number) -> int:
                taken = [await uow.reserve(f"o{buyer}-{number}", one, None) for one in wanted]
                return sum(taken)

            bought += await store.write(reserve)
        return bought

    assert sum(await asyncio.gather(*(buy(buyer) for buyer in range(64)))) == 500
    levels = await store.read(lambda reader: reader.stock(skus))
    assert {(one.on_hand, one.reserved) for one in levels} == {(100, 100)}


async def test_stock_is_listed_page_by_page(store: OpenStore) -> None:
    for sku in ("A", "B"):
        for place in ("berlin", "rome"):
            await counted(store, 1, sku, place)
    first = await store.read(lambda reader: reader.stock_page(StockFilter(), None, 3))
    rest = await store.read(lambda reader: reader.stock_page(StockFilter(), first.positions[-1], 3))
    assert [(one.sku, one.location_id) for one in first.items + rest.items] == [
        ("A", "berlin"),
        ("A", "rome"),
        ("B", "berlin"),
        ("B", "rome"),
    ]
    assert (first.more, rest.more) == (True, False)
    only = await store.read(lambda reader: reader.stock_page(StockFilter(("B",), "rome"), None, 3))
    assert only.items == (StockLevel("B", "rome", 1, 0),)
