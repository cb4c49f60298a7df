"""Links that people asked for: to sign in, or to find back to their order. Sent at once, to one address, by one way."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import escape

from domain.model.effects import Effect, EffectStatus
from domain.model.links import Purpose
from domain.model.orders import NotificationChannel
from domain.ports import Errand, Ports
from domain.services.retrying import pause
from domain.services.signing_in import SEND_SIGN_IN_LINK
from domain.services.tracking_links import SEND_TRACKING_LINK, asked_for, opened_by
from notifications.messages import Answer, Channel, Message

log = logging.getLogger(__name__)

NOT_TAKEN = "NOT_TAKEN"

WORDS: dict[str, dict[str, tuple[str, str, str]]] = {
    "en": {
        "sign-in": (
            "Sign in to {shop}",
            "Open this link to sign in. It is good once, for 15 minutes.",
            "If you did not ask for it, do nothing: nobody can sign in without it.",
        ),
        "track": (
            "{shop}: your order {number}",
            "Open this link to see your order {number}. It is good for 14 days.",
            "Whoever has the link can see the order: do not pass it on. If you did not ask for it, do nothing.",
        ),
    },
    "de": {
        "sign-in": (
            "Bei {shop} anmelden",
            "Öffne diesen Link, um dich anzumelden. Er gilt einmal und 15 Minuten lang.",
            "Wenn du ihn nicht angefordert hast, tu nichts: Ohne ihn kann sich niemand anmelden.",
        ),
        "track": (
            "{shop}: deine Bestellung {number}",
            "Öffne diesen Link, um deine Bestellung {number} zu sehen. Er gilt 14 Tage lang.",
            "Wer den Link hat, sieht die Bestellung, gib ihn nicht weiter. Hast du ihn nicht angefordert, tu nichts.",
        ),
    },
}
"""Subject, what the link does, what else to know; by language, English behind it."""


BUTTONS: dict[str, dict[str, str]] = {
    "en": {"sign-in": "Sign in", "track": "See your order"},
    "de": {"sign-in": "Anmelden", "track": "Bestellung ansehen"},
}
LETTER = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{subject}</title></head>'
    '<body style="margin:0;padding:24px;background:#ffffff;color:#1d2733;'
    'font:16px/24px Helvetica,Arial,sans-serif"><div style="max-width:552px;margin:0 auto">'
    '<h1 style="margin:0 0 12px;font-size:24px;line-height:30px">{subject}</h1><p>{does}</p>'
    '<p style="margin:20px 0"><a href="{address}" style="display:inline-block;padding:13px 22px;border-radius:6px;'
    'background:#0b5c55;color:#ffffff;font-weight:bold;text-decoration:none">{button}</a></p>'
    '<p style="font-size:13px;line-height:19px"><a href="{address}" style="color:#0b5c55;word-break:break-all">'
    '{address}</a></p><p style="font-size:13px;line-height:19px;color:#55626f">{know}</p></div></body></html>'
)


@dataclass(frozen=True, slots=True)
class Written:
    """`short` is what fits into an SMS."""

    subject: str
    text: str
    html: str
    short: str


def written(kind: str, locale: str, url: str, shop: str, number: str = "") -> Written:
    language = locale.replace("_", "-").partition("-")[0].lower()
    subject, *lines = (one.format(shop=shop, number=number) for one in WORDS.get(language, WORDS["en"])[kind])
    does, know = lines
    address = escape(url, quote=True)
    html = LETTER.format(
        language=language if language in WORDS else "en",
        subject=escape(subject),
        does=escape(does),
        know=escape(know),
        address=address,
        button=escape(BUTTONS.get(language, BUTTONS["en"])[kind]),
    )
    return Written(subject, f"{subject}\n\n{does}\n\n{url}\n\n{know}\n", html, f"{subject}: {url}")


Outcome = tuple[EffectStatus, str | None]


class LinkSender:
    """`errands` is what the core is given. A provider that hangs keeps nobody else waiting; `close` waits for it."""

    def __init__(self, channels: Mapping[NotificationChannel, Channel]) -> None:
        self._channels = channels
        self._hands = {name: asyncio.Semaphore(channel.hands) for name, channel in channels.items()}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def errands(self) -> dict[str, Errand]:
        return {
            SEND_SIGN_IN_LINK: self._beside(self._send_sign_in_link),
            SEND_TRACKING_LINK: self._beside(self._send_tracking_link),
        }

    async def close(self, seconds: float) -> None:
        """What is under way is waited for so long; what is cut off then is sent once its lease has run out."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _beside(self, send: Callable[[Effect, Ports], Awaitable[Outcome | None]]) -> Errand:
        async def begin(effect: Effect, ports: Ports) -> None:
            task = asyncio.create_task(self._carry_out(send, effect, ports))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        return begin

    async def _carry_out(
        self, send: Callable[[Effect, Ports], Awaitable[Outcome | None]], effect: Effect, ports: Ports
    ) -> None:
        try:
            outcome = await send(effect, ports)
            if outcome is None and effect.attempt < effect.retry.attempts:
                later = ports.clock.now() + pause(effect, ports)
                await ports.store.write(lambda uow: uow.postpone_effect(effect, later, _not_taken(effect.attempt)))
                return
            status, reason = outcome or (EffectStatus.FAILED, NOT_TAKEN)
            now = ports.clock.now()
            await ports.store.write(lambda uow: uow.finish_effect(effect, status, reason, now))
        except Exception:
            log.exception("a link was left to its lease")

    async def _send_sign_in_link(self, effect: Effect, ports: Ports) -> Outcome | None:
        link_id, locale = effect.payload["link"], effect.payload["locale"]
        link = await ports.store.read(lambda reader: reader.sign_in_link(link_id))
        if link is None or link.used_at is not None or link.expires_at <= ports.clock.now():
            return EffectStatus.CANCELED, "STALE"
        url = f"{ports.public_url}/sign-in#{ports.links.token(link_id, Purpose.SIGN_IN)}"
        words = written("sign-in", locale, url, ports.shops.current().name)
        worth = link.expires_at - ports.clock.now()
        message = Message(link_id, link.email, words.text, words.subject, words.html, worth)
        return await self._hand_over(NotificationChannel.EMAIL, message)

    async def _send_tracking_link(self, effect: Effect, ports: Ports) -> Outcome | None:
        """To the address on the order, as it stands there; nothing at all if what was asked is not so."""
        found = await asked_for(effect, ports)
        if found is None:
            return EffectStatus.SUCCEEDED, None
        order, contact = found
        token = await opened_by(effect, order, ports)
        words = written(
            "track", order.locale, f"{ports.public_url}/track#{token}", ports.shops.current().name, order.number
        )
        message_id = effect.key.rpartition(":")[2]
        if effect.payload["kind"] == "email":
            message = Message(message_id, contact, words.text, words.subject, words.html)
            return await self._hand_over(NotificationChannel.EMAIL, message)
        if not _is_unsent(effect):
            return EffectStatus.UNKNOWN, "CUT_OFF"  # somebody else began, and nobody knows how far they came
        return await self._hand_over(NotificationChannel.SMS, Message(message_id, contact, words.short))

    async def _hand_over(self, name: NotificationChannel, message: Message) -> Outcome | None:
        """None: it is to be tried again. Nobody's answer to an SMS is taken for sent; an e-mail may come twice."""
        channel = self._channels.get(name)
        if channel is None:
            return EffectStatus.FAILED, "NO_CHANNEL"
        async with self._hands[name]:
            handover = await channel.hand_over(message)
        match handover.answer:
            case Answer.TAKEN:
                return EffectStatus.SUCCEEDED, None
            case Answer.REFUSED:
                return EffectStatus.FAILED, handover.reason
            case Answer.UNKNOWN if name is NotificationChannel.SMS:
                return EffectStatus.UNKNOWN, handover.reason
            case _:
                return None


def _not_taken(attempt: int) -> str:
    return f"{NOT_TAKEN}:{attempt}"


def _is_unsent(effect: Effect) -> bool:
    """No attempt before this one was taken: the last of them said so, as it could of those before it."""
    return effect.attempt == 1 or effect.failure == _not_taken(effect.attempt - 1)
