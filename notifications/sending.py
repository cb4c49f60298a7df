"""Handing a message over: at most once for SMS; for e-mail once more where nobody knows whether it was taken.

Before the call the delivery says UNKNOWN, so that whatever happens inside it, a crash too, leaves it so. What is still
unknown ten minutes later is settled by an effect that was owed in the same transaction.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.model.effects import Effect, EffectStatus, Retry
from domain.model.notifications import Delivery, NotificationStatus
from domain.model.orders import NotificationChannel
from domain.ports import Ports, UnitOfWork
from domain.services.changing import Writing, write
from notifications.looking import Told, look, recipient
from notifications.messages import Answer, Channel, Handover, Message
from notifications.occasions import holds
from notifications.preferences import NO_ADDRESS, address_of
from notifications.rules import RULES, WORTH

SEND = "send"
SETTLE = "settle"
SETTLED_AFTER = timedelta(minutes=10)
MOST_ATTEMPTS = 12
STALE = "STALE"
"""It could not be handed over while it was worth it."""
GIVEN_UP = "GIVEN_UP"
LOST_ANSWER = "ANSWER_LOST"
"""The provider may have taken it: it is not sent again."""


def send_effect(delivery: Delivery, now: datetime) -> Effect:
    return Effect(
        key=f"{delivery.id}:{SEND}:{delivery.repeats}",
        action=SEND,
        run_at=now,
        created_at=now,
        payload={"delivery": delivery.id, "channel": delivery.channel.value},
        retry=Retry(attempts=MOST_ATTEMPTS),
    )


def _send_again_effect(delivery: Delivery, again: datetime, now: datetime) -> Effect:
    """In place of one whose lease ran out during the call: whoever took that over has found nothing to send."""
    owed = send_effect(delivery, now)
    return replace(owed, key=f"{owed.key}:{delivery.attempts}", run_at=again)


def _settle_effect(delivery: Delivery, now: datetime) -> Effect:
    payload = {"delivery": delivery.id, "attempt": str(delivery.attempts)}
    key, run_at = f"{delivery.id}:{SETTLE}:{delivery.attempts}", now + SETTLED_AFTER
    return Effect(key=key, action=SETTLE, run_at=run_at, created_at=now, payload=payload)


async def send(effect: Effect, channel: Channel | None, ports: Ports) -> None:
    """The delivery was tried once, unless it is decided already or there is nothing to be sent any more."""
    delivery_id = effect.payload["delivery"]
    delivery = await ports.store.read(lambda reader: reader.delivery(delivery_id))
    if delivery is None or delivery.status is not NotificationStatus.QUEUED:
        await _finish(effect, ports)
        return
    told = await look(delivery.order_id, delivery.sequence, ports)
    refusal = _refusal(delivery, told, channel, ports)
    if refusal is not None or told is None or channel is None:
        after = replace(delivery, status=NotificationStatus.SUPPRESSED, reason=refusal)
        await _end(effect, delivery, after, ports)
        return
    message = _message(delivery, told, ports)
    begun = await _begin(delivery, ports)
    if begun is None:
        await _finish(effect, ports)
        return
    ports.fault("before_handed_over")
    handover = await channel.hand_over(message)
    ports.fault("after_handed_over")
    await _record(effect, begun, handover, told, ports)


def _refusal(delivery: Delivery, told: Told | None, channel: Channel | None, ports: Ports) -> str | None:
    if told is None or not holds(told.occasion, told.order):
        return "SUPERSEDED"
    if channel is None:
        return "NO_CHANNEL"
    address = address_of(told.order, delivery.channel)
    if address is None or recipient(delivery.channel, address, ports.personals) != delivery.recipient:
        return NO_ADDRESS
    return STALE if ports.clock.now() > _worth_until(told) else None


def _worth_until(told: Told) -> datetime:
    return told.event.recorded_at + WORTH[RULES[told.occasion.kind].urgency]


def _message(delivery: Delivery, told: Told, ports: Ports) -> Message:
    words, to = told.words(ports), address_of(told.order, delivery.channel) or ""
    worth = _worth_until(told) - ports.clock.now()
    if delivery.channel is NotificationChannel.SMS:
        return Message(delivery.id, to, words.sms or f"{words.subject}.", worth=worth)
    return Message(delivery.id, to, words.text, words.subject, words.html, worth)


async def _begin(delivery: Delivery, ports: Ports) -> Delivery | None:
    """From here on it may have been taken; None if somebody else was faster."""
    now = ports.clock.now()
    begun = replace(
        delivery, status=NotificationStatus.UNKNOWN, attempts=delivery.attempts + 1, attempted_at=now, reason=None
    )

    async def work(uow: UnitOfWork) -> bool:
        if not await uow.move_delivery(delivery, begun):
            return False
        await uow.owe([_settle_effect(begun, now)])
        return True

    return begun if await ports.store.write(work) else None


async def _record(effect: Effect, begun: Delivery, handover: Handover, told: Told, ports: Ports) -> None:
    now = ports.clock.now()
    match handover.answer:
        case Answer.TAKEN:
            sent = replace(begun, status=NotificationStatus.SENT, provider_id=handover.provider_id, sent_at=now)
            await _end(effect, begun, sent, ports)
        case Answer.REFUSED:
            await _end(effect, begun, replace(begun, status=NotificationStatus.FAILED, reason=handover.reason), ports)
        case Answer.UNKNOWN:
            await _end(effect, begun, replace(begun, reason=handover.reason), ports)
        case Answer.LATER:
            again = now + _pause(begun, ports)
            if begun.attempts >= MOST_ATTEMPTS or again > _worth_until(told):
                reason = f"{GIVEN_UP}: {handover.reason}"
                await _end(effect, begun, replace(begun, status=NotificationStatus.FAILED, reason=reason), ports)
                return
            queued = replace(begun, status=NotificationStatus.QUEUED, reason=handover.reason)

            async def work(uow: UnitOfWork) -> None:
                moved = await uow.move_delivery(begun, queued)
                if not await uow.postpone_effect(effect, again, handover.reason) and moved:
                    await uow.owe([_send_again_effect(queued, again, now)])

            await ports.store.write(work)


def _pause(delivery: Delivery, ports: Ports) -> timedelta:
    longest = min(2.0 * 2**delivery.attempts, 600.0)
    return timedelta(seconds=longest * (0.5 + ports.ids.random() / 2))


async def _end(effect: Effect, before: Delivery, after: Delivery, ports: Ports) -> None:
    async def work(uow: UnitOfWork) -> None:
        await uow.move_delivery(before, after)
        await uow.finish_effect(effect, EffectStatus.SUCCEEDED, None, ports.clock.now())

    await ports.store.write(work)


async def _finish(effect: Effect, ports: Ports) -> None:
    await ports.store.write(lambda uow: uow.finish_effect(effect, EffectStatus.SUCCEEDED, None, ports.clock.now()))


async def settle(effect: Effect, ports: Ports) -> None:
    """What nobody knows the end of has one: an SMS has failed, an e-mail is sent once more, and then has failed."""

    async def work(writing: Writing) -> None:
        uow, now = writing.uow, ports.clock.now()
        delivery = await uow.delivery(effect.payload["delivery"])
        open_ = delivery is not None and delivery.status is NotificationStatus.UNKNOWN
        if delivery is not None and open_ and str(delivery.attempts) == effect.payload["attempt"]:
            if delivery.channel is NotificationChannel.EMAIL and not delivery.repeats:
                again = replace(delivery, status=NotificationStatus.QUEUED, repeats=1)
                if await uow.move_delivery(delivery, again):
                    await writing.owe([send_effect(again, now)])
            else:
                reason = f"{LOST_ANSWER}: {delivery.reason}" if delivery.reason else LOST_ANSWER
                await uow.move_delivery(delivery, replace(delivery, status=NotificationStatus.FAILED, reason=reason))
        await uow.finish_effect(effect, EffectStatus.SUCCEEDED, None, now)

    await write(ports, work)


async def give_up(effect: Effect, reason: str, ports: Ports) -> None:
    """A message that cannot even be made: people look at the reason."""

    async def work(uow: UnitOfWork) -> None:
        delivery = await uow.delivery(effect.payload["delivery"])
        if delivery is not None and delivery.status is NotificationStatus.QUEUED:
            failed = replace(delivery, status=NotificationStatus.FAILED, reason=f"{GIVEN_UP}: {reason}")
            await uow.move_delivery(delivery, failed)
        await uow.finish_effect(effect, EffectStatus.FAILED, reason, ports.clock.now())

    await ports.store.write(work)
