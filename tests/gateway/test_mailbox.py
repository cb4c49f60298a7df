"""/dev/mailbox: what would have been sent, to be read in development, and nowhere else."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Route

from domain.adapters.clock import VirtualClock
from domain.model.orders import NotificationChannel
from gateway import mailbox
from gateway.app import create_app
from gateway.config import ConfigError, Mode, complete
from gateway.development import prepared
from notifications.channels.mailbox import KEPT, Letter, Mailbox, MailboxChannel
from notifications.messages import Answer, Message
from tests.gateway.served import settings_for

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
EMAIL, SMS = NotificationChannel.EMAIL, NotificationChannel.SMS
EVIL = "<script>alert(1)</script>"


@dataclass
class Shelf:
    mailbox: Mailbox
    http: httpx2.AsyncClient

    async def get(self, path: str = "") -> httpx2.Response:
        return await self.http.get(f"/dev/mailbox{path}")


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    transport = httpx2.ASGITransport(Starlette(routes=mailbox.routes(settings_for(folder=tmp_path))))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        yield Shelf(Mailbox(tmp_path / "mailbox"), http)


def put(shelf: Shelf, number: int = 1, channel: NotificationChannel = EMAIL, text: str = "Hello") -> Letter:
    at = NOW + timedelta(minutes=number)
    html = f"<p>{text}</p>" if channel is EMAIL else None
    to = "ada@example.org" if channel is EMAIL else "+4915112345678"
    letter = Letter(f"20261122T0930{number:02}-{number}", channel, at, to, f"Subject {number}", text, html)
    shelf.mailbox.put(letter)
    return letter


async def test_an_empty_mailbox_says_how_something_gets_in(shelf: Shelf) -> None:
    page = await shelf.get()
    assert page.status_code == 200
    assert "Place an order" in page.text


async def test_mails_are_listed_newest_first(shelf: Shelf) -> None:
    put(shelf, 1), put(shelf, 2)
    text = (await shelf.get()).text
    assert text.index("Subject 2") < text.index("Subject 1")
    told = (await shelf.get(".json")).json()
    assert [one["subject"] for one in told] == ["Subject 2", "Subject 1"]


async def test_a_mail_is_shown_as_html_in_a_frame_of_its_own_and_as_text(shelf: Shelf) -> None:
    letter = put(shelf, text="A & B")
    page = await shelf.get(f"/{letter.id}")
    assert "A &amp; B" in page.text
    assert f'src="/dev/mailbox/{letter.id}/html"' in page.text
    assert 'sandbox="allow-popups' in page.text
    alone = await shelf.get(f"/{letter.id}/html")
    assert alone.text == "<p>A & B</p>"
    assert alone.headers["content-type"].startswith("text/html")


async def test_sms_are_bubbles_by_number_with_what_they_cost(shelf: Shelf) -> None:
    put(shelf, 1, SMS, "a" * 161)
    put(shelf, 2, SMS, "Bis gleich 👋 https://shop.example/track#1")
    text = (await shelf.get()).text
    assert text.count('class="phone"') == 1
    assert text.count('class="bubble"') == 2
    assert "2 segments · GSM-7 · 161" in text
    assert "1 segment · UCS-2 · 42" in text
    assert 'href="https://shop.example/track#1"' in text


async def test_a_strangers_words_do_nothing(shelf: Shelf) -> None:
    mail, text = put(shelf, 1, EMAIL, EVIL), put(shelf, 2, SMS, EVIL)
    for path in ("", f"/{mail.id}", f"/{text.id}"):
        assert EVIL not in (await shelf.get(path)).text
    for path in ("", f"/{mail.id}", f"/{mail.id}/html", ".json", "/mailbox.css"):
        policy = (await shelf.get(path)).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "script-src" not in policy


@pytest.mark.parametrize("path", ["/nothing", "/nothing/html", "/..%2fsecrets", "/a%00b", "/" + "x" * 300])
async def test_what_is_not_there_is_not_found(shelf: Shelf, path: str) -> None:
    assert (await shelf.get(path)).status_code == 404


async def test_an_sms_has_no_html(shelf: Shelf) -> None:
    letter = put(shelf, channel=SMS)
    assert (await shelf.get(f"/{letter.id}/html")).status_code == 404
    assert "Hello" in (await shelf.get(f"/{letter.id}")).text


@pytest.mark.parametrize(("mode", "doors"), [(Mode.PRODUCTION, 0), (Mode.DEVELOPMENT, 5)])
def test_production_has_no_mailbox(mode: Mode, doors: int, tmp_path: Path) -> None:
    app = create_app(settings_for(mode=mode, folder=tmp_path, public_url="https://shop.example"))
    paths = [route.path for route in app.routes if isinstance(route, Route)]
    assert len([path for path in paths if path.startswith("/dev")]) == doors


def test_the_newest_stay_and_nobody_else_may_read_them(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    for number in range(KEPT + 5):
        box.put(Letter(f"{number:06}", EMAIL, NOW, "a@b.example", "s", "t", None))
    letters = list(box.letters())
    assert (len(letters), letters[0].id, letters[-1].id) == (KEPT, f"{KEPT + 4:06}", "000005")
    assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.iterdir())


async def test_what_is_handed_to_the_mailbox_is_taken(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    channel = MailboxChannel(box, SMS, VirtualClock(NOW))
    handover = await channel.hand_over(Message("d1", "+4915112345678", "Hello", html="<p>no</p>"))
    channel.close()
    [letter] = box.letters()
    assert handover.answer is Answer.TAKEN
    assert handover.provider_id == f"mailbox-{letter.id}"
    assert (letter.to, letter.text, letter.html, letter.at) == ("+4915112345678", "Hello", None, NOW)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"twilio_account_sid": "AC1", "twilio_auth_token": SecretStr("t")}, "WAYMARK_TWILIO_FROM"),
        ({"sendgrid_key": SecretStr("SG.1")}, "WAYMARK_SENDGRID_FROM"),
        ({"sendgrid_from": "orders@shop.example"}, "WAYMARK_SENDGRID_KEY"),
    ],
)
def test_half_a_provider_is_refused_by_name(given: dict[str, object], named: str, tmp_path: Path) -> None:
    draw: Callable[[int], bytes] = bytes
    whole = prepared(settings_for(folder=tmp_path), draw)
    assert complete(whole) is whole
    with pytest.raises(ConfigError, match=named):
        complete(whole.model_copy(update=given))
