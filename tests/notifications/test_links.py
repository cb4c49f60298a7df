"""Links that were asked for: handed over once, tried again where that is safe, never where it is not."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from domain.model.effects import EffectStatus
from domain.model.numbers import order_number
from domain.model.orders import NotificationChannel
from domain.services.crews import run_due
from domain.services.signing_in import LINK_LIFE, request_sign_in
from domain.services.tracking_links import LostLink, request_tracking_link
from notifications.links import LinkSender, written
from notifications.messages import Answer, Handover, Message
from tests.factories import a_buyer, a_placement
from tests.world import World, a_world

MIA, PHONE = "mia@example.org", "+4915112345678"


@dataclass
class Provider:
    """Says what it is told to, then that it took the message."""

    answers: list[Answer] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)
    hands: int = 2
    silent: bool = False

    async def hand_over(self, message: Message) -> Handover:
        if self.silent:
            await asyncio.Event().wait()
        self.taken.append(message)
        return Handover(self.answers.pop(0) if self.answers else Answer.TAKEN, reason="its word")


@asynccontextmanager
async def telling(provider: Provider | None) -> AsyncIterator[tuple[World, LinkSender]]:
    channels = (NotificationChannel.EMAIL, NotificationChannel.SMS) if provider is not None else ()
    async with a_world() as world:
        sender = LinkSender({name: provider for name in channels if provider is not None})
        world.change(errands=sender.errands)
        yield world, sender
        await sender.close(0.1)


async def after(world: World, span: timedelta) -> None:
    """So much time has passed; what fell due was carried out, and what goes on beside has come to rest."""
    end = world.clock.now() + span
    while True:
        await world.settle()
        for _ in range(20):
            await asyncio.sleep(0)
        due = await world.store.read(lambda reader: reader.next_due())
        if due is None or due > end:
            break
        world.clock.set(max(due, world.clock.now()))
        await run_due(world.ports)
    world.clock.set(end)


def ended(world: World) -> list[tuple[EffectStatus, str | None]]:
    rows = world.store._raw.execute("SELECT status, failure FROM effects").fetchall()  # type: ignore[attr-defined]
    return [(EffectStatus(row["status"]), row["failure"]) for row in rows]


@pytest.mark.parametrize("unclear", [Answer.LATER, Answer.UNKNOWN])
async def test_a_letter_is_sent_again_until_it_is_taken(unclear: Answer) -> None:
    provider = Provider([unclear, unclear])
    async with telling(provider) as (world, _):
        await request_sign_in(MIA, "en", world.ports)
        await after(world, timedelta(minutes=5))
        assert len(provider.taken) == 3
        assert len({message.text for message in provider.taken}) == 1
        assert [status for status, _ in ended(world)] == [EffectStatus.SUCCEEDED]


async def test_a_link_that_has_run_out_is_not_sent() -> None:
    provider = Provider([Answer.LATER])
    async with telling(provider) as (world, _):
        await request_sign_in(MIA, "en", world.ports)
        await after(world, timedelta(0))
        world.clock.set(world.clock.now() + LINK_LIFE)
        await after(world, timedelta(minutes=1))
        assert ended(world) == [(EffectStatus.CANCELED, "STALE")]
        assert [message.worth for message in provider.taken] == [LINK_LIFE]


async def test_a_provider_that_never_recovers_is_asked_for_a_while() -> None:
    provider = Provider([Answer.LATER] * 100)
    async with telling(provider) as (world, _):
        await request_sign_in(MIA, "en", world.ports)
        await after(world, timedelta(hours=1))
        assert ended(world) == [(EffectStatus.FAILED, "NOT_TAKEN")]
        assert 3 < len(provider.taken) < 20


async def test_a_refusal_is_the_end_of_it_and_so_is_no_provider() -> None:
    async with telling(Provider([Answer.REFUSED])) as (world, _):
        await request_sign_in(MIA, "en", world.ports)
        await after(world, timedelta(minutes=5))
        assert ended(world) == [(EffectStatus.FAILED, "its word")]
    async with telling(None) as (world, _):
        await request_sign_in(MIA, "en", world.ports)
        await after(world, timedelta(minutes=5))
        assert ended(world) == [(EffectStatus.FAILED, "NO_CHANNEL")]


async def an_order(world: World) -> str:
    """The number of an order that was placed with a phone."""
    number = order_number(12345)
    placement = a_placement(number=number, buyer=a_buyer(phone=PHONE))
    placement.refer("number", number)
    await world.store.write(lambda uow: uow.save(placement))
    return number


async def test_an_sms_that_may_have_been_taken_is_not_sent_again() -> None:
    provider = Provider([Answer.LATER, Answer.UNKNOWN])
    async with telling(provider) as (world, _):
        number = await an_order(world)
        await request_tracking_link(LostLink(number, phone=PHONE), world.ports)
        await after(world, timedelta(minutes=10))
        assert [message.to for message in provider.taken] == [PHONE, PHONE]
        assert (EffectStatus.UNKNOWN, "its word") in ended(world)


async def test_an_sms_that_was_cut_off_is_not_sent_again() -> None:
    provider = Provider(silent=True)
    async with telling(provider) as (world, sender):
        number = await an_order(world)
        await request_tracking_link(LostLink(number, phone=PHONE), world.ports)
        await after(world, timedelta(seconds=10))
        await sender.close(0.0)
        provider.silent = False
        await after(world, timedelta(minutes=10))
        assert provider.taken == []
        assert (EffectStatus.UNKNOWN, "CUT_OFF") in ended(world)


@dataclass
class Forgetful(Provider):
    """What it took last has no answer until the end of time."""

    async def hand_over(self, message: Message) -> Handover:
        handover = await super().hand_over(message)
        if handover.answer is Answer.TAKEN:
            await asyncio.Event().wait()
        return handover


async def test_an_sms_that_was_refused_once_and_cut_off_the_next_time_is_not_sent_again() -> None:
    provider = Forgetful([Answer.LATER])
    async with telling(provider) as (world, sender):
        number = await an_order(world)
        await request_tracking_link(LostLink(number, phone=PHONE), world.ports)
        await after(world, timedelta(seconds=10))
        await sender.close(0.0)
        await after(world, timedelta(minutes=10))
        assert len(provider.taken) == 2
        assert (EffectStatus.UNKNOWN, "CUT_OFF") in ended(world)


@dataclass
class Hanging(Provider):
    """Answers nobody until it is let go."""

    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def hand_over(self, message: Message) -> Handover:
        await self.go.wait()
        return await super().hand_over(message)


async def leases_run_out(world: World, times: int) -> None:
    """While somebody hangs: every claim runs out and is taken up again, so many times."""
    for _ in range(times):
        world.clock.set(world.clock.now() + timedelta(seconds=world.ports.limits.lease + 1))
        while await run_due(world.ports):
            pass
        for _ in range(20):
            await asyncio.sleep(0)


async def test_while_a_provider_hangs_few_stand_in_line_and_nobody_twice() -> None:
    provider = Hanging()
    async with telling(provider) as (world, _):
        for number in range(20):
            await request_sign_in(f"mia{number}@example.org", "en", world.ports)
        await after(world, timedelta(0))
        before = len(asyncio.all_tasks())
        await leases_run_out(world, 5)
        assert len(asyncio.all_tasks()) <= before
        provider.go.set()
        await after(world, timedelta(minutes=5))
        assert sorted(message.to for message in provider.taken) == sorted(
            f"mia{number}@example.org" for number in range(20)
        )
        assert {status for status, _ in ended(world)} == {EffectStatus.SUCCEEDED}


async def test_an_sms_that_had_to_wait_for_the_provider_is_sent_once() -> None:
    provider = Hanging(hands=1)
    async with telling(provider) as (world, _):
        number = await an_order(world)
        for _ in range(6):
            await request_tracking_link(LostLink(number, phone=PHONE), world.ports)
        await after(world, timedelta(seconds=10))
        await leases_run_out(world, 3)
        provider.go.set()
        await after(world, timedelta(minutes=5))
        assert len(provider.taken) == 6
        assert {status for status, _ in ended(world)} == {EffectStatus.SUCCEEDED}


async def test_an_sms_that_somebody_else_may_have_sent_while_it_stood_in_line_is_not_sent() -> None:
    provider = Hanging(hands=1)
    async with telling(provider) as (world, _):
        number = await an_order(world)
        for _ in range(2):
            await request_tracking_link(LostLink(number, phone=PHONE), world.ports)
        await after(world, timedelta(seconds=10))
        world.clock.set(world.clock.now() + timedelta(seconds=world.ports.limits.lease + 1))
        now, lease = world.clock.now(), timedelta(seconds=world.ports.limits.lease)
        await world.store.write(lambda uow: uow.claim_effects("somebody else", now, lease, 10))
        await leases_run_out(world, 1)
        provider.go.set()
        await after(world, timedelta(minutes=5))
        assert len(provider.taken) == 1
        assert sorted(ended(world)) == [(EffectStatus.SUCCEEDED, None), (EffectStatus.UNKNOWN, "CUT_OFF")]


def test_what_is_written_names_the_shop_and_carries_one_link_and_no_markup_of_others() -> None:
    for locale, word in (("en", "Open"), ("de-AT", "Öffne"), ("fr", "Open")):
        message = written("track", locale, "https://shop.example/track#t", "<Tees> & more", "ABCDE-FGHJK")
        assert word in message.text
        assert "<Tees> & more" in message.subject
        assert "<Tees>" not in message.html
        assert message.text.count("https://") == message.short.count("https://") == 1
        assert set(re.findall('href="([^"]*)"', message.html)) == {"https://shop.example/track#t"}
        assert "ABCDE-FGHJK" in message.short
