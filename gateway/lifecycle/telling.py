"""The ways of telling people: a provider where its settings are given, in development the mailbox, else none."""

from collections.abc import Mapping
from contextlib import AsyncExitStack

from domain.model.orders import NotificationChannel
from domain.ports import Clock, Errand
from gateway.config import Settings
from notifications.channels.mailbox import Letter, Mailbox, MailboxChannel
from notifications.channels.sendgrid_mail import SendGridMail
from notifications.channels.twilio_sms import TwilioSms
from notifications.dispatch import Dispatcher
from notifications.links import LinkSender
from notifications.messages import Channel

__all__ = ["Letter", "mailbox_of", "telling"]

DRAIN = 12.0  # seconds: a message that is cut off while it is handed over may be lost, so a provider is waited for
FOLDER = "mailbox"


def mailbox_of(settings: Settings) -> Mailbox:
    return Mailbox(settings.folder / FOLDER)


def telling(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Mapping[str, Errand]:
    """What carries out `announce`, `send` and what else goes to people; it ends with the stack."""
    channels: dict[NotificationChannel, Channel] = {}
    for name in (NotificationChannel.EMAIL, NotificationChannel.SMS):
        channel = _provider(name, settings) or _mailbox(name, settings, clock)
        if channel is not None:
            stack.callback(channel.close)
            channels[name] = channel
    dispatcher = Dispatcher(channels)
    stack.push_async_callback(dispatcher.close, DRAIN)
    links = LinkSender(channels)
    stack.push_async_callback(links.close, DRAIN)
    return {**dispatcher.errands, **links.errands}


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
