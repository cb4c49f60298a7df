"""Words for facts: the templates of every language, read and compiled once, strict about what they name."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template
from mjml import mjml2html

from domain.policies.words import language
from notifications.facts import Facts

FOLDER = Path(__file__).with_name("templates")
FRAME = (
    *("order", "next", "items", "discount", "shipping", "tax", "total"),
    *("expected", "carrier", "tracking", "because", "fallback"),
)


@dataclass(frozen=True, slots=True)
class Worded:
    """One message in all its forms. `body` is what the inbox shows: what happened, and what comes next.

    `shown` is what the whole letter is made of, once somebody wants it.
    """

    title: str
    body: str
    subject: str
    sms: str | None
    shown: Facts

    @property
    def text(self) -> str:
        return _text().render(self.shown)

    @property
    def html(self) -> str:
        return _html().render(self.shown)


_plain = Environment(undefined=StrictUndefined, autoescape=False)  # text is not markup
_markup = Environment(undefined=StrictUndefined, autoescape=True)


@cache
def words(spoken: str) -> dict[str, dict[str, Template]]:
    """By template and part. MJML and HTML never see them: what they make is text."""
    document = tomllib.loads((FOLDER / f"{spoken}.toml").read_text(encoding="utf-8"))
    return {name: {part: _plain.from_string(text) for part, text in parts.items()} for name, parts in document.items()}


@cache
def _text() -> Template:
    return _plain.from_string((FOLDER / "layout.txt").read_text(encoding="utf-8"))


@cache
def _html() -> Template:
    """MJML becomes HTML before any fact is in it, so that no fact can be markup."""
    return _markup.from_string(mjml2html((FOLDER / "layout.mjml").read_text(encoding="utf-8")))


def worded(template: str, facts: Facts) -> Worded:
    """The message of that template, in the language that the facts name."""
    spoken = words(language(facts["language"]))
    common, own = spoken["common"], spoken[template]
    facts = {"when": _tidy(common["when"].render(facts)) if facts["first"] else None, **facts}
    said = {part: _tidy(own[part].render(facts)) for part in own}
    frame = {part: _tidy(common[part].render(facts)) for part in FRAME}
    days = dict.fromkeys(day for day in (facts["first"], facts["last"]) if day)
    details = [
        (frame["expected"], " – ".join(days)),
        (frame["carrier"], facts["carrier"]),
        (frame["tracking"], facts["tracking_number"]),
    ]
    shown = {
        **facts,
        **said,
        "order": frame["order"],
        "next_title": frame["next"],
        "items_title": frame["items"],
        "total_title": frame["total"],
        "sums": [(frame[name], facts[name]) for name in ("discount", "shipping", "tax") if facts[name]],
        "because": frame["because"],
        "fallback": frame["fallback"],
        "details": [(name, value) for name, value in details if value],
    }
    return Worded(
        title=said["title"],
        body=f"{said['body']} {said['next']}",
        subject=said["subject"],
        sms=said.get("sms"),
        shown=shown,
    )


def _tidy(text: str) -> str:
    """Without the blanks and lines that conditions leave; a subject with a line break would be two headers."""
    return " ".join(text.split())
