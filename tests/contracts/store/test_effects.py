import asyncio

from domain.adapters.sql import OpenStore
from domain.model.effects import Effect, EffectStatus
from tests.contracts.store.steps import (
    DAY,
    MINUTE,
    order_id,
    saving,
)
from tests.factories import (
    NOW,
    a_placement,
    an_effect,
)


async def owed(store: OpenStore, count: int = 1) -> list[Effect]:
    effects = [an_effect(f"e{number:03}", run_at=NOW + number * MINUTE) for number in range(count)]
    await store.write(lambda uow: uow.owe(effects))
    return effects


async def test_due_effects_are_claimed_oldest_first_and_become_the_claimers(store: OpenStore) -> None:
    await owed(store, 5)
    now = NOW + 3 * MINUTE
    claimed = await store.write(lambda uow: uow.claim_effects("me", now, MINUTE, 3))
    assert [one.key for one in claimed] == ["e000", "e001", "e002"]
    assert {(one.status, one.owner, one.attempt, one.run_at) for one in claimed} == {
        (EffectStatus.RUNNING, "me", 1, now + MINUTE)
    }
    assert [one.key for one in await store.write(lambda uow: uow.claim_effects("you", now, MINUTE, 3))] == ["e003"]
    assert await store.read(lambda reader: reader.next_due()) == NOW + 4 * MINUTE


async def test_an_effect_keeps_everything_that_its_runner_needs(store: OpenStore) -> None:
    effect = an_effect(order_id="o", task="payment", entry=2, payload={"payment": "p1"}, timeout=5.0)
    await store.write(lambda uow: uow.owe([effect, effect]))
    assert await store.read(lambda reader: reader.effects_of("o")) == [effect]


async def test_an_effect_that_is_owed_twice_is_kept_as_it_was(store: OpenStore) -> None:
    (effect,) = await owed(store)
    (claimed,) = await store.write(lambda uow: uow.claim_effects("me", NOW, MINUTE, 1))
    await store.write(lambda uow: uow.owe([effect]))
    assert await store.write(lambda uow: uow.finish_effect(claimed, EffectStatus.SUCCEEDED, None, NOW))


async def test_three_claimers_never_hold_the_same_effect(store: OpenStore) -> None:
    await owed(store, 90)
    late = NOW + DAY

    async def claim_all(owner: str) -> list[str]:
        keys: list[str] = []
        while mine := await store.write(lambda uow: uow.claim_effects(owner, late, MINUTE, 4)):
            keys += [one.key for one in mine]
        return keys

    by_owner = await asyncio.gather(*map(claim_all, ("a", "b", "c")))
    assert sorted(key for keys in by_owner for key in keys) == [f"e{number:03}" for number in range(90)]


async def test_a_lost_lease_can_finish_nothing(store: OpenStore) -> None:
    await owed(store)
    (mine,) = await store.write(lambda uow: uow.claim_effects("me", NOW, MINUTE, 1))
    (yours,) = await store.write(lambda uow: uow.claim_effects("you", NOW + MINUTE, MINUTE, 1))
    assert yours.attempt == 2
    assert not await store.write(lambda uow: uow.finish_effect(mine, EffectStatus.SUCCEEDED, None, NOW))
    assert not await store.write(lambda uow: uow.postpone_effect(mine, NOW + DAY, "late"))
    assert await store.write(lambda uow: uow.finish_effect(yours, EffectStatus.FAILED, "declined", NOW))
    assert not await store.write(lambda uow: uow.finish_effect(yours, EffectStatus.SUCCEEDED, None, NOW))
    assert await store.read(lambda reader: reader.next_due()) is None


async def test_the_same_owner_with_an_older_claim_can_finish_nothing(store: OpenStore) -> None:
    await owed(store)
    (old,) = await store.write(lambda uow: uow.claim_effects("me", NOW, MINUTE, 1))
    await store.write(lambda uow: uow.claim_effects("me", NOW + MINUTE, MINUTE, 1))
    assert not await store.write(lambda uow: uow.finish_effect(old, EffectStatus.SUCCEEDED, None, NOW))


async def test_a_postponed_effect_is_due_again_for_anybody(store: OpenStore) -> None:
    await owed(store)
    (mine,) = await store.write(lambda uow: uow.claim_effects("me", NOW, MINUTE, 1))
    assert await store.write(lambda uow: uow.postpone_effect(mine, NOW + DAY, "timed out"))
    assert await store.write(lambda uow: uow.claim_effects("you", NOW + MINUTE, MINUTE, 1)) == []
    (yours,) = await store.write(lambda uow: uow.claim_effects("you", NOW + DAY, MINUTE, 1))
    assert (yours.owner, yours.attempt, yours.failure) == ("you", 2, "timed out")


async def test_an_effect_that_is_born_claimed_is_its_makers_until_the_lease_ends(store: OpenStore) -> None:
    claimed = an_effect(status=EffectStatus.RUNNING, owner="me", attempt=1, run_at=NOW + MINUTE)
    placement = a_placement(order_id(1))
    placement.owe(claimed)
    await store.write(saving(placement))
    assert await store.write(lambda uow: uow.claim_effects("you", NOW, MINUTE, 9)) == []
    assert await store.write(lambda uow: uow.finish_effect(claimed, EffectStatus.SUCCEEDED, None, NOW))


async def test_what_a_left_state_had_not_begun_is_called_off(store: OpenStore) -> None:
    here = an_effect("timer", order_id="o", entry=2, run_at=NOW + DAY)
    begun = an_effect("begun", order_id="o", entry=2, status=EffectStatus.RUNNING, owner="me", attempt=1)
    later = an_effect("later", order_id="o", entry=5, run_at=NOW + DAY)
    await store.write(lambda uow: uow.owe([here, begun, later]))
    await store.write(lambda uow: uow.cancel_effects("o", 2, NOW))
    statuses = {one.key: one.status for one in await store.read(lambda reader: reader.effects_of("o"))}
    assert statuses == {
        "timer": EffectStatus.CANCELED,
        "begun": EffectStatus.RUNNING,
        "later": EffectStatus.PENDING,
    }
