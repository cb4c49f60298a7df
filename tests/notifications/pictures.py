"""Every message as people see it: written by the real templates from likely facts, and looked at.

    python -m tests.notifications.pictures FOLDER

Leaves for each message and language the e-mail as HTML and text, and the SMS; with a Chromium on this machine also a
picture of each e-mail on a phone (390) and on a desk (800), with no picture loaded, for there is none in them.
"""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.adapters.dates import CldrDates
from notifications import local
from notifications.facts import EXPECTANT, OF_A_PARCEL, WITH_LINES
from notifications.links import WORDS as LETTERS
from notifications.links import Written
from notifications.links import written as written_link
from notifications.rules import Kind
from notifications.segments import segments
from notifications.wording import Worded, worded
from tests.browser import browser, installed

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ZONE = "Europe/Berlin"
ASKED_FOR = tuple(LETTERS["en"])
LOCALES = {"en": "en-GB", "de": "de-DE"}
WIDTHS = {"phone": 390, "desk": 800}
LINK = "https://gateway.alder-and-finch.example/track#wml_AZytxpqAcACDFx_0pqOkULf-ZnjnR_v2rSBhoZgLvpw"
GOODS = {
    "en": (
        "Mug, 250 ml, white",
        "Waterproof hiking jacket with detachable hood and three inside pockets, dark green, XL",
    ),
    "de": (
        "Becher, 250 ml, weiß",
        "Wasserdichte Wanderjacke mit abnehmbarer Kapuze und drei Innentaschen, dunkelgrün, XL",
    ),
}


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    message: Worded | Written

    @property
    def sms(self) -> str | None:
        return self.message.sms if isinstance(self.message, Worded) else self.message.short


def likely(kind: Kind, language: str) -> dict[str, Any]:
    """What an order of two things in two parcels has to say at this occasion, no more than such an order says."""
    locale, dates = LOCALES[language], CldrDates()

    def day(days: float) -> str:
        return dates.day(NOW + timedelta(days=days), locale, ZONE)

    def money(minor: int) -> str:
        return local.money(minor, "EUR", locale)

    def until(days: float) -> str:
        return f"{day(days)}, {local.time(NOW + timedelta(days=days), locale, ZONE)}"

    expected, parcel = kind in EXPECTANT, kind in OF_A_PARCEL - {Kind.READY_FOR_PICKUP}
    mug, jacket = GOODS[language]
    lines = [
        {"quantity": 2, "title": mug, "amount": money(2980)},
        {"quantity": 1, "title": jacket, "amount": money(124900)},
    ]
    deadlines = {Kind.PAYMENT_NEEDED: until(0.1), Kind.DECLINED: until(1), Kind.RETURN_APPROVED: day(14)}
    return {
        "language": language, "shop": "Alder & Finch", "number": "6VT0Y-EKQN8", "link": LINK,
        "first": day(2) if expected else None, "last": day(4) if expected else None,
        "day": day(0), "until": deadlines.get(kind), "returns_until": day(30),
        "parcels": 2 if kind is Kind.SHIPPED else 1,
        "carrier": "DHL Paket" if parcel else None, "tracking_number": "00340434161094042557" if parcel else None,
        "backordered": False, "due": money(127390), "amount": money(124900), "charged": kind is Kind.CANCELED,
        "sold_out": False, "never_paid": False,
        "place": "Alder & Finch Wien", "hours": "Mo–Fr 9–18, Sa 10–16",
        "lines": lines if kind in WITH_LINES else [],
        "shipping": money(490), "discount": money(-980), "tax": None, "total": money(127390),
    }  # fmt: skip


def pictures() -> Iterator[Picture]:
    for kind in Kind:
        for language in LOCALES:
            yield Picture(f"{kind.value}.{language}", worded(kind.value, likely(kind, language)))
    for asked in ASKED_FOR:
        for language, locale in LOCALES.items():
            link = LINK if asked == "track" else LINK.replace("/track#wml_", "/sign-in#wms_")
            letter = written_link(asked, locale, link, "Alder & Finch", "6VT0Y-EKQN8")
            yield Picture(f"{asked}.{language}", letter)


def written(picture: Picture, folder: Path) -> Path:
    """The page of the e-mail; text and SMS lie beside it."""
    message = picture.message
    page = folder / f"{picture.name}.html"
    page.write_text(message.html, encoding="utf-8")
    (folder / f"{picture.name}.txt").write_text(f"Subject: {message.subject}\n\n{message.text}\n", encoding="utf-8")
    if picture.sms is not None:
        pieces = segments(picture.sms)
        told = f"{picture.sms}\n\n({pieces.count} pieces, {pieces.units} units of {pieces.alphabet})\n"
        (folder / f"{picture.name}.sms.txt").write_text(told, encoding="utf-8")
    return page


async def taken(pages: list[Path]) -> int:
    """How many pictures were taken."""
    async with browser() as chromium:
        for name, width in WIDTHS.items():
            window = await chromium.page(width)
            for page in pages:
                await window.size(width, 600)
                await window.open(page.resolve().as_uri())
                await window.picture(page.with_suffix(f".{name}.png"))
        if chromium.said:
            raise SystemExit(f"the pages complain: {chromium.said[:3]}")
    return len(pages) * len(WIDTHS)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pages = [written(picture, folder) for picture in pictures()]
    largest = max(pages, key=lambda page: page.stat().st_size)
    print(f"{len(pages)} e-mails, the largest {largest.stem} with {largest.stat().st_size / 1000:.1f} KB")
    if installed() is None:
        print("no Chromium here: no pictures were taken")
    else:
        print(f"{asyncio.run(taken(pages))} pictures in {folder}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("python -m tests.notifications.pictures FOLDER")
    main(Path(sys.argv[1]))
