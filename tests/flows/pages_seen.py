"""The customer's pages in a real browser, against a running `waymark demo`: what each state of them looks like.

    python -m tests.flows.pages_seen http://127.0.0.1:8000 FOLDER

Needs a Chromium. Leaves pictures of /track and /sign-in on a phone, and ends with 1 where a page complains or does
not show what it should.
"""

import asyncio
import sys
import uuid
from pathlib import Path

from tests.browser import Browser, Page, browser
from tests.flows.client import Client, Json
from tests.flows.guest_order import PLACE, placing
from tests.flows.guest_return import WayBack, sent_back
from tests.flows.mailbox import letter

PHONE, DESK = 390, 900
PRESS = "document.querySelector('{}').click()"


async def placed(shop: Client, email: str, **changes: str) -> Json:
    card = changes.pop("card", "pm_card_visa")
    asked = placing("MUG-250-WHI", quantity=2, token=card) | {"email": email} | changes
    answer: Json = (await shop.data(PLACE, {"input": asked}))["placeOrder"]
    assert not answer["userErrors"], answer["userErrors"]
    return answer


async def typed(page: Page, **values: str) -> None:
    for name, value in values.items():
        await page.value(f"document.querySelector('input[name={name}]').value = {value!r}")


async def track_pages(chromium: Browser, shop: Client, folder: Path) -> None:
    """An order on its way in both languages and both kinds of light; no link, a broken one, and a new one asked for."""
    email = f"seen-{uuid.uuid4().hex[:8]}@example.com"
    order = await placed(shop, email, locale="de-DE")
    link = f"{shop.address}/track#{order['trackingToken']}"
    page = await chromium.page(PHONE, "en-GB")
    await page.open(link)
    await page.shows("Deine Artikel")
    await page.picture(folder / "track-placed-de.png")
    await page.shows("Wo es war", 180)
    await page.picture(folder / "track-under-way-de.png")
    for name, width, dark in (("dark", PHONE, True), ("desk", DESK, False)):
        other = await chromium.page(width, "en-GB", dark=dark)
        await other.open(link)
        await other.shows("Wo es war")
        await other.picture(folder / f"track-{name}.png")
    bare = await chromium.page(PHONE, "en-GB")
    await bare.open(f"{shop.address}/track")
    await bare.shows("Find your order")
    await bare.picture(folder / "track-without-link.png")
    await typed(bare, number=order["order"]["number"], email=email)
    await bare.value(PRESS.format("button"))
    await bare.shows("a link is on its way")
    await bare.picture(folder / "track-link-asked-for.png")
    broken = await chromium.page(PHONE, "de-DE")
    await broken.open(link[:-4] + "AAAA")
    await broken.shows("Dieser Link gilt nicht mehr")
    await broken.picture(folder / "track-over-de.png")
    await broken.open("about:blank")
    await broken.open(f"{shop.address}/track#100%\N{SNOWMAN}")
    await broken.shows("Dieser Link gilt nicht mehr")
    found = await letter(shop.address, email, "deine Bestellung")
    await page.open("about:blank")
    await page.open(found.link)
    await page.shows(order["order"]["number"])
    await page.shows("Zugestellt", 240, within="h1")
    await page.picture(folder / "track-delivered-de.png")
    guest = shop.as_(order["trackingToken"])
    await sent_back(guest, order["order"]["id"], WayBack())
    await page.shows("Zeig diesen Code")
    await page.picture(folder / "track-return-de.png")
    await page.shows("Zurückgezahlt", 120)
    await page.picture(folder / "track-refunded-de.png")


async def payment_page(chromium: Browser, shop: Client, folder: Path) -> None:
    """The bank wants a word: the page leads there, and knows the order when the buyer comes back."""
    order = await placed(
        shop, f"bank-{uuid.uuid4().hex[:8]}@example.com", card="pm_card_authenticationRequired", locale="en-GB"
    )
    page = await chromium.page(PHONE, "en-GB")
    await page.open(f"{shop.address}/track#{order['trackingToken']}")
    await page.shows("Confirm the payment")
    await page.picture(folder / "track-payment.png")
    await page.open(await page.value("document.querySelector('.due a').href"))
    await page.shows("Approve")
    await page.value(PRESS.format("button[value=approve]"))
    await page.shows(order["order"]["number"])
    await page.shows("Confirmed")
    assert "#" not in await page.value("location.href"), "the bank never had the token"
    await page.picture(folder / "track-paid.png")


async def sign_in_pages(chromium: Browser, shop: Client, folder: Path) -> None:
    """Asked for, opened, used, shown, left; and a link that was used before."""
    email = f"signs-{uuid.uuid4().hex[:8]}@example.com"
    orders = [await placed(shop, email) for _ in range(2)]
    page = await chromium.page(PHONE, "en-GB")
    await page.open(f"{shop.address}/sign-in")
    await page.shows("There is no password")
    await page.picture(folder / "sign-in-empty.png")
    await typed(page, email=email)
    await page.value(PRESS.format("button"))
    await page.shows("is on its way to")
    key = await letter(shop.address, email, "Sign in to")
    await page.open("about:blank")
    await page.open(key.link)
    await page.shows("One step")
    await page.picture(folder / "sign-in-door.png")
    await page.value(PRESS.format("button"))
    await page.shows("Your orders")
    for order in orders:
        await page.shows(order["order"]["number"])
    await page.picture(folder / "sign-in-orders.png")
    await page.value(PRESS.format("a.order"))
    await page.shows("Your items")
    await page.open(f"{shop.address}/sign-in")
    await page.shows("Your orders")
    await page.value(PRESS.format("button"))
    await page.shows("You are signed out")
    used = await chromium.page(PHONE, "de-DE")
    await used.open(key.link)
    await used.shows("Ein Schritt")
    await used.value(PRESS.format("button"))
    await used.shows("kann dich nicht anmelden")
    await used.picture(folder / "sign-in-over-de.png")


async def main(address: str, folder: Path) -> None:
    shop = Client(address)
    async with browser() as chromium:
        for look in (sign_in_pages, payment_page, track_pages):
            await look(chromium, shop, folder)
            print(f"{look.__name__.replace('_', ' ')}: seen", flush=True)
        complaints = [one for one in chromium.said if "401" not in one]
        if complaints:
            sys.exit(f"the pages complain: {complaints}")
    await shop.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("python -m tests.flows.pages_seen http://127.0.0.1:8000 FOLDER")
    Path(sys.argv[2]).mkdir(parents=True, exist_ok=True)
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
