"""Never more units are promised than there are, however many want them at once."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.flows.client import Client, Json
from tests.flows.database import Database
from tests.flows.guest_order import PLACE, placing
from tests.flows.harness import FULL, Deployment, deployed, levels, seed

CLIENTS = 64
SKUS = tuple(f"SCARCE-{number}" for number in range(5))
ORDERS_EACH = 40 if FULL else 16
UNITS = 500 if FULL else 200

STATUSES = "query Statuses($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { id status paymentStatus } } }"


@dataclass
class Placed:
    """An order that was stored, and what its shopper was told."""

    id: str
    skus: list[str]
    total: int
    told: str
    codes: set[str]


@dataclass
class Outcome:
    seconds: float = 0.0
    placed: list[Placed] = field(default_factory=list)
    refused: int = 0
    wrong: list[object] = field(default_factory=list)


def basket(number: int) -> list[str]:
    """Mostly one unit; every fourth order wants two SKUs, some in one order, some in the other."""
    first = SKUS[number % len(SKUS)]
    return [first] if number % 4 else [first, SKUS[(number * 3 + 1) % len(SKUS)]]


async def shop_until_sold_out(here: Deployment) -> Outcome:
    outcome = Outcome()
    client = Client(here.address)

    async def shopper(number: int) -> None:
        for turn in range(ORDERS_EACH):
            skus = basket(number + turn)
            lines = [{"sku": sku, "quantity": 1} for sku in skus]
            note(outcome, skus, await client.answer(PLACE, {"input": {**placing(""), "lines": lines}}))

    started = time.perf_counter()
    try:
        await asyncio.gather(*(shopper(number) for number in range(CLIENTS)))
    finally:
        await client.close()
    outcome.seconds = time.perf_counter() - started
    return outcome


def note(outcome: Outcome, skus: list[str], answer: Json) -> None:
    payload = (answer.get("data") or {}).get("placeOrder")
    if answer.get("errors") or payload is None:
        outcome.wrong.append(answer)
        return
    order, codes = payload["order"], {error["code"] for error in payload["userErrors"]}
    if order is not None:
        total = round(float(order["total"]["amount"]) * 100)
        outcome.placed.append(Placed(order["id"], skus, total, order["status"], codes))
    elif codes == {"OUT_OF_STOCK"}:
        outcome.refused += 1
    else:
        outcome.wrong.append(payload)


async def statuses(here: Deployment, placed: list[Placed]) -> dict[str, tuple[str, str]]:
    """Order id -> (status, payment status), once nothing is under way any more."""
    client = Client(here.address, here.staff_token)
    found: dict[str, tuple[str, str]] = {}
    try:
        for start in range(0, len(placed), 50):
            ids = [order.id for order in placed[start : start + 50]]
            nodes = (await client.data(STATUSES, {"ids": ids}))["nodes"]
            found |= {node["id"]: (node["status"], node["paymentStatus"]) for node in nodes}
    finally:
        await client.close()
    return found


async def test_exactly_what_there_was_is_sold_and_nothing_else_goes_wrong(
    database_url: str, tmp_path: Path, watched_folder: Path
) -> None:
    with deployed(tmp_path, database_url, home=watched_folder, speed=0.01) as here:  # no parcel leaves while we count
        gateway = here.gateway()
        await gateway.start()
        await seed(here, dict.fromkeys(SKUS, UNITS // len(SKUS)))
        outcome = await shop_until_sold_out(here)
        await Database(database_url).quiet()
        now = await statuses(here, outcome.placed)
        shelves = await levels(here)
    sold = [order for order in outcome.placed if now[order.id][0] == "CONFIRMED"]
    canceled = [order for order in outcome.placed if now[order.id][0] == "CANCELED"]
    print(
        f"{database_url.partition(':')[0]}: {CLIENTS * ORDERS_EACH} orders in {outcome.seconds:.1f} s: "
        f"{len(sold)} sold, {len(canceled)} canceled in the race, {outcome.refused} refused at the check"
    )
    assert outcome.wrong == []
    assert len(sold) + len(canceled) == len(outcome.placed)
    assert Counter(sku for order in sold for sku in order.skus) == dict.fromkeys(SKUS, UNITS // len(SKUS))
    assert shelves == {sku: (UNITS // len(SKUS), UNITS // len(SKUS)) for sku in SKUS}
    # Whoever was told before it was known had no error and waits; everybody else was told what is true.
    known = [order for order in outcome.placed if order.told != "PENDING"]
    assert {(order.told, *order.codes) for order in known} <= {("CONFIRMED",), ("CANCELED", "OUT_OF_STOCK")}
    assert all(order.told == now[order.id][0] for order in known)
    # The provider holds the money of what was sold, and no other.
    assert here.world.payments.audit.authorized() == {"eur": sum(order.total for order in sold)}
    assert here.world.payments.audit.duplicates() == []
    assert {now[order.id][1] for order in canceled} <= {"VOIDED", "PENDING"}
    assert gateway.faults() == []
