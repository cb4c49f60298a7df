import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.adapters.sql import OpenStore
from domain.ports import StoredKey, UnitOfWork
from tests.contracts.store.steps import (
    DAY,
    MINUTE,
)
from tests.factories import (
    NOW,
)


async def test_one_of_fifty_callers_has_the_key_and_the_others_get_its_answer(store: OpenStore) -> None:
    async def call(number: int) -> StoredKey | None:
        async def work(uow: UnitOfWork) -> StoredKey | None:
            stored = await uow.claim_key("viewer", "placeOrder", "k", b"input", NOW, DAY)
            if stored is None:
                await uow.answer_key("viewer", "placeOrder", "k", "o1", f"answer of {number}".encode())
            return stored

        return await store.write(work)

    outcomes = await asyncio.gather(*map(call, range(50)))
    assert outcomes.count(None) == 1
    answers = {stored.answer for stored in outcomes if stored is not None}
    assert answers == {f"answer of {outcomes.index(None)}".encode()}


async def test_a_key_whose_caller_failed_is_free_again(store: OpenStore) -> None:
    async def fails(uow: UnitOfWork) -> None:
        assert await uow.claim_key("viewer", "placeOrder", "k", b"input", NOW, DAY) is None
        raise RuntimeError("refused")

    with pytest.raises(RuntimeError):
        await store.write(fails)
    assert await store.read(lambda reader: reader.stored_key("viewer", "placeOrder", "k")) is None


async def test_an_old_key_is_forgotten_a_fresh_one_is_not(store: OpenStore) -> None:
    async def claim(digest: bytes, after: timedelta) -> StoredKey | None:
        return await store.write(lambda uow: uow.claim_key("v", "o", "k", digest, NOW + after, DAY))

    assert await claim(b"first", timedelta()) is None
    await store.write(lambda uow: uow.answer_key("v", "o", "k", "o1", b"answer"))
    assert await claim(b"second", DAY) == StoredKey(b"first", "o1", b"answer", NOW)
    assert await claim(b"third", DAY + MINUTE) is None
    fresh = await store.read(lambda reader: reader.stored_key("v", "o", "k"))
    assert fresh == StoredKey(b"third", None, None, NOW + DAY + MINUTE)


async def test_the_answer_of_a_placement_is_given_once(store: OpenStore) -> None:
    async def place(uow: UnitOfWork) -> None:
        await uow.claim_key("v", "placeOrder", "k", b"input", NOW, DAY)
        await uow.answer_key("v", "placeOrder", "k", "o1", None)

    await store.write(place)
    assert await store.write(lambda uow: uow.answer_placement("o1", b"confirmed"))
    assert not await store.write(lambda uow: uow.answer_placement("o1", b"declined"))
    assert not await store.write(lambda uow: uow.answer_placement("o2", b"confirmed"))
    stored = await store.read(lambda reader: reader.stored_key("v", "placeOrder", "k"))
    assert stored is not None
    assert stored.answer == b"confirmed"


def parking(event: str) -> Callable[[UnitOfWork], Awaitable[None]]:
    return lambda uow: uow.park("easypost", event, "tracking:TN1")


async def test_what_comes_in_is_received_once_and_waits_for_what_it_speaks_of(store: OpenStore) -> None:
    assert await store.write(lambda uow: uow.receive("easypost", "evt_2", b"{}", NOW + MINUTE))
    assert await store.write(lambda uow: uow.receive("easypost", "evt_1", b"{1}", NOW))
    assert not await store.write(lambda uow: uow.receive("easypost", "evt_1", b"{other}", NOW))
    assert await store.write(lambda uow: uow.receive("stripe", "evt_1", b"{2}", NOW))
    assert await store.read(lambda reader: reader.received("easypost", "evt_1")) == b"{1}"
    for event in ("evt_2", "evt_1"):
        await store.write(parking(event))
    assert await store.write(lambda uow: uow.unpark("tracking:TN2")) == []
    assert await store.write(lambda uow: uow.unpark("tracking:TN1")) == [("easypost", "evt_1"), ("easypost", "evt_2")]
    assert await store.write(lambda uow: uow.unpark("tracking:TN1")) == []
    await store.write(lambda uow: uow.park("easypost", "evt_1", "tracking:TN1"))
    await store.write(lambda uow: uow.park("easypost", "evt_2", "tracking:TN1"))
    await store.write(lambda uow: uow.joined("easypost", "evt_1"))
    assert await store.write(lambda uow: uow.unpark("tracking:TN1")) == [("easypost", "evt_2")]
