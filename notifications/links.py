"""Links that people asked for: to sign in, or to find back to their order. Sent at once, to one address, by one way."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape

from domain.model.effects import Effect, EffectStatus
from domain.model.links import Purpose
from domain.model.orders import NotificationChannel
from domain.ports import Errand, Ports
from domain.services.retrying import pause
from domain.services.signing_in import SEND_SIGN_IN_LINK
from domain.services.tracking_links import SEND_TRACKING_LINK, asked_for, opened_by
from notifications.lines import Lines, later
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
Send = Callable[[Effect, Ports], Awaitable[Outcome | None]]


class LinkSender:
    """`errands` is what the core is given. A provider that hangs keeps nobody else waiting; `close` waits for it."""

    def __init__(self, channels: Mapping[NotificationChannel, Channel]) -> None:
        self._channels = channels
        self._lines = Lines(channels)
        self._claims: dict[str, Effect] = {}

    @property
    def errands(self) -> dict[str, Errand]:
        return {
            SEND_SIGN_IN_LINK: self._beside(self._send_sign_in_link),
            SEND_TRACKING_LINK: self._beside(self._send_tracking_link),
        }

    async def close(self, seconds: float) -> None:
        """What is under way is waited for so long; what is cut off then is sent once its lease has run out."""
        await self._lines.close(seconds)
        self._claims.clear()

    def _beside(self, send: Send) -> Errand:
        """A link that is in hand already goes on under the newer claim; one that finds no room comes back."""

        async def begin(effect: Effect, ports: Ports) -> None:
            name = _channel_of(effect)
            if known := self._claims.get(effect.key):
                self._claims[effect.key] = _in_place_of(known, effect)
            elif name not in self._channels:
                await _record(effect, (EffectStatus.FAILED, "NO_CHANNEL"), ports)
            elif self._lines.has_room(name):
                self._claims[effect.key] = effect
                self._lines.join(name, lambda: self._carry_out(send, effect.key, ports))
            else:
                await _put_off(effect, later(effect, ports), ports)

        return begin

    async def _carry_out(self, send: Send, key: str, ports: Ports) -> None:
        try:
            claim = self._claims[key]
            if claim.run_at <= ports.clock.now():  # it ran out in line, and may be somebody else's by now
                await _put_off(claim, later(claim, ports), ports)
                return
            outcome = await send(claim, ports)
            await _record(self._claims[key], outcome, ports)
        except Exception:
            log.exception("a link was left to its lease")
        finally:
            del self._claims[key]

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
        handover = await self._channels[name].hand_over(message)
        match handover.answer:
            case Answer.TAKEN:
                return EffectStatus.SUCCEEDED, None
            case Answer.REFUSED:
                return EffectStatus.FAILED, handover.reason
            case Answer.UNKNOWN if name is NotificationChannel.SMS:
                return EffectStatus.UNKNOWN, handover.reason
            case _:
                return None


def _channel_of(effect: Effect) -> NotificationChannel:
    by_phone = effect.action == SEND_TRACKING_LINK and effect.payload["kind"] == "phone"
    return NotificationChannel.SMS if by_phone else NotificationChannel.EMAIL


def _not_taken(attempt: int) -> str:
    return f"{NOT_TAKEN}:{attempt}"


def _is_unsent(effect: Effect) -> bool:
    """No attempt before this one was taken: the last of them said so, as it could of those before it."""
    return effect.attempt == 1 or effect.failure == _not_taken(effect.attempt - 1)


def _in_place_of(known: Effect, newer: Effect) -> Effect:
    """The newer claim of a link in hand; only where nobody else had it in between do we know what was sent."""
    ours = newer.attempt == known.attempt + 1 and _is_unsent(known)
    return replace(newer, failure=_not_taken(known.attempt)) if ours else newer


async def _put_off(effect: Effect, again: datetime, ports: Ports) -> None:
    """This attempt sent nothing."""
    failure = _not_taken(effect.attempt) if _is_unsent(effect) else effect.failure
    await ports.store.write(lambda uow: uow.postpone_effect(effect, again, failure))


async def _record(effect: Effect, outcome: Outcome | None, ports: Ports) -> None:
    now = ports.clock.now()
    if outcome is None and effect.attempt < effect.retry.attempts:
        await _put_off(effect, now + pause(effect, ports), ports)
        return
    status, reason = outcome or (EffectStatus.FAILED, NOT_TAKEN)
    await ports.store.write(lambda uow: uow.finish_effect(effect, status, reason, now))
