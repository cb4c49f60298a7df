"""The ways of telling people: a provider where its settings are given, in development the mailbox, else none."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import timedelta

from domain.model.orders import NotificationChannel
from domain.ports import Clock, Declined, Errand, Ids, Unavailable
from gateway.config import Settings
from notifications.channels.mailbox import Letter, Mailbox, MailboxChannel
from notifications.channels.sendgrid_mail import SendGridMail
from notifications.channels.twilio_sms import TwilioSms
from notifications.dispatch import Dispatcher
from notifications.links import errands as link_errands
from notifications.messages import Answer, Channel, Message

__all__ = ["Letter", "mailbox_of", "telling"]

DRAIN = 12.0  # seconds: a message that is cut off while it is handed over may be lost, so a provider is waited for
FOLDER = "mailbox"
WORTH = timedelta(minutes=15)
"""Links to sign in with are good for no longer."""


def mailbox_of(settings: Settings) -> Mailbox:
    return Mailbox(settings.folder / FOLDER)


def telling(settings: Settings, clock: Clock, ids: Ids, stack: AsyncExitStack) -> Mapping[str, Errand]:
    """What carries out `announce`, `send` and what else goes to people; it ends with the stack."""
    channels: dict[NotificationChannel, Channel] = {}
    for name in (NotificationChannel.EMAIL, NotificationChannel.SMS):
        channel = _provider(name, settings) or _mailbox(name, settings, clock)
        if channel is not None:
            stack.callback(channel.close)
            channels[name] = channel
    dispatcher = Dispatcher(channels)
    stack.push_async_callback(dispatcher.close, DRAIN)
    mail, text = channels.get(NotificationChannel.EMAIL), channels.get(NotificationChannel.SMS)
    return {**dispatcher.errands, **link_errands(_Mailer(mail, ids), _Texter(text, ids))}


class _Direct:
    """Hands over at once what belongs to no order. Raises: Declined, Unavailable."""

    def __init__(self, channel: Channel | None, ids: Ids) -> None:
        self._channel = channel
        self._ids = ids

    async def _hand_over(self, to: str, text: str, subject: str = "", html: str | None = None) -> None:
        if self._channel is None:
            raise Declined("no provider is set up")
        message = Message(self._ids.unique(), to, text, subject, html, WORTH)
        handover = await self._channel.hand_over(message)
        match handover.answer:
            case Answer.REFUSED:
                raise Declined(handover.reason or "refused")
            case Answer.LATER | Answer.UNKNOWN:
                raise Unavailable(handover.reason or "no answer")
            case Answer.TAKEN:
                pass


class _Mailer(_Direct):
    async def send(self, to: str, subject: str, text: str, html: str) -> None:
        await self._hand_over(to, text, subject, html)


class _Texter(_Direct):
    async def send(self, to: str, text: str) -> None:
        await self._hand_over(to, text)


def _provider(name: NotificationChannel, settings: Settings) -> SendGridMail | TwilioSms | None:
    if name is NotificationChannel.EMAIL and settings.sendgrid_key and settings.sendgrid_from:
        key = settings.sendgrid_key.get_secret_value()
        return SendGridMail(settings.sendgrid_base_url, key, settings.sendgrid_from)
    if name is NotificationChannel.SMS and settings.twilio_auth_token:
        account, sender = settings.twilio_account_sid or "", settings.twilio_from or ""
        return TwilioSms(settings.twilio_base_url, account, settings.twilio_auth_token.get_secret_value(), sender)
    return None


def _mailbox(name: NotificationChannel, settings: Settings, clock: Clock) -> MailboxChannel | None:
    return MailboxChannel(mailbox_of(settings), name, clock) if settings.is_development else None
