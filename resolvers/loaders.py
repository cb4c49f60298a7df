"""What fields load, in batches: whoever asks in the same moment is answered by one read."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import TypeVar

from strawberry.dataloader import DataLoader

from domain.model.effects import Effect
from domain.model.events import Event
from domain.model.notifications import Delivery, Notification
from domain.model.orders import Buyer, Order
from domain.model.products import Customer, Product
from domain.ports import Reader, Store

Key = TypeVar("Key")
Value = TypeVar("Value")


class Loaders:
    """Made when first used. One read a batch; nothing stays open between them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def _batched(self, read: Callable[[Reader, list[Key]], Awaitable[Sequence[Value]]]) -> DataLoader[Key, Value]:
        async def load(keys: list[Key]) -> Sequence[Value]:
            return await self._store.read(lambda reader: read(reader, keys))

        return DataLoader(load_fn=load)

    @cached_property
    def orders(self) -> DataLoader[str, Order | None]:
        async def read(reader: Reader, ids: list[str]) -> list[Order | None]:
            if len(ids) == 1:
                return [await reader.order(ids[0])]
            found = await reader.orders(ids)
            return [found.get(one) for one in ids]

        return self._batched(read)

    @cached_property
    def customers(self) -> DataLoader[str, Customer | None]:
        async def read(reader: Reader, ids: list[str]) -> list[Customer | None]:
            return [await reader.customer(one) for one in ids]

        return self._batched(read)

    @cached_property
    def products(self) -> DataLoader[str, Product | None]:
        async def read(reader: Reader, skus: list[str]) -> list[Product | None]:
            found = await reader.products(skus)
            return [found.get(sku) for sku in skus]

        return self._batched(read)

    @cached_property
    def free_units(self) -> DataLoader[str, int]:
        """Units of a SKU that nobody has spoken for, over all locations."""

        async def read(reader: Reader, skus: list[str]) -> list[int]:
            free = dict.fromkeys(skus, 0)
            for level in await reader.stock(skus):
                free[level.sku] += level.available
            return [free[sku] for sku in skus]

        return self._batched(read)

    @cached_property
    def effects(self) -> DataLoader[str, list[Effect]]:
        async def read(reader: Reader, order_ids: list[str]) -> list[list[Effect]]:
            return [await reader.effects_of(one) for one in order_ids]

        return self._batched(read)

    @cached_property
    def words(self) -> DataLoader[str, Buyer | None]:
        """Of a person, by the id of their row."""

        async def read(reader: Reader, ids: list[str]) -> list[Buyer | None]:
            found = await reader.words(ids)
            return [found.get(one) for one in ids]

        return self._batched(read)

    @cached_property
    def events(self) -> DataLoader[tuple[str, int], Event | None]:
        """By order and sequence."""

        async def read(reader: Reader, keys: list[tuple[str, int]]) -> list[Event | None]:
            found = [await reader.events(order_id, sequence - 1, 1) for order_id, sequence in keys]
            return [
                events[0] if events and events[0].sequence == sequence else None
                for events, (_, sequence) in zip(found, keys, strict=True)
            ]

        return self._batched(read)

    @cached_property
    def notifications(self) -> DataLoader[str, list[Notification]]:
        """By order."""

        async def read(reader: Reader, order_ids: list[str]) -> list[list[Notification]]:
            return [await reader.notifications_of(one) for one in order_ids]

        return self._batched(read)

    @cached_property
    def deliveries(self) -> DataLoader[str, list[Delivery]]:
        """By order, of all its notifications."""

        async def read(reader: Reader, order_ids: list[str]) -> list[list[Delivery]]:
            found = await reader.deliveries_of(order_ids)
            return [[one for one in found if one.order_id == order_id] for order_id in order_ids]

        return self._batched(read)
