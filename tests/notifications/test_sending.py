"""Every end that handing over can have, and what becomes of a message that nobody knows the end of."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from domain.model.actors import ANONYMOUS
from domain.model.notifications import Delivery
from domain.model.orders import Order
from domain.model.shipments import TrackingStatus
from domain.services.crews import run_due
from domain.services.orders import place_order
from notifications.messages import Answer, Handover, Message
from tests.notifications.telling import EMAIL, SMS, Telling, TwinChannel, an_order, telling

LOST = Handover(Answer.UNKNOWN, reason="ReadTimeout")
BUSY = Handover(Answer.LATER, reason="twilio 429")
NO = Handover(Answer.REFUSED, reason="twilio 21610")
TEN = timedelta(minutes=10)


@pytest.fixture
async def shop() -> AsyncIterator[Telling]:
    async with telling() as one:
        yield one


async def only(shop: Telling, order: Order, template: str, sms: bool = False) -> Delivery:
    channel = SMS if sms else EMAIL
    [found] = [one for one in await shop.deliveries(order) if (one.template, one.channel) == (template, channel)]
    return found


async def test_what_is_taken_is_sent_with_the_providers_id(shop: Telling) -> None:
    sent = await only(shop, await shop.place(), "order.confirmed")
    assert (sent.status, sent.provider_id, sent.attempts, sent.repeats) == ("SENT", "id-1", 1, 0)
    assert sent.sent_at == shop.world.clock.now()


async def test_a_definite_no_is_final(shop: Telling) -> None:
    shop.sms.answers = [NO]
    order = await shop.hand_over(await shop.place())
    await shop.wait(timedelta(hours=2))
    failed = await only(shop, order, "shipment.shipped", sms=True)
    assert (failed.status, failed.reason, failed.attempts, len(shop.sms.asked)) == ("FAILED", "twilio 21610", 1, 1)


async def test_a_provider_that_is_busy_is_asked_again(shop: Telling) -> None:
    shop.sms.answers = [BUSY, BUSY]
    order = await shop.hand_over(await shop.place())
    await shop.wait(timedelta(minutes=1))
    sent = await only(shop, order, "shipment.shipped", sms=True)
    assert (sent.status, sent.attempts, len(shop.sms.taken)) == ("SENT", 3, 1)


async def test_a_provider_that_stays_busy_is_given_up_while_it_would_still_be_worth_it(shop: Telling) -> None:
    order = await shop.hand_over(await shop.place())
    shop.sms.answers = [BUSY] * 100
    order = await shop.scan(order, TrackingStatus.OUT_FOR_DELIVERY)
    await shop.wait(timedelta(days=1))
    failed = await only(shop, order, "shipment.out_for_delivery", sms=True)
    assert (failed.status, failed.reason) == ("FAILED", "GIVEN_UP: twilio 429")
    last = shop.sms.asked[-1]
    assert last.worth > timedelta(0)


async def test_an_sms_whose_answer_was_lost_fails_after_ten_minutes_and_is_never_sent_again(shop: Telling) -> None:
    shop.sms.answers = [LOST]
    order = await shop.hand_over(await shop.place())
    unknown = await only(shop, order, "shipment.shipped", sms=True)
    assert (unknown.status, unknown.reason) == ("UNKNOWN", "ReadTimeout")
    await shop.wait(TEN - timedelta(seconds=1))
    assert (await only(shop, order, "shipment.shipped", sms=True)).status == "UNKNOWN"
    await shop.wait(timedelta(hours=5))
    failed = await only(shop, order, "shipment.shipped", sms=True)
    assert (failed.status, failed.reason, len(shop.sms.asked)) == ("FAILED", "ANSWER_LOST: ReadTimeout", 1)


async def test_an_email_whose_answer_was_lost_is_sent_once_more_and_that_is_counted(shop: Telling) -> None:
    shop.email.answers = [LOST]
    order = await shop.place()
    await shop.wait(TEN)
    sent = await only(shop, order, "order.confirmed")
    assert (sent.status, sent.attempts, sent.repeats, len(shop.email.asked)) == ("SENT", 2, 1, 2)


async def test_an_email_is_not_sent_a_third_time(shop: Telling) -> None:
    shop.email.answers = [LOST, LOST]
    order = await shop.place()
    await shop.wait(timedelta(hours=5))
    failed = await only(shop, order, "order.confirmed")
    assert (failed.status, failed.repeats, len(shop.email.asked)) == ("FAILED", 1, 2)


class Slow(TwinChannel):
    """Says to its first message, once it is let go, that it is busy."""

    def __init__(self) -> None:
        super().__init__(answers=[BUSY])
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    async def hand_over(self, message: Message) -> Handover:
        if not self.asked:
            self.begun.set()
            await self.go.wait()
        return await super().hand_over(message)


async def test_what_was_refused_for_now_after_its_lease_had_run_out_is_sent_later() -> None:
    mail = Slow()
    async with telling(email=mail) as shop:
        placing = asyncio.create_task(shop.place())
        async with asyncio.timeout(5):
            await mail.begun.wait()
        shop.world.clock.set(shop.world.clock.now() + timedelta(seconds=shop.world.ports.limits.lease + 1))
        assert await run_due(shop.world.ports)
        for _ in range(20):  # whoever took it over has looked
            await asyncio.sleep(0)
        mail.go.set()
        order = await placing
        await shop.wait(timedelta(minutes=1))
        sent = await only(shop, order, "order.confirmed")
        assert (sent.status, sent.attempts, sent.repeats, len(mail.taken)) == ("SENT", 2, 0, 1)


class Killed(BaseException):
    """The process is gone: nothing after this point happens, not even what is in `finally` of ours."""


def dying_at(point: str) -> Callable[[str], None]:
    """The first time that this point is passed."""
    left = [point]

    def fault(passed: str) -> None:
        if passed in left:
            left.remove(passed)
            raise Killed

    return fault


@pytest.mark.parametrize("point", ["before_handed_over", "after_handed_over"])
async def test_a_crash_inside_the_call_leaves_it_unknown_until_it_is_settled(shop: Telling, point: str) -> None:
    order = await shop.place()
    shop.world.change(fault=dying_at(point))
    order = await shop.hand_over(order)
    unknown = await only(shop, order, "shipment.shipped", sms=True)
    mail = await only(shop, order, "shipment.shipped")
    assert {unknown.status, mail.status} == {"UNKNOWN", "SENT"}
    died_in_sms = unknown.status == "UNKNOWN"
    await shop.wait(timedelta(minutes=15))
    settled = await only(shop, order, "shipment.shipped", sms=died_in_sms)
    taken = 0 if point == "before_handed_over" else 1
    if died_in_sms:
        assert (settled.status, settled.reason, len(shop.sms.taken)) == ("FAILED", "ANSWER_LOST", taken)
    else:
        mails = [one for one in shop.email.taken if "on its way" in one.subject]
        assert (settled.status, settled.repeats, len(mails)) == ("SENT", 1, taken + 1)


@pytest.mark.parametrize("point", ["before_announced", "after_announced", "after_commit"])
async def test_a_crash_around_the_announcement_loses_and_doubles_nothing(shop: Telling, point: str) -> None:
    order = await shop.place()
    shop.world.change(fault=dying_at(point))
    with suppress(Killed):
        order = await shop.hand_over(order)
    await shop.wait(timedelta(minutes=5))
    assert [one.status for one in await shop.deliveries(order) if one.channel in (SMS, EMAIL)] == ["SENT"] * len(
        shop.sms.taken + shop.email.taken
    )


class Hanging(TwinChannel):
    async def hand_over(self, message: Message) -> Handover:
        await asyncio.sleep(3600)
        raise AssertionError


async def test_a_provider_that_hangs_holds_up_its_own_messages_alone() -> None:
    """Six orders are placed and confirmed while the first mail hangs; five wait in line or in the database."""
    async with telling(email=Hanging(hands=1)) as shop:
        for number in range(6):
            async with asyncio.timeout(10):
                placement = await place_order(an_order(f"k{number}"), ANONYMOUS, shop.world.ports)
                await shop.world.settle()
            order = await shop.order(placement.order.id)
            assert order.flow.status == "CONFIRMED"
        await shop.dispatcher.close(0.01)
