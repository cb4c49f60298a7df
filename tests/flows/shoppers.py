"""Clients that order until told to stop, whatever happens to the server, and write down what they were told."""

import asyncio
import json
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.flows.client import Client, Json
from tests.flows.guest_order import PLACE, placing
from tests.flows.harness import Deployment

SKUS = tuple(f"KNOWN-{number}" for number in range(5))
ACCEPTED, DECLINED = "pm_card_visa", "pm_card_chargeDeclined"
AGAIN = 0.05  # seconds until an order that was not acknowledged is sent again
DECLINED_EACH = 10  # one order in so many is paid with a card that is declined


@dataclass
class Known:
    """What clients know, read from their journal: every key they sent, and every answer to it."""

    sent: set[str] = field(default_factory=set)
    acked: dict[str, list[Json]] = field(default_factory=lambda: defaultdict(list))
    carts: dict[str, dict[str, int]] = field(default_factory=dict)
    faults: list[Json] = field(default_factory=list)

    @property
    def orders(self) -> dict[str, Json]:
        """Key -> the order in its first answer, where there was one."""
        return {key: answers[0]["order"] for key, answers in self.acked.items() if answers[0]["order"]}


class Journal:
    """Append-only: a line before each sending and one after each answer, on disk before anything else is done."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("a", encoding="utf-8")

    def sent(self, key: str, cart: dict[str, int]) -> None:
        self._write({"sent": key, "cart": cart})

    def acked(self, key: str, payload: Json) -> None:
        self._write({"acked": key, "payload": payload})

    def fault(self, key: str, answer: Json) -> None:
        self._write({"fault": key, "answer": answer})

    def _write(self, line: Json) -> None:
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def read(self) -> Known:
        known = Known()
        for line in map(json.loads, self._path.read_text(encoding="utf-8").splitlines()):
            if "sent" in line:
                known.sent.add(line["sent"])
                known.carts[line["sent"]] = line["cart"]
            elif "acked" in line:
                known.acked[line["acked"]].append(line["payload"])
            else:
                known.faults.append(line)
        return known


async def shop(here: Deployment, journal: Journal, clients: int, stop: asyncio.Event) -> None:
    """Returns once `stop` is set and everything that was sent is acknowledged."""
    client = Client(here.address)
    try:
        await asyncio.gather(*(_shopper(client, journal, number, stop) for number in range(clients)))
    finally:
        await client.close()


async def _shopper(client: Client, journal: Journal, number: int, stop: asyncio.Event) -> None:
    turn = number
    while not stop.is_set():
        cart = {SKUS[turn % 5]: 1 + turn % 2} if turn % 3 else {SKUS[turn % 5]: 1, SKUS[(turn + 2) % 5]: 1}
        order = placing("", uuid.uuid4().hex, token=DECLINED if turn % DECLINED_EACH == 3 else ACCEPTED)
        order["lines"] = [{"sku": sku, "quantity": quantity} for sku, quantity in cart.items()]
        pressed_twice = 2 if turn % 7 == 0 else 1
        await asyncio.gather(*(_place(client, journal, order, cart) for _ in range(pressed_twice)))
        turn += 1


async def _place(client: Client, journal: Journal, order: Json, cart: dict[str, int]) -> None:
    """Sent with the same key until there is an answer."""
    key = order["idempotencyKey"]
    while True:
        journal.sent(key, cart)
        try:
            answer = await client.answer(PLACE, {"input": order})
        except (httpx2.HTTPError, ValueError):
            await asyncio.sleep(AGAIN)
            continue
        if answer.get("errors"):
            journal.fault(key, answer)
            await asyncio.sleep(AGAIN)
            continue
        journal.acked(key, answer["data"]["placeOrder"])
        return
