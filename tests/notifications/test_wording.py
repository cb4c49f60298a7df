"""Every message in both languages: complete, safe, small, and readable without a picture."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from domain.policies.words import WORDS
from notifications.rules import RULES, Kind
from notifications.segments import segments
from notifications.wording import worded, words

LINK = "https://shop.example/track#wml_AZytxpqAcACDFx_0pqOkULf-ZnjnR_v2rSBhoZgLvpw"
EVERYTHING = {
    "shop": "Alder & Finch", "number": "6VT0Y-EKQN8", "link": LINK, "first": "Monday 2 March",
    "last": "Wednesday 4 March", "day": "Tuesday 3 March", "until": "Monday 2 March, 12:00",
    "returns_until": "Tuesday 17 March", "parcels": 2, "carrier": "DHL Paket", "tracking_number": "JD0001",
    "backordered": True, "due": "€44.88", "amount": "€19.99", "charged": True, "sold_out": False, "never_paid": False,
    "place": "Vienna store", "hours": "Mo-Fr 9-18", "total": "€44.88", "shipping": "€4.90", "discount": "-€2.00",
    "tax": "€7.00", "lines": [{"quantity": 2, "title": "T-shirt", "amount": "€39.98"}],
}  # fmt: skip
NOTHING = EVERYTHING | {
    "first": None, "last": None, "until": None, "parcels": 1, "carrier": None, "tracking_number": None,
    "backordered": False, "charged": False, "place": None, "hours": None, "shipping": None, "discount": None,
    "tax": None, "lines": [],
}  # fmt: skip
FACTS = {"everything": EVERYTHING, "nothing": NOTHING}
LANGUAGES = ("en", "de")
EVERY = [(kind, spoken, known) for kind in Kind for spoken in LANGUAGES for known in FACTS]


class Page(HTMLParser):
    """What a mail program would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if (tag, name) == ("a", "href")]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.text.append(data)


def seen(html: str) -> Page:
    page = Page()
    page.feed(html)
    return page


def test_the_languages_are_those_of_headlines_and_have_the_same_parts() -> None:
    assert set(LANGUAGES) == set(WORDS)
    parts = {spoken: {name: set(own) for name, own in words(spoken).items()} for spoken in LANGUAGES}
    assert parts["en"] == parts["de"]
    assert set(parts["en"]) == {"common", *(kind.value for kind in Kind)}
    assert {kind for kind in Kind if "sms" in parts["en"][kind.value]} == {kind for kind in Kind if RULES[kind].sms}


@pytest.mark.parametrize(("kind", "spoken", "known"), EVERY)
def test_every_message_says_where_it_is_from_and_has_one_link(kind: Kind, spoken: str, known: str) -> None:
    message = worded(kind.value, FACTS[known] | {"language": spoken})
    page = seen(message.html)
    visible = " ".join(" ".join(page.text).split())
    for said in (message.subject, message.text, visible, *([message.sms] if message.sms else [])):
        assert "Alder & Finch" in said
        assert "6VT0Y-EKQN8" in said
    assert set(page.links) == {LINK}
    assert message.text.count(LINK) == 1
    assert message.sms is None or message.sms.count(LINK) == 1
    assert "\n" not in message.subject + message.title + message.body
    for text in (message.subject, message.text, visible, message.body, message.sms or ""):
        assert not re.search(r"None|[{}]|  \.| ,|\(\)", text), text
    assert message.title in visible
    assert message.body.split(". ")[0] in visible


@pytest.mark.parametrize(("kind", "spoken", "known"), EVERY)
def test_every_mail_is_small_and_whole_without_pictures(kind: Kind, spoken: str, known: str) -> None:
    html = worded(kind.value, FACTS[known] | {"language": spoken}).html
    assert len(html.encode()) < 100_000
    assert not {"img", "script", "iframe", "form", "object", "svg"} & set(seen(html).tags)
    assert "url(" not in html.lower().replace("@import url(", "")
    assert "http" not in html.replace(LINK, "").replace("http://www.w3.org/1999/xhtml", "").replace('http-equiv="', "")
    assert f'lang="{spoken}"' in html


@pytest.mark.parametrize(("kind", "spoken"), [(kind, spoken) for kind, spoken, _ in EVERY[::2] if RULES[kind].sms])
def test_an_sms_is_two_pieces_at_the_most(kind: Kind, spoken: str) -> None:
    message = worded(kind.value, EVERYTHING | {"language": spoken})
    assert message.sms is not None
    assert segments(message.sms).count <= 2


EVIL = ["<img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "{% for x in y %}", "</td></tr></table>", "a\r\nBcc: all@x.org"]


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("place", ["shop", "carrier", "place", "title"])
def test_a_word_of_somebody_elses_is_text_and_nothing_else(evil: str, place: str) -> None:
    changes: dict[str, Any] = {place: evil}
    if place == "title":
        changes = {"lines": [{"quantity": 1, "title": evil, "amount": "€1.00"}]}
    for kind in Kind:
        plain, changed = (worded(kind.value, EVERYTHING | {"language": "en"} | more) for more in ({}, changes))
        assert seen(changed.html).tags == seen(plain.html).tags
        assert "\n" not in changed.subject
        assert "49" not in changed.subject + changed.title


def test_every_fact_that_a_template_names_is_one_that_orders_have() -> None:
    """The templates are strict: a misspelt fact would raise in the tests above."""
    with pytest.raises(Exception, match="'link' is undefined"):
        worded(
            Kind.SHIPPED.value, {key: value for key, value in EVERYTHING.items() if key != "link"} | {"language": "en"}
        )


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "count"),
    [
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("äöüß", "GSM-7", 4, 1),
        ("’" + "a" * 69, "UCS-2", 70, 1),
        ("’" + "a" * 70, "UCS-2", 71, 2),
        ("👍" * 35, "UCS-2", 70, 1),
    ],
)
def test_pieces_are_counted_as_networks_count_them(text: str, alphabet: str, units: int, count: int) -> None:
    found = segments(text)
    assert (found.alphabet, found.units, found.count) == (alphabet, units, count)
