"""Links that people asked for: to sign in, or to find back to their order. Sent at once, to one address, by one way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html import escape
from typing import Protocol

from domain.model.effects import Effect, EffectStatus
from domain.model.links import Purpose
from domain.ports import Declined, Errand, Ports
from domain.services.signing_in import SEND_SIGN_IN_LINK
from domain.services.tracking_links import SEND_TRACKING_LINK, asked_for, opened_by

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


class Mailer(Protocol):
    async def send(self, to: str, subject: str, text: str, html: str) -> None:
        """It was handed over. Raises: Declined, Unavailable."""
        ...


class Texter(Protocol):
    async def send(self, to: str, text: str) -> None:
        """It was handed over. Raises: Declined, Unavailable."""
        ...


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
    html = (
        f'<!doctype html><html lang="{language if language in WORDS else "en"}"><body style="font-family:sans-serif">'
        f'<h1 style="font-size:20px">{escape(subject)}</h1><p>{escape(does)}</p>'
        f'<p><a href="{address}">{address}</a></p><p style="color:#555">{escape(know)}</p></body></html>'
    )
    return Written(subject, f"{subject}\n\n{does}\n\n{url}\n\n{know}\n", html, f"{subject}: {url}")


def errands(mailer: Mailer, texter: Texter) -> dict[str, Errand]:
    """What carries out the sending of such links."""

    async def send_sign_in_link(effect: Effect, ports: Ports) -> EffectStatus:
        link_id, locale = effect.payload["link"], effect.payload["locale"]
        link = await ports.store.read(lambda reader: reader.sign_in_link(link_id))
        if link is None or link.used_at is not None or link.expires_at <= ports.clock.now():
            return EffectStatus.CANCELED
        url = f"{ports.public_url}/sign-in#{ports.links.token(link_id, Purpose.SIGN_IN)}"
        message = written("sign-in", locale, url, ports.shops.current().name)
        await mailer.send(link.email, message.subject, message.text, message.html)
        return EffectStatus.SUCCEEDED

    async def send_tracking_link(effect: Effect, ports: Ports) -> EffectStatus:
        found = await asked_for(effect, ports)
        if found is None:
            return EffectStatus.SUCCEEDED
        order, contact = found
        url = f"{ports.public_url}/track#{await opened_by(effect, order, ports)}"
        message = written("track", order.locale, url, ports.shops.current().name, order.number)
        if effect.payload["kind"] == "email":
            await mailer.send(contact, message.subject, message.text, message.html)
        else:
            await texter.send(contact, message.short)
        return EffectStatus.SUCCEEDED

    return {SEND_SIGN_IN_LINK: _finishing(send_sign_in_link), SEND_TRACKING_LINK: _finishing(send_tracking_link)}


def _finishing(send: Callable[[Effect, Ports], Awaitable[EffectStatus]]) -> Errand:
    async def errand(effect: Effect, ports: Ports) -> None:
        try:
            status, reason = await send(effect, ports), None
        except Declined:
            status, reason = EffectStatus.FAILED, "Declined"
        now = ports.clock.now()
        await ports.store.write(lambda uow: uow.finish_effect(effect, status, reason, now))

    return errand
