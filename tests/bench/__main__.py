"""`make bench`: the tracking query and placeOrder beside the hand-written reference, in one run, ratios printed.

python -m tests.bench [--seconds 4] [--rounds 5] [--orders 200]
"""

import argparse
import asyncio
import os
import random
import secrets
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import orjson

from gateway.ids import GlobalIds
from gateway.keys import derive
from tests.bench.load import Load, press
from tests.servers.owner import Owner, ask
from tests.servers.postgres import PostgresServer
from tests.servers.processes import free_port

TRACK = """query Track($id: ID) { order(id: $id) {
  number status paymentStatus fulfillmentStatus headline placedAt total { amount currencyCode }
  lines { id sku title quantity total { amount currencyCode } }
  shipments { id status trackingNumber events { status description location occurredAt } } } }"""
PLACE = """mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) {
  order { number status paymentStatus headline total { amount currencyCode } } userErrors { field code message } } }"""
ROOT = Path(__file__).resolve().parent.parent.parent
SKU, LOCATION = "BENCH-1", "hamburg"
SECRET = secrets.token_hex(32)
READERS, BUYERS = 32, 8  # connections at once


def placing(key: str) -> dict[str, Any]:
    address = {"name": "B", "address1": "Torstraße 1", "city": "Berlin", "zip": "10119", "countryCode": "DE"}
    return {
        "idempotencyKey": key,
        "currency": "EUR",
        "email": "bench@example.com",
        "lines": [{"sku": SKU, "quantity": 1}],
        "shippingAddress": address,
        "delivery": {"method": "SHIPPING"},
        "payments": [{"method": "CARD", "token": "pm_card_visa"}],
    }


@contextmanager
def running(words: list[str], environment: dict[str, str], probe: str) -> Iterator[None]:
    """A process that answers at `probe`; ended afterwards."""
    process = subprocess.Popen([sys.executable, *words], env=os.environ | environment)
    try:
        for _ in range(300):
            try:
                if httpx2.request("GET", probe).status_code < 500:
                    break
            except httpx2.HTTPError:
                time.sleep(0.1)
        else:
            raise RuntimeError(f"{words} did not come up")
        yield
    finally:
        process.terminate()
        process.wait(10)


def gateway_environment(database: str, port: int, partner: str) -> dict[str, str]:
    names = ("STRIPE", "WAREHOUSE", "EASYPOST")
    partners = {f"WAYMARK_{name}_BASE_URL": partner for name in names} | {f"WAYMARK_{name}_KEY": "k" for name in names}
    doors = {f"WAYMARK_{name}_WEBHOOK_SECRET": "c2VjcmV0" for name in names}
    return {
        **partners,
        **doors,
        "WAYMARK_DATABASE_URL": database,
        "WAYMARK_SHOP_FILE": str(ROOT / "domain/adapters/library/demo_shop.json"),
        "WAYMARK_SECRET": SECRET,
        "WAYMARK_PORT": str(port),
        "WAYMARK_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WAYMARK_PLACE_ORDER_PER_MINUTE_PER_IP": "100000000",
        "WAYMARK_PLACE_ORDER_PER_HOUR_PER_EMAIL": "100000000",
        "WAYMARK_OPERATIONS_PER_MINUTE_PER_IP": "100000000",
        "WAYMARK_LOG_LEVEL": "error",
    }


class Ours:
    """Our gateway over its public API."""

    def __init__(self, address: str, staff: str) -> None:
        self.address = address
        self.http = httpx2.Client(base_url=address, timeout=30, headers={"authorization": f"Bearer {staff}"})

    def ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        answer = orjson.loads(self.http.post("/graphql", json={"query": query, "variables": variables}).content)
        if answer.get("errors"):
            raise RuntimeError(str(answer["errors"]))
        data: dict[str, Any] = answer["data"]
        return data

    def seed(self, orders: int) -> list[str]:
        """A product, stock for the whole run, and orders with a parcel of eight scans each; their ids."""
        product = {"sku": SKU, "title": "A thing", "price": "39.90", "currency": "EUR", "weightGrams": 300}
        upsert = "mutation U($p: [ProductInput!]!) { upsertProducts(input: {products: $p}) { userErrors { message } } }"
        self.ask(upsert, {"p": [product]})
        location = self.ask("{ locations { id name } }", {})["locations"]
        hamburg = next(one["id"] for one in location if "Hamburg" in one["name"])
        adjust = "mutation A($i: AdjustStockInput!) { adjustStock(input: $i) { userErrors { message } } }"
        counted = {"sku": SKU, "locationId": hamburg, "delta": 900_000, "reason": "bench"}
        self.ask(adjust, {"i": counted | {"idempotencyKey": "stock"}})
        return [self._shipped(number) for number in range(orders)]

    def _shipped(self, number: int) -> str:
        place = PLACE.replace("number status", "id number status lines { id }", 1)
        order = self.ask(place, {"input": placing(f"seed-{number}")})["placeOrder"]["order"]
        add = "mutation S($i: AddShipmentInput!) { addShipment(input: $i) { shipment { id } userErrors { message } } }"
        lines = [{"lineId": order["lines"][0]["id"], "quantity": 1}]
        shipment = self.ask(
            add,
            {
                "i": {
                    "idempotencyKey": f"ship-{number}",
                    "orderId": order["id"],
                    "lines": lines,
                    "carrier": "DHL",
                    "trackingNumber": f"BENCH{number:06}",
                }
            },
        )["addShipment"]["shipment"]
        record = (
            "mutation R($i: RecordTrackingEventInput!) { recordTrackingEvent(input: $i) { userErrors { message } } }"
        )
        for scan in range(8):
            event = {
                "idempotencyKey": f"scan-{number}-{scan}",
                "shipmentId": shipment["id"],
                "status": "IN_TRANSIT",
                "description": "Arrived at a facility",
                "location": f"Town {scan}, DE",
                "occurredAt": f"2026-01-0{scan + 1}T10:00:00Z",
            }
            self.ask(record, {"i": event})
        return str(order["id"])


def prepared(ours: Ours, theirs: str, ids: list[str]) -> None:
    """The reference knows the same orders and the template; every answer is compared, byte by byte."""
    shown = {order_id: ours.ask(TRACK, {"id": order_id})["order"] for order_id in ids}
    key = f"template-{secrets.token_hex(4)}"
    answer = ours.http.post("/graphql", json={"query": PLACE, "variables": {"input": placing(key)}}).text
    number = orjson.loads(answer)["data"]["placeOrder"]["order"]["number"]
    found = ours.ask("query N($n: String!) { orderByNumber(number: $n) { id } }", {"n": number})
    decoded = GlobalIds(derive(SECRET.encode(), "ids")).decode(found["orderByNumber"]["id"])
    assert decoded is not None
    template = {"id": decoded[1], "number": number, "answer": answer, "sku": SKU, "location": LOCATION}
    time.sleep(1.0)
    body = {"orders": shown, "template": template}
    httpx2.request("POST", f"{theirs}/prepare", content=orjson.dumps(body), timeout=60).raise_for_status()
    for order_id in ids:
        question = {"query": TRACK, "variables": {"id": order_id}}
        one = ours.http.post("/graphql", json=question).content
        other = httpx2.request("POST", f"{theirs}/track", json=question).content
        assert one == other, f"{one!r}\n{other!r}"
    again = httpx2.request(
        "POST", f"{theirs}/place", json={"variables": {"input": placing("check")}}, timeout=30
    ).content
    mine = orjson.loads(again)["data"]["placeOrder"]["order"]["number"]
    assert again.replace(mine.encode(), number.encode()) == answer.encode(), again


def compare(name: str, ours: list[Load], theirs: list[Load]) -> str:
    """A row of the README's table; the ratio is the median of the rounds' own ratios."""
    ratios = [one.rate / other.rate for one, other in zip(ours, theirs, strict=True)]
    mine, other = (statistics.median(load.rate for load in loads) for loads in (ours, theirs))
    p50, p99 = (statistics.median(load.quantile(share) for load in ours) * 1000 for share in (0.5, 0.99))
    r50, r99 = (statistics.median(load.quantile(share) for load in theirs) * 1000 for share in (0.5, 0.99))
    ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    return f"| {name} | {ratio} | {mine:.0f} | {p50:.1f} / {p99:.1f} | {other:.0f} | {r50:.1f} / {r99:.1f} |"


async def rounds(
    sides: list[tuple[str, str]],
    token: str,
    body: Callable[[], bytes],
    good: Callable[[bytes], bool],
    connections: int,
    options: argparse.Namespace,
) -> tuple[list[Load], list[Load]]:
    """Each side in turn, the order reversed every round."""
    loads: tuple[list[Load], list[Load]] = ([], [])
    for number in range(options.rounds):
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            address, path = sides[side]
            load = await press(address, path, token, body, good, connections, options.seconds)
            if load.failed:
                raise RuntimeError(
                    f"{load.failed} of {load.answers} answers of {address}{path} were wrong: {load.wrong[:400]!r}"
                )
            loads[side].append(load)
    return loads


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--orders", type=int, default=200)
    options = parser.parse_args()
    with ExitStack() as stack:
        owner = stack.enter_context(Owner())
        server = PostgresServer(ask(owner.address, "durable postgres"), f"waymark_bench_{secrets.token_hex(4)}_")
        database = server.create()
        stack.callback(server.drop, database)
        ours_port, theirs_port, partner_port = free_port(), free_port(), free_port()
        partner, address = f"http://127.0.0.1:{partner_port}", f"http://127.0.0.1:{ours_port}"
        theirs = f"http://127.0.0.1:{theirs_port}"
        environment = gateway_environment(database, ours_port, partner)
        command = ["-m", "gateway.cli"]
        subprocess.run([sys.executable, *command, "migrate"], env=os.environ | environment, check=True)
        words = ["-m", "uvicorn", "tests.bench.partner:app", "--port", str(partner_port), "--log-level", "error"]
        stack.enter_context(running(words, {}, f"{partner}/"))
        stack.enter_context(running([*command, "serve"], environment, f"{address}/health/ready"))
        reference = ["-m", "tests.bench.reference", database, str(theirs_port), partner]
        stack.enter_context(running(reference, {}, f"{theirs}/"))
        token = subprocess.run(
            [sys.executable, *command, "token", "--staff", "bench", "--role", "admin"],
            env=os.environ | environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        ours = Ours(address, token)
        ids = ours.seed(options.orders)
        prepared(ours, theirs, ids)
        print(asyncio.run(measured(address, theirs, ids, token, options)))


async def measured(address: str, theirs: str, ids: list[str], token: str, options: argparse.Namespace) -> str:
    chance = random.Random(1)

    def tracking() -> bytes:
        return orjson.dumps({"query": TRACK, "variables": {"id": chance.choice(ids)}})

    def ordering() -> bytes:
        return orjson.dumps({"query": PLACE, "variables": {"input": placing(str(uuid.uuid4()))}})

    rows = [
        "| | rate, of the reference's | our req/s | p50 / p99 ms | its req/s | p50 / p99 ms |",
        "|---|---|---|---|---|---|",
    ]
    sides = [(address, "/graphql"), (theirs, "/track")]
    tracked = await rounds(sides, token, tracking, lambda answer: b'"number"' in answer, READERS, options)
    rows.append(compare("tracking query", *tracked))
    sides = [(address, "/graphql"), (theirs, "/place")]
    placed = await rounds(sides, "", ordering, lambda answer: b'"userErrors":[]' in answer, BUYERS, options)
    rows.append(compare("placeOrder, until it is confirmed", *placed))
    return "\n".join(rows)


if __name__ == "__main__":
    main()
