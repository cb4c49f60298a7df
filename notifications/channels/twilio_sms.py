"""SMS through Twilio's SDK.

Twilio knows no idempotency key: a message is created by every request that it takes, so whatever is not a clear answer
is left open here and never sent again.
"""

import logging
from functools import partial

from requests.exceptions import ConnectionError as ConnectionFailed
from requests.exceptions import ConnectTimeout, RequestException, SSLError
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError

from notifications.channels.threads import DEADLINE, HANDS, Hands, NotBegun
from notifications.messages import Answer, Handover, Message

LONGEST_VALIDITY = 36_000  # seconds, Twilio's own limit
NEVER_TAKEN = (ConnectTimeout, SSLError, NotBegun)
NOT_NOW = (401, 403, 429)  # our key is just being changed, or there is too much at once
_silent = logging.getLogger("waymark.twilio.silent")  # the SDK would log every number and text
_silent.disabled = True


class TwilioSms:
    """`sender` is a number of ours, or the id of a messaging service (MG...)."""

    hands = HANDS

    def __init__(self, base_url: str, account_sid: str, auth_token: str, sender: str) -> None:
        # A connection of its own for each message: one that the other side has just given up looks like a lost answer.
        http = TwilioHttpClient(pool_connections=False, timeout=DEADLINE, logger=_silent)
        self._client = Client(account_sid, auth_token, http_client=http, environment={"": ""})
        self._client.api.base_url = base_url
        self._from = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
        self._threads = Hands("twilio")

    async def hand_over(self, message: Message) -> Handover:
        validity = min(int(message.worth.total_seconds()), LONGEST_VALIDITY)
        create = partial(
            self._client.messages.create,
            to=message.to,
            body=message.text,
            validity_period=validity,
            **self._from,
        )
        try:
            made = await self._threads.run(create)
        except TwilioRestException as error:
            return _refusal(error)
        except (RequestException, TwilioException, TimeoutError) as error:
            return Handover(Answer.LATER if _was_never_taken(error) else Answer.UNKNOWN, reason=type(error).__name__)
        return Handover(Answer.TAKEN, provider_id=made.sid)

    def close(self) -> None:
        self._threads.close()


def _refusal(error: TwilioRestException) -> Handover:
    """Twilio's own error code, where it gave one: a number to look up, without the number that was written to."""
    reason = f"twilio {error.code or error.status}"
    if error.status in NOT_NOW:
        return Handover(Answer.LATER, reason=reason)
    return Handover(Answer.REFUSED if 400 <= error.status < 500 else Answer.UNKNOWN, reason=reason)


def _was_never_taken(error: Exception) -> bool:
    """There was no connection to send it through."""
    if isinstance(error, NEVER_TAKEN):
        return True
    cause = error.args[0] if isinstance(error, ConnectionFailed) and error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
