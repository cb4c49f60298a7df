"""A guest's order all the way there and back: placed, delivered, returned with a code, inspected, paid back.

    python -m tests.flows.guest_return [http://127.0.0.1:8000]

Against a running server whose world sends things by itself (`make run`). Prints each word of the way back as it comes.
"""

import asyncio
import sys
from dataclasses import dataclass, field

from tests.flows.client import Client, Json
from tests.flows.guest_order import PLACE, placing

DELIVERED = """
subscription Follow($after: Int) { trackOrder(after: $after) { sequence order { id fulfillmentStatus } } }
"""
BACK = """
subscription Follow($after: Int) {
  trackOrder(after: $after) {
    sequence
    event { type title message }
    order {
      headline returnStatus refundedTotal { amount }
      returns { status headline refundTotal { amount } refunds { status amount { amount } } }
    }
  }
}
"""
OPTIONS = """
query Options($id: ID!) {
  returnOptions(orderId: $id) {
    lines { line { id } quantity eligible refundPerUnit { amount } } methods { method fee { amount } }
  }
}
"""
QUOTE = """
query Quote($input: ReturnQuoteInput!) {
  returnQuote(input: $input) { id refundTotal { amount } fee { amount } userErrors { code message } }
}
"""
REQUEST = """
mutation Request($input: RequestReturnInput!) {
  requestReturn(input: $input) {
    return { number status headline expiresAt shipments { carrierName trackingNumber label { url dropOffCode } } }
    userErrors { code message }
  }
}
"""


@dataclass
class WayBack:
    """What was promised, what was paid, and every kind of event that the return had on its way."""

    number: str = ""
    promised: str = ""
    paid: str = ""
    kinds: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        passed = {"return.requested", "return.labeled", "return.scanned", "return.received", "return.inspected"}
        return passed <= set(self.kinds) and self.paid == self.promised != ""


async def delivered(client: Client) -> str:
    """The order's id, once its buyer has it."""
    updates = client.updates(DELIVERED, {"after": 0})
    try:
        async for data in updates:
            if data["trackOrder"]["order"]["fulfillmentStatus"] == "DELIVERED":
                return str(data["trackOrder"]["order"]["id"])
    finally:
        await updates.aclose()  # type: ignore[attr-defined]
    raise SystemExit("the order was never delivered")


async def sent_back(client: Client, order_id: str, way: WayBack) -> None:
    """One unit is on its way back, for what the quote said."""
    options = (await client.data(OPTIONS, {"id": order_id}))["returnOptions"]
    line = next(one for one in options["lines"] if one["eligible"])
    asked: Json = {"orderId": order_id, "method": "DROP_OFF"}
    asked["lines"] = [
        {"lineId": line["line"]["id"], "quantity": 1, "reason": "UNWANTED", "resolution": "REFUND"},
    ]
    quote = (await client.data(QUOTE, {"input": asked}))["returnQuote"]
    way.promised = quote["refundTotal"]["amount"]
    print(f"quoted: {way.promised} after a fee of {quote['fee']['amount']}", flush=True)
    bound = asked | {"quoteId": quote["id"], "idempotencyKey": f"return {order_id}"}
    answer = (await client.data(REQUEST, {"input": bound}))["requestReturn"]
    assert not answer["userErrors"], answer["userErrors"]
    way.number = answer["return"]["number"]
    label = answer["return"]["shipments"][0]["label"] if answer["return"]["shipments"] else None
    print(f"return {way.number}: {answer['return']['headline']}; {label}", flush=True)


async def paid_back(client: Client, way: WayBack) -> None:
    """Watches until the money is there."""
    updates = client.updates(BACK, {"after": 0})
    try:
        async for data in updates:
            update = data["trackOrder"]
            event = update["event"]
            if event is None or not event["type"].startswith(("return.", "refund.")):
                continue
            way.kinds.append(event["type"])
            print(f"{update['sequence']:4} {event['type']:18} {event['title']}: {event['message'] or ''}", flush=True)
            if event["type"] == "refund.succeeded":
                way.paid = update["order"]["refundedTotal"]["amount"]
                print(f"     {update['order']['headline']}, paid back {way.paid}", flush=True)
                return
    finally:
        await updates.aclose()  # type: ignore[attr-defined]


async def guest_return(address: str, sku: str = "MUG-250-WHI") -> WayBack:
    """Placed, delivered, sent back, paid back."""
    client, way = Client(address), WayBack()
    try:
        placed = (await client.data(PLACE, {"input": placing(sku, quantity=2)}))["placeOrder"]
        assert not placed["userErrors"], placed["userErrors"]
        guest = client.as_(placed["trackingToken"])
        print(f"order {placed['order']['number']}: waiting for its delivery", flush=True)
        await sent_back(guest, await delivered(guest), way)
        await asyncio.wait_for(paid_back(guest, way), 120)
        return way
    finally:
        await client.close()


if __name__ == "__main__":
    done = asyncio.run(guest_return(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
    print(f"return {done.number}: promised {done.promised}, paid {done.paid}, complete: {done.complete}")
    sys.exit(0 if done.complete else 1)
