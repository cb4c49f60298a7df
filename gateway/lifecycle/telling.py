"""The ways of telling people: a provider where its settings are given, in development the mailbox, else none."""

from collections.abc import Mapping
from contextlib import AsyncExitStack, closing

from domain.model.orders import NotificationChannel
from domain.ports import Clock, Errand
from gateway.config import Settings
from notifications.channels.mailbox import Letter, Mailbox, MailboxChannel
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
        channel = _provider(name, settings, stack) or _mailbox(name, settings, clock, stack)
        if channel is not None:
            channels[name] = channel
    dispatcher = Dispatcher(channels)
    stack.push_async_callback(dispatcher.close, DRAIN)
    links = LinkSender(channels)
    stack.push_async_callback(links.close, DRAIN)
    return {**dispatcher.errands, **links.errands}


def _provider(name: NotificationChannel, settings: Settings, stack: AsyncExitStack) -> Channel | None:
    """The providers' SDKs are large: each is loaded where its settings are given."""
    if name is NotificationChannel.EMAIL and settings.sendgrid_key and settings.sendgrid_from:
        from notifications.channels.sendgrid_mail import SendGridMail  # noqa: PLC0415

        key = settings.sendgrid_key.get_secret_value()
        return stack.enter_context(closing(SendGridMail(settings.sendgrid_base_url, key, settings.sendgrid_from)))
    if name is NotificationChannel.SMS and settings.twilio_auth_token:
        from notifications.channels.twilio_sms import TwilioSms  # noqa: PLC0415

        account, sender = settings.twilio_account_sid or "", settings.twilio_from or ""
        secret = settings.twilio_auth_token.get_secret_value()
        return stack.enter_context(closing(TwilioSms(settings.twilio_base_url, account, secret, sender)))
    return None


def _mailbox(name: NotificationChannel, settings: Settings, clock: Clock, stack: AsyncExitStack) -> Channel | None:
    if not settings.is_development:
        return None
    return stack.enter_context(closing(MailboxChannel(mailbox_of(settings), name, clock)))
