"""The same two things written by hand: Starlette, asyncpg, SQL, a dict. No workflow, no checks, no GraphQL.

`/track` reads four tables of its own, filled from our answers, and prints the very bytes that our tracking query does.
`/place` writes the rows that placeOrder writes up to its answer, in the same tables and two durable transactions with
the payment between them, and answers the bytes of placeOrder. Its contents are those of one order that was placed by
us before, with ids and numbers of its own.

    python -m tests.bench.reference POSTGRES_URL PORT PARTNER_URL
"""

import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx2
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TRACKED = """
CREATE TABLE IF NOT EXISTS ref_orders (id TEXT PRIMARY KEY, number TEXT, status TEXT, payment TEXT, fulfillment TEXT,
  headline TEXT, placed_at TEXT, currency TEXT, total TEXT);
CREATE TABLE IF NOT EXISTS ref_lines (order_id TEXT, place INT, id TEXT, sku TEXT, title TEXT, quantity INT,
  total TEXT, PRIMARY KEY (order_id, place));
CREATE TABLE IF NOT EXISTS ref_shipments (order_id TEXT, place INT, id TEXT, status TEXT, tracking TEXT,
  PRIMARY KEY (order_id, place));
CREATE TABLE IF NOT EXISTS ref_scans (order_id TEXT, shipment INT, place INT, status TEXT, description TEXT,
  location TEXT, at TEXT, PRIMARY KEY (order_id, shipment, place));
"""
TABLES = ("orders", "journal", "personal", "order_references", "effects", "links", "idempotency_keys", "reservations")
KEYED = {"orders": "id", "idempotency_keys": "subject"}


async def track(request: Request) -> Response:
    """Four selects and a dict."""
    order_id = orjson.loads(await request.body())["variables"]["id"]
    async with request.app.state.pool.acquire() as connection:
        order = await connection.fetchrow("SELECT * FROM ref_orders WHERE id = $1", order_id)
        lines = await connection.fetch("SELECT * FROM ref_lines WHERE order_id = $1 ORDER BY place", order_id)
        parcels = await connection.fetch("SELECT * FROM ref_shipments WHERE order_id = $1 ORDER BY place", order_id)
        scans = await connection.fetch("SELECT * FROM ref_scans WHERE order_id = $1 ORDER BY shipment, place", order_id)
    currency = order["currency"]
    by_parcel: dict[int, list[Any]] = {parcel["place"]: [] for parcel in parcels}
    for scan in scans:
        by_parcel[scan["shipment"]].append(
            {
                "status": scan["status"],
                "description": scan["description"],
                "location": scan["location"],
                "occurredAt": scan["at"],
            }
        )
    shown = {
        "number": order["number"],
        "status": order["status"],
        "paymentStatus": order["payment"],
        "fulfillmentStatus": order["fulfillment"],
        "headline": order["headline"],
        "placedAt": order["placed_at"],
        "total": {"amount": order["total"], "currencyCode": currency},
        "lines": [
            {
                "id": line["id"],
                "sku": line["sku"],
                "title": line["title"],
                "quantity": line["quantity"],
                "total": {"amount": line["total"], "currencyCode": currency},
            }
            for line in lines
        ],
        "shipments": [
            {
                "id": parcel["id"],
                "status": parcel["status"],
                "trackingNumber": parcel["tracking"],
                "events": by_parcel[parcel["place"]],
            }
            for parcel in parcels
        ],
    }
    return Response(orjson.dumps({"data": {"order": shown}}), media_type="application/json")


class Template:
    """The rows of one order that was placed and settled, as columns and values, to be written again with other ids."""

    def __init__(self, order_id: str, number: str, answer: bytes) -> None:
        self.order_id = order_id
        self.number = number
        self.answer = answer
        self.columns: dict[str, list[str]] = {}
        self.rows: dict[str, list[tuple[Any, ...]]] = {}

    async def load(self, connection: Any) -> None:
        for table in TABLES:
            key = KEYED.get(table, "order_id")
            found = await connection.fetch(f"SELECT * FROM {table} WHERE {key} = $1", self.order_id)
            if table == "journal":
                found = [row for row in found if row["sequence"] <= 9]
            self.columns[table] = list(found[0].keys())
            self.rows[table] = [tuple(row.values()) for row in found]

    def renamed(self, table: str, order_id: str, number: str, key: str) -> list[tuple[Any, ...]]:
        """The table's rows, of another order."""
        old, new = self.order_id, order_id
        renamed: list[tuple[Any, ...]] = []
        for row in self.rows[table]:
            values = []
            for column, value in zip(self.columns[table], row, strict=True):
                if isinstance(value, str):
                    value = value.replace(old, new).replace(self.number, number)
                elif isinstance(value, bytes) and column in ("doc", "data"):
                    value = value.replace(old.encode(), new.encode()).replace(self.number.encode(), number.encode())
                if column == "key" and table == "idempotency_keys":
                    value = key
                if table == "personal" and column == "id":
                    value = new
                values.append(value)
            renamed.append(tuple(values))
        return renamed

    def insert(self, table: str) -> str:
        columns = self.columns[table]
        marks = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
        names = ", ".join(f'"{column}"' for column in columns)
        return f"INSERT INTO {table} ({names}) VALUES ({marks})"


async def place(request: Request) -> Response:
    """Two transactions, the payment between them."""
    state = request.app.state
    template: Template = state.template
    key = orjson.loads(await request.body())["variables"]["input"]["idempotencyKey"]
    state.count += 1
    order_id = f"{time.time_ns() // 1_000_000:012x}{os.getpid() & 0xFFFF:04x}{state.count:016x}"
    number = f"{state.count:010d}"
    rows = {table: template.renamed(table, order_id, number, key) for table in TABLES}
    first = ("orders", "personal", "order_references", "links", "idempotency_keys")
    async with state.pool.acquire() as connection:
        async with connection.transaction():
            for table in first:
                await connection.executemany(template.insert(table), rows[table])
            await connection.executemany(template.insert("journal"), rows["journal"][:2])
            await connection.executemany(template.insert("effects"), rows["effects"][:4])
    paid = await state.http.post("/v1/payment_intents", content=b"amount=4470&currency=eur")
    paid.raise_for_status()
    async with state.pool.acquire() as connection:
        async with connection.transaction():
            await connection.fetchrow("SELECT doc, head FROM orders WHERE id = $1 FOR UPDATE", order_id)
            taken = await connection.execute(
                "UPDATE stock SET reserved = reserved + 1 WHERE sku = $1 AND location_id = $2"
                " AND on_hand - reserved >= 1",
                state.sku,
                state.location,
            )
            if taken != "UPDATE 1":
                raise RuntimeError("sold out")
            await connection.executemany(template.insert("reservations"), rows["reservations"])
            await connection.executemany(template.insert("journal"), rows["journal"][2:])
            await connection.executemany(template.insert("effects"), rows["effects"][4:])
            await connection.execute(
                "UPDATE effects SET status = 'SUCCEEDED' WHERE order_id = $1 AND task IS NOT NULL", order_id
            )
            doc = rows["orders"][0][template.columns["orders"].index("doc")]
            await connection.execute(
                "UPDATE orders SET doc = $2, version = 9, status = 'CONFIRMED' WHERE id = $1", order_id, doc
            )
            await connection.execute("UPDATE idempotency_keys SET answer = $2 WHERE subject = $1", order_id, b"[]")
    return Response(template.answer.replace(template.number.encode(), number.encode()), media_type="application/json")


async def prepare(request: Request) -> Response:
    """Fills the tracked tables and the template from what our gateway answered."""
    wanted = orjson.loads(await request.body())
    state = request.app.state
    async with state.pool.acquire() as connection:
        await connection.execute(TRACKED)
        for order_id, shown in wanted.get("orders", {}).items():
            await _copy(connection, order_id, shown)
        if "template" in wanted:
            one = wanted["template"]
            state.template = Template(one["id"], one["number"], one["answer"].encode())
            await state.template.load(connection)
            state.sku, state.location = one["sku"], one["location"]
    return Response(b"{}", media_type="application/json")


async def _copy(connection: Any, order_id: str, shown: dict[str, Any]) -> None:
    await connection.execute(
        "INSERT INTO ref_orders VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        order_id,
        shown["number"],
        shown["status"],
        shown["paymentStatus"],
        shown["fulfillmentStatus"],
        shown["headline"],
        shown["placedAt"],
        shown["total"]["currencyCode"],
        shown["total"]["amount"],
    )
    for place_, line in enumerate(shown["lines"]):
        values = (line["id"], line["sku"], line["title"], line["quantity"], line["total"]["amount"])
        await connection.execute("INSERT INTO ref_lines VALUES ($1, $2, $3, $4, $5, $6, $7)", order_id, place_, *values)
    for place_, parcel in enumerate(shown["shipments"]):
        named = (parcel["id"], parcel["status"], parcel["trackingNumber"])
        await connection.execute("INSERT INTO ref_shipments VALUES ($1, $2, $3, $4, $5)", order_id, place_, *named)
        for number, scan in enumerate(parcel["events"]):
            words = (scan["status"], scan["description"], scan["location"], scan["occurredAt"])
            await connection.execute(
                "INSERT INTO ref_scans VALUES ($1, $2, $3, $4, $5, $6, $7)", order_id, place_, number, *words
            )


@asynccontextmanager
async def living(app: Starlette) -> AsyncIterator[None]:
    app.state.pool = await asyncpg.create_pool(sys.argv[1], min_size=2, max_size=16)
    app.state.http = httpx2.AsyncClient(base_url=sys.argv[3])
    app.state.count = 0
    yield
    await app.state.http.aclose()
    await app.state.pool.close()


app = Starlette(
    routes=[
        Route("/track", track, methods=["POST"]),
        Route("/place", place, methods=["POST"]),
        Route("/prepare", prepare, methods=["POST"]),
    ],
    lifespan=living,
)

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[2]), log_level="error", loop="uvloop", http="httptools")
