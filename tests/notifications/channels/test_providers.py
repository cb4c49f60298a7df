"""Both SDKs over real sockets: what they send fits the providers' own documents, and every answer is understood."""

import asyncio
import base64
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from notifications.channels import threads
from notifications.channels.sendgrid_mail import SendGridMail
from notifications.channels.twilio_sms import TwilioSms
from notifications.messages import Answer, Channel, Message
from tests.openapi import complaints, document
from tests.scripted_partner import DRIBBLES, HANGS, RESETS, ScriptedPartner, Turn, says, scripted_partner, sends

ACCOUNT = "AC" + "0" * 32
SID = "SM" + "1" * 32
WORDS = "Alder & Finch: in Zustellung, heute. https://x.example/track#wml_1"
TEXT = Message("d1", "+4915112345678", WORDS, worth=timedelta(hours=6))
LETTER = Message("d1", "ada@example.org", "Your order is on its way.\n", "Shop: order 1", "<p>On its way.</p>")
CREATED = says(201, {"sid": SID, "status": "queued", "error_code": None, "error_message": None})
ACCEPTED = says(202, b"", X_Message_Id="14c5d75ce93")

Make = Callable[[str], Any]


def twilio(address: str) -> TwilioSms:
    return TwilioSms(address, ACCOUNT, "token", "+4915700000000")


def sendgrid(address: str) -> SendGridMail:
    return SendGridMail(address, "SG.key", "orders@shop.example")


@asynccontextmanager
async def provider(make: Make, *turns: Turn) -> AsyncIterator[tuple[Channel, ScriptedPartner]]:
    async with AsyncExitStack() as stack:
        partner = await stack.enter_async_context(scripted_partner(*turns))
        channel = make(partner.address)
        stack.callback(channel.close)
        yield channel, partner


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds are long for a test."""
    monkeypatch.setattr("notifications.channels.twilio_sms.DEADLINE", 0.3)
    monkeypatch.setattr("notifications.channels.sendgrid_mail.DEADLINE", 0.3)
    monkeypatch.setattr(threads, "DEADLINE", 0.3)
    monkeypatch.setattr(threads, "SLACK", 0.3)


def test_a_provider_has_ten_seconds_and_eight_hands() -> None:
    assert (threads.DEADLINE, threads.HANDS) == (10.0, 8)


# ------------------------------------------------------------------ what is sent


async def test_an_sms_is_what_twilio_says_that_it_wants() -> None:
    async with provider(twilio, CREATED) as (channel, partner):
        handover = await channel.hand_over(TEXT)
    assert (handover.answer, handover.provider_id) == (Answer.TAKEN, SID)
    [asked] = partner.asked
    assert complaints(document("twilio_messages"), asked.method, asked.path, asked.headers, asked.body) == []
    assert asked.form == {
        "To": TEXT.to, "From": "+4915700000000", "Body": TEXT.text, "ValidityPeriod": "21600",
    }  # fmt: skip
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(f"{ACCOUNT}:token".encode()).decode()


async def test_an_sms_may_come_from_a_messaging_service() -> None:
    service = "MG" + "a" * 32
    async with provider(lambda address: TwilioSms(address, ACCOUNT, "token", service), CREATED) as (channel, partner):
        await channel.hand_over(TEXT)
    [asked] = partner.asked
    assert complaints(document("twilio_messages"), asked.method, asked.path, asked.headers, asked.body) == []
    assert asked.form["MessagingServiceSid"] == service
    assert "From" not in asked.form


async def test_a_mail_is_what_sendgrid_says_that_it_wants() -> None:
    async with provider(sendgrid, ACCEPTED) as (channel, partner):
        handover = await channel.hand_over(LETTER)
    assert (handover.answer, handover.provider_id) == (Answer.TAKEN, "14c5d75ce93")
    [asked] = partner.asked
    assert complaints(document("sendgrid_mail"), asked.method, asked.path, asked.headers, asked.body) == []
    assert asked.headers["authorization"] == "Bearer SG.key"
    sent = asked.json
    assert sent["personalizations"] == [{"to": [{"email": "ada@example.org"}], "custom_args": {"delivery": "d1"}}]
    assert [part["type"] for part in sent["content"]] == ["text/plain", "text/html"]
    assert sent["tracking_settings"]["click_tracking"] == {"enable": False, "enable_text": False}


@pytest.mark.parametrize(
    ("misspelt", "complaint"),
    [
        (b"To=%2B4915112345678&Bodyy=x", ["/Bodyy is unknown"]),
        (b"Body=x", ["/To is missing"]),
        (b"To=015112345678&Body=x", ["/To is no phone-number"]),
        (b"To=%2B4915112345678&ValidityPeriod=soon", ["/ValidityPeriod is no integer"]),
        (
            b"To=%2B4915112345678&ApplicationSid=AP1",
            ["/ApplicationSid has 3 characters", "/ApplicationSid does not fit"],
        ),
    ],
)
def test_a_planted_mistake_in_a_form_is_found(misspelt: bytes, complaint: list[str]) -> None:
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    found = complaints(document("twilio_messages"), "POST", path, headers, misspelt)
    assert len(found) == len(complaint)
    assert all(one.startswith(said) for one, said in zip(found, complaint, strict=True))
    assert complaints(document("twilio_messages"), "POST", "/2010-04-01/Messages.json", headers, misspelt)


def _without(sent: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in sent.items() if key != name}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda sent: {**sent, "subjekt": "x"}, "/subjekt is unknown"),
        (lambda sent: _without(sent, "from"), "/from is missing"),
        (lambda sent: {**sent, "subject": 5}, "/subject is no string"),
        (lambda sent: {**sent, "from": {"email": "a@b.example", "nome": "x"}}, "/from/nome is unknown"),
    ],
)
async def test_a_planted_mistake_in_a_mail_is_found(change: Callable[[Any], Any], complaint: str) -> None:
    async with provider(sendgrid, ACCEPTED) as (channel, partner):
        await channel.hand_over(LETTER)
    [asked] = partner.asked
    body = json.dumps(change(asked.json)).encode()
    assert complaint in complaints(document("sendgrid_mail"), "POST", "/v3/mail/send", asked.headers, body)


# ------------------------------------------------------------------ what is answered

EACH = [pytest.param(twilio, TEXT, id="twilio"), pytest.param(sendgrid, LETTER, id="sendgrid")]


@pytest.mark.parametrize(("make", "message"), EACH)
@pytest.mark.parametrize(
    ("turn", "answer"),
    [
        (HANGS, Answer.UNKNOWN),
        (RESETS, Answer.UNKNOWN),
        (DRIBBLES, Answer.UNKNOWN),
        (sends(b"nonsense\r\n\r\n"), Answer.UNKNOWN),
        (sends(b""), Answer.UNKNOWN),
        (says(500, b"{}"), Answer.UNKNOWN),
        (says(503, b"<html>"), Answer.UNKNOWN),
        (says(429, b"{}"), Answer.LATER),
        (says(400, {"code": 21610, "message": "no +4915112345678", "errors": [{"field": "from"}]}), Answer.REFUSED),
        (says(401, b"{}"), Answer.LATER),
        (says(403, b"{}"), Answer.LATER),
        (says(404, b""), Answer.REFUSED),
    ],
    ids=[
        "hangs", "accepts and drops", "dribbles", "nonsense", "closes",
        "500", "503", "429", "400", "401", "403", "404",
    ],
)  # fmt: skip
async def test_every_answer_is_one_of_four(
    make: Make, message: Message, turn: Turn, answer: Answer, short: None
) -> None:
    async with provider(make, turn) as (channel, partner):
        async with asyncio.timeout(5):
            handover = await channel.hand_over(message)
        await asyncio.sleep(0.3)
    assert handover.answer is answer
    assert len(partner.asked) == 1, "the SDK must not try again by itself"
    assert handover.reason
    assert message.to not in handover.reason


@pytest.mark.parametrize(("make", "message"), EACH)
async def test_where_nobody_listens_nothing_was_taken(make: Make, message: Message) -> None:
    async with scripted_partner(HANGS) as partner:
        address = partner.address
    channel = make(address)
    assert (await channel.hand_over(message)).answer is Answer.LATER
    channel.close()


@pytest.mark.parametrize(("make", "message"), EACH)
async def test_eight_are_handed_over_at_once(make: Make, message: Message, short: None) -> None:
    async with provider(make, HANGS) as (channel, partner):
        await asyncio.gather(*(channel.hand_over(message) for _ in range(8)))
        assert len(partner.asked) == 8


@pytest.mark.parametrize(("make", "message"), EACH)
async def test_what_no_hand_was_free_for_was_not_taken(make: Make, message: Message, short: None) -> None:
    go = threading.Event()
    async with provider(make, CREATED) as (channel, partner):
        hands: threads.Hands = channel._threads  # type: ignore[attr-defined]
        busy = [asyncio.create_task(hands.run(go.wait)) for _ in range(threads.HANDS)]
        await asyncio.sleep(0)
        handover = await channel.hand_over(message)
        go.set()
        await asyncio.gather(*busy, return_exceptions=True)
        await hands.run(lambda: None)
    assert (handover.answer, handover.reason) == (Answer.LATER, "NotBegun")
    assert partner.asked == []


async def test_a_refusal_names_what_was_refused_in_the_providers_word() -> None:
    no = says(400, {"code": 21610, "message": "unsubscribed", "status": 400})
    async with provider(twilio, no) as (channel, _):
        assert (await channel.hand_over(TEXT)).reason == "twilio 21610"
    field = says(400, {"errors": [{"message": "does not match", "field": "from.email"}]})
    async with provider(sendgrid, field) as (channel, _):
        assert (await channel.hand_over(LETTER)).reason == "sendgrid 400 from.email"


async def test_neither_sdk_logs_a_number_or_a_word(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with provider(twilio, CREATED) as (channel, _):
        await channel.hand_over(TEXT)
    async with provider(sendgrid, ACCEPTED) as (channel, _):
        await channel.hand_over(LETTER)
    for secret in (TEXT.to, TEXT.text, LETTER.to, "On its way", "SG.key"):
        assert secret not in caplog.text
