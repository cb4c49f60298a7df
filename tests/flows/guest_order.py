"""A guest's order from the button to the door, watched live and through two lost connections.

    python -m tests.flows.guest_order [http://127.0.0.1:8000]

Prints each update as it comes, and at the end whether every sequence was seen exactly once.
"""

import asyncio
import sys
import uuid
from dataclasses import dataclass, field

from tests.flows.client import Client, Json

PLACE = """
mutation Place($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    order { id number status paymentStatus headline total { amount currencyCode } }
    trackingToken
    userErrors { field code message }
  }
}
"""
FOLLOW = """
subscription Follow($after: Int) {
  trackOrder(after: $after) {
    sequence
    event { type title message occurredAt }
    order { version status fulfillmentStatus headline shipments { status trackingNumber events { id } } }
  }
}
"""


def placing(sku: str, key: str | None = None, quantity: int = 1, token: str = "pm_card_visa") -> Json:
    """What a storefront sends when a guest in Berlin presses the button."""
    return {
        "idempotencyKey": key or uuid.uuid4().hex,
        "lines": [{"sku": sku, "quantity": quantity}],
        "currency": "EUR",
        "email": "guest@example.com",
        "shippingAddress": {
            "name": "Gast Beispiel",
            "address1": "Torstraße 1",
            "city": "Berlin",
            "zip": "10119",
            "countryCode": "DE",
        },
        "delivery": {"method": "SHIPPING"},
        "payments": [{"method": "CARD", "token": token}],
    }


@dataclass
class Journey:
    """What the guest saw: every sequence in the order of arrival, and the last state."""

    number: str = ""
    sequences: list[int] = field(default_factory=list)
    status: str = ""
    connections: int = 0

    @property
    def complete(self) -> bool:
        """Every sequence once, in order, none missing since the first."""
        first = self.sequences[0] if self.sequences else 0
        return self.sequences == list(range(first, first + len(self.sequences)))


async def follow(client: Client, journey: Journey, drop_after: int | None) -> bool:
    """Watches on; hangs up after so many updates without a word. True once the order is delivered."""
    journey.connections += 1
    after = journey.sequences[-1] if journey.sequences else 0
    seen = 0
    updates = client.updates(FOLLOW, {"after": after})
    try:
        async for data in updates:
            update = data["trackOrder"]
            journey.sequences.append(update["sequence"])
            journey.status = update["order"]["fulfillmentStatus"]
            event = update["event"]
            said = f"{event['title']}: {event['message'] or ''}" if event else "(not public)"
            print(f"{update['sequence']:4} {update['order']['headline']:60.60} {said}", flush=True)
            seen += 1
            if journey.status == "DELIVERED":
                return True
            if drop_after is not None and seen >= drop_after:
                return False
    finally:
        await updates.aclose()  # type: ignore[attr-defined]
    return journey.status == "DELIVERED"


async def guest_order(address: str, sku: str = "MUG-250-WHI") -> Journey:
    """Placed, followed, lost twice, resumed, delivered."""
    client = Client(address)
    try:
        placed = (await client.data(PLACE, {"input": placing(sku)}))["placeOrder"]
        assert not placed["userErrors"], placed["userErrors"]
        journey = Journey(placed["order"]["number"])
        print(f"order {journey.number}: {placed['order']['headline']}", flush=True)
        guest = client.as_(placed["trackingToken"])
        for drop_after in (6, 8, None):
            if await follow(guest, journey, drop_after):
                break
            print("     -- connection lost, resuming --", flush=True)
        return journey
    finally:
        await client.close()


if __name__ == "__main__":
    done = asyncio.run(guest_order(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
    verdict = "every sequence once" if done.complete else f"NOT complete: {done.sequences}"
    print(f"{done.number} {done.status}: {len(done.sequences)} updates over {done.connections} connections, {verdict}")
    sys.exit(0 if done.complete and done.status == "DELIVERED" else 1)
