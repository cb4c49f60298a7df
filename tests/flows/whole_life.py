"""One order's whole life: placed as a guest, told, delivered, signed in, returned, refunded, told again.

    python -m tests.flows.whole_life http://127.0.0.1:8000

Against a running `waymark demo`, through its own doors alone: GraphQL over HTTP and a websocket, the mailbox page for
the letters, and the simulated world for the way there and back. Prints each step with the seconds that it took, and
ends with 1 and one line that says what is wrong, if something is.
"""

import asyncio
import re
import sys
import time
import uuid
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

import httpx2

from tests.flows.client import Client, Json, Rejected
from tests.flows.guest_order import PLACE, placing
from tests.flows.guest_return import OPTIONS, QUOTE, REQUEST
from tests.flows.mailbox import Letter, NoLetter, letter

WORLD = 240.0  # seconds for a parcel to go where it goes; it takes about two minutes
ORDER = "{ order { id number status total { amount } deliveryEstimate { latest } } }"
FOLLOW = """
subscription Follow($after: Int) {
  trackOrder(after: $after) {
    sequence event { type }
    order { fulfillmentStatus returnStatus paymentStatus refundedTotal { amount } shipments { trackingNumber } }
  }
}
"""
ASK_FOR_LINK = """
mutation Ask($email: EmailAddress!) { requestSignIn(input: {email: $email}) { accepted userErrors { code } } }
"""
SIGN_IN = """
mutation SignIn($token: String!) {
  signIn(input: {token: $token}) { accessToken customer { email } userErrors { code message } }
}
"""
MINE = "{ viewer { kind orders(first: 10) { nodes { id number returnStatus } } } }"
TOLD = """
{ viewer { unreadNotifications notifications(first: 50) { nodes { type title body order { number } } } } }
"""
SENT = "query Sent($id: ID!) { order(id: $id) { notifications { type deliveries { channel status } } } }"

Result = TypeVar("Result")


class Wrong(Exception):
    """The life does not go on; the message says why."""


@dataclass
class Life:
    """What is known of it so far."""

    address: str
    email: str
    number: str = ""
    order_id: str = ""
    total: str = ""
    promised: str = ""
    steps: list[str] = field(default_factory=list)

    async def post(self, subject: str) -> Letter:
        """The letter about this order; its link was opened as a browser does, and a page was there."""
        found = await letter(self.address, self.email, subject)
        expect(self.number in found.subject, f"{found.subject!r} does not name order {self.number}")
        await a_page_opens(found.link)
        return found


def expect(holds: object, otherwise: str) -> None:
    if not holds:
        raise Wrong(otherwise)


async def a_page_opens(link: str) -> None:
    async with httpx2.AsyncClient(timeout=10.0, trust_env=False) as browser:
        page = await browser.get(link.partition("#")[0], headers={"accept": "text/html"})
    media = page.headers.get("content-type", "")
    expect(
        page.status_code == 200 and media.startswith("text/html"), f"{link[:60]} opens a {page.status_code}, {media}"
    )


async def placed(life: Life, shop: Client, sku: str) -> Client:
    """A guest has ordered two; their link opens the order and nothing else."""
    asked = placing(sku, quantity=2) | {"email": life.email, "locale": "en-GB"}
    answer = (await shop.data(PLACE, {"input": asked}))["placeOrder"]
    expect(not answer["userErrors"], f"the order was refused: {answer['userErrors']}")
    life.number, life.order_id = answer["order"]["number"], answer["order"]["id"]
    life.total = answer["order"]["total"]["amount"]
    return shop.as_(answer["trackingToken"])


async def told(life: Life, shop: Client) -> str:
    """The confirmation is in the post, says when it comes, and its own link opens the order without an account."""
    confirmation = await life.post("is confirmed")
    order = (await shop.as_(confirmation.token).data(ORDER))["order"]
    expect(order["number"] == life.number, f"the link in the letter opens {order['number']}")
    latest = date.fromisoformat(order["deliveryEstimate"]["latest"][:10])
    days = [latest + timedelta(days=more) for more in (-1, 0, 1)]  # of the destination, a day off at midnight
    expect(
        any(f"{day.day} {day:%B}" in confirmation.text for day in days),
        f"the confirmation does not say when it comes (by {latest}): {confirmation.text}",
    )
    return confirmation.subject


async def updates(client: Client) -> AsyncIterator[Json]:
    """Every update of the order from its beginning. Raises: TimeoutError when the world stands still."""
    following = client.updates(FOLLOW, {"after": 0})
    try:
        async with asyncio.timeout(WORLD):
            async for data in following:
                yield data["trackOrder"]
    finally:
        await following.aclose()  # type: ignore[attr-defined]


async def delivered(life: Life, guest: Client) -> str:
    """Watched to the door, and told of the last miles."""
    number = None
    watching = updates(guest)
    async for update in watching:
        number = next((parcel["trackingNumber"] for parcel in update["order"]["shipments"]), None)
        if update["order"]["fulfillmentStatus"] == "DELIVERED":
            break
    await watching.aclose()  # type: ignore[attr-defined]
    arrived = await life.post("was delivered")
    expect(number and number in arrived.text, f"the letter does not name the parcel {number}")
    return arrived.subject


async def signed_in(life: Life, shop: Client) -> Client:
    """By the link in a letter, which is good once; the order that was placed as a guest is in their list."""
    asked = (await shop.data(ASK_FOR_LINK, {"email": life.email}))["requestSignIn"]
    expect(asked["accepted"], f"no link was sent: {asked['userErrors']}")
    key = await letter(life.address, life.email, "Sign in to")
    await a_page_opens(key.link)
    session = (await shop.data(SIGN_IN, {"token": key.token}))["signIn"]
    expect(not session["userErrors"], f"the link does not sign in: {session['userErrors']}")
    again = (await shop.data(SIGN_IN, {"token": key.token}))["signIn"]
    expect([one["code"] for one in again["userErrors"]] == ["EXPIRED"], "the link signs in twice")
    customer = shop.as_(session["accessToken"])
    viewer = (await customer.data(MINE))["viewer"]
    expect(viewer["kind"] == "CUSTOMER", f"signed in as {viewer['kind']}")
    mine = [order["number"] for order in viewer["orders"]["nodes"]]
    expect(mine == [life.number], f"the list of orders is {mine}")
    return customer


async def returned(life: Life, customer: Client) -> str:
    """One of the two is on its way back, for what the quote says, and its approval is in the post."""
    options = (await customer.data(OPTIONS, {"id": life.order_id}))["returnOptions"]
    line = next((one for one in options["lines"] if one["eligible"]), None)
    expect(line is not None, "nothing of the order can be returned")
    assert line is not None
    asked: Json = {"orderId": life.order_id, "method": "DROP_OFF"}
    asked["lines"] = [{"lineId": line["line"]["id"], "quantity": 1, "reason": "UNWANTED", "resolution": "REFUND"}]
    quote = (await customer.data(QUOTE, {"input": asked}))["returnQuote"]
    expect(not quote["userErrors"], f"no quote: {quote['userErrors']}")
    life.promised = quote["refundTotal"]["amount"]
    bound = asked | {"quoteId": quote["id"], "idempotencyKey": uuid.uuid4().hex}
    answer = (await customer.data(REQUEST, {"input": bound}))["requestReturn"]
    expect(not answer["userErrors"], f"the return was refused: {answer['userErrors']}")
    await life.post("is approved")
    return f"return {answer['return']['number']}, {life.promised} promised"


async def refunded(life: Life, guest: Client) -> str:
    """Carried back, received and paid, as promised by the quote."""
    watching, order = updates(guest), None
    async for update in watching:
        if update["event"] is not None and update["event"]["type"] == "refund.succeeded":
            order = update["order"]
            break
    await watching.aclose()  # type: ignore[attr-defined]
    expect(order is not None, "no refund was paid")
    assert order is not None
    paid = order["refundedTotal"]["amount"]
    expect(paid == life.promised, f"{life.promised} was promised, {paid} was paid back")
    expect(order["paymentStatus"] == "PARTIALLY_REFUNDED", f"the payment is {order['paymentStatus']}")
    return f"{paid} of {life.total}, {order['returnStatus']}"


async def told_again(life: Life, customer: Client) -> str:
    """The money is in a letter and in the inbox, and every message of this life was sent as it should be."""
    money = await life.post("paid back")
    expect(re.search(rf"{re.escape(life.promised)}\b", money.text), f"the letter does not name {life.promised}")
    await life.post("has arrived")
    inbox = (await customer.data(TOLD))["viewer"]
    about = [
        one["type"] for one in inbox["notifications"]["nodes"] if (one["order"] or {}).get("number") == life.number
    ]
    wanted = {"order.confirmed", "shipment.delivered", "return.approved", "return.received", "refund.paid"}
    expect(wanted <= set(about), f"the inbox lacks {sorted(wanted - set(about))}")
    expect(len(about) == len(set(about)), f"the inbox has something twice: {about}")
    sent = (await customer.data(SENT, {"id": life.order_id}))["order"]["notifications"]
    states = {(one["type"], way["status"]) for one in sent for way in one["deliveries"] if way["channel"] == "EMAIL"}
    expect({(kind, "SENT") for kind in wanted} <= states, f"not every letter was sent: {sorted(states)}")
    return f"{money.subject}; {len(about)} in the inbox, {inbox['unreadNotifications']} unread"


async def whole_life(address: str, sku: str = "MUG-250-WHI") -> Life:
    """From the button to the money back. Raises: Wrong, NoLetter, Rejected, TimeoutError."""
    life = Life(address.rstrip("/"), f"life-{uuid.uuid4().hex[:12]}@example.com")
    shop = Client(life.address)
    began = time.monotonic()

    async def step(name: str, work: Awaitable[Result]) -> Result:
        since = time.monotonic()
        try:
            result = await work
        except TimeoutError:
            raise Wrong(f"{name}: nothing came within {WORLD:.0f} s") from None
        except (Wrong, NoLetter, Rejected, httpx2.HTTPError) as error:
            raise Wrong(f"{name}: {error}") from error
        print(f"{name:12} {time.monotonic() - since:6.1f} s  {result if isinstance(result, str) else ''}", flush=True)
        life.steps.append(name)
        return result

    try:
        guest = await step("placed", placed(life, shop, sku))
        await step("told", told(life, shop))
        await step("delivered", delivered(life, guest))
        customer = await step("signed in", signed_in(life, shop))
        await step("returned", returned(life, customer))
        await step("refunded", refunded(life, guest))
        await step("told again", told_again(life, customer))
    finally:
        await shop.close()
    print(f"order {life.number}: a whole life in {time.monotonic() - began:.1f} s", flush=True)
    return life


if __name__ == "__main__":
    try:
        asyncio.run(whole_life(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
    except Wrong as error:
        sys.exit(f"a life that went wrong: {error}")
