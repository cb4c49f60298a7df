"""E-mail through SendGrid's SDK. Nor does SendGrid know an idempotency key; our own id goes along for its events."""

import json
import logging
import socket
from urllib.error import URLError

from python_http_client.exceptions import HTTPError
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import (
    ClickTracking,
    CustomArg,
    Email,
    Header,
    Mail,
    OpenTracking,
    TrackingSettings,
)

from notifications.channels.threads import DEADLINE, HANDS, Hands, NotBegun
from notifications.messages import Answer, Handover, Message

TAKEN = 202
NOT_NOW = (401, 403, 429)  # our key is just being changed, or there is too much at once
NEVER_TAKEN = (ConnectionRefusedError, socket.gaierror, NotBegun)
logging.getLogger("python_http_client").setLevel(logging.WARNING)  # at DEBUG it logs every letter and our key


class SendGridMail:
    """`sender` is an address that SendGrid knows to be ours; `name` stands beside it."""

    hands = HANDS

    def __init__(self, base_url: str, key: str, sender: str) -> None:
        self._base_url = base_url
        self._key = key
        self._sender = sender
        self._threads = Hands("sendgrid")

    async def hand_over(self, message: Message) -> Handover:
        document = self._document(message)
        try:
            status, provider_id = await self._threads.run(lambda: self._post(document))
        except HTTPError as error:
            return _refusal(int(error.status_code), error.body)
        except (URLError, OSError, TimeoutError) as error:
            cause = error.reason if isinstance(error, URLError) else error
            never = isinstance(cause, NEVER_TAKEN)
            name = type(cause).__name__ if isinstance(cause, Exception) else type(error).__name__
            return Handover(Answer.LATER if never else Answer.UNKNOWN, reason=name)
        except Exception as error:  # noqa: BLE001 - the SDK lets whatever http.client raises through
            return Handover(Answer.UNKNOWN, reason=type(error).__name__)
        if status != TAKEN:
            return Handover(Answer.UNKNOWN, reason=f"sendgrid {status}")
        return Handover(Answer.TAKEN, provider_id=provider_id)

    def _document(self, message: Message) -> dict[str, object]:
        mail = Mail(
            from_email=Email(self._sender),
            to_emails=message.to,
            subject=message.subject,
            plain_text_content=message.text,
            html_content=message.html,
        )
        mail.add_custom_arg(CustomArg("delivery", message.id, p=0))
        mail.add_header(Header("Auto-Submitted", "auto-generated"))
        # The link opens the order: it must reach the buyer as it is, through nobody's counter.
        mail.tracking_settings = TrackingSettings(ClickTracking(False, False), OpenTracking(False))
        document: dict[str, object] = mail.get()
        return document

    def _post(self, document: dict[str, object]) -> tuple[int, str | None]:
        api = SendGridAPIClient(self._key, host=self._base_url)  # it keeps headers between calls: one each
        api.client.timeout = DEADLINE
        answer = api.client.mail.send.post(request_body=document)
        return int(answer.status_code), answer.headers.get("X-Message-Id")

    def close(self) -> None:
        self._threads.close()


def _refusal(status: int, body: object) -> Handover:
    reason = f"sendgrid {status}"
    if status in NOT_NOW:
        return Handover(Answer.LATER, reason=reason)
    if not 400 <= status < 500:
        return Handover(Answer.UNKNOWN, reason=reason)
    return Handover(Answer.REFUSED, reason=_with_field(reason, body))


def _with_field(reason: str, body: object) -> str:
    """Which part of the request was refused, in SendGrid's word for it."""
    try:
        field = json.loads(body)["errors"][0]["field"] if isinstance(body, str | bytes) else None
    except (ValueError, LookupError, TypeError):
        field = None
    return f"{reason} {field}" if isinstance(field, str) else reason
