"""After the storm: what clients know, what the database holds and what the partners' own books say must agree."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Iterator

from tests.flows.database import Database
from tests.flows.harness import Deployment
from tests.flows.shoppers import Known

OPEN = "status IN ('PENDING', 'RUNNING')"
STRANDED = (
    "SELECT number FROM orders WHERE status NOT IN ('CANCELED', 'COMPLETED') AND NOT EXISTS "
    f"(SELECT 1 FROM effects WHERE effects.order_id = orders.id AND effects.{OPEN})"
)


async def drained(here: Deployment, within: float) -> None:
    """Our side owes nothing, the partners' plans are carried out, and everything they had to tell was heard."""
    database = Database(here.database_url)
    async with asyncio.timeout(within):
        while await database.owed_now() or any(_unheard(here)):
            await asyncio.sleep(0.2)


def _unheard(here: Deployment) -> Iterator[int]:
    for program in here.world.all():
        for table, still in (("steps", "done_at IS NULL"), ("callbacks", "ended_at IS NULL")):
            yield int(program.audit.rows(f"SELECT count(*) FROM {table} WHERE {still}")[0][0])


async def complaints(here: Deployment, known: Known, units: int) -> list[str]:
    """Everything that does not agree. `units` is how many of each SKU were counted in; all parcels have arrived."""
    database = Database(here.database_url)
    found = [*_answers(known), *await _orders(database, known), *await _liveness(database)]
    found += [*await _outcomes(database), *await _money(here, database)]
    found += await _stock(database, known, units)
    found += await _parcels(here, database)
    replayed = here.run("replay")
    if replayed.returncode != 0:
        found.append(f"replay: {replayed.stdout[-1000:]}{replayed.stderr[-1000:]}")
    return found


def _answers(known: Known) -> Iterator[str]:
    for fault in known.faults:
        yield f"a client was shown a fault: {fault}"
    for key in sorted(known.sent - known.acked.keys()):
        yield f"key {key} was never acknowledged"
    for key, answers in known.acked.items():
        if not all(answer["order"] for answer in answers):
            yield f"key {key} was refused: {answers}"
        elif len({answer["order"]["number"] for answer in answers}) != 1:
            yield f"key {key} has two orders: {answers}"
        elif len({json.dumps(answer["userErrors"]) for answer in answers}) != 1:
            yield f"key {key} was answered in two ways: {answers}"


async def _orders(database: Database, known: Known) -> list[str]:
    """No acknowledged order is missing, none is there twice, and none changed into something else."""
    rows = await database.rows(
        "SELECT k.key, o.number, o.status, o.fulfillment_status, o.item_count FROM idempotency_keys k "
        "JOIN orders o ON o.id = k.subject WHERE k.operation = 'placeOrder'"
    )
    stored = {row[0]: row for row in rows}
    found = [f"the order of key {key} is missing" for key in known.orders.keys() - stored.keys()]
    found += [f"key {key} has an order that nobody sent" for key in stored.keys() - known.sent]
    if (orders := await database.count("orders")) != len(stored):
        found.append(f"{orders} orders for {len(stored)} keys")
    for key, order in known.orders.items():
        if key not in stored:
            continue
        _, number, status, fulfillment, items = stored[key]
        if number != order["number"]:
            found.append(f"key {key} was acknowledged as {order['number']} and is {number}")
        if items != sum(known.carts[key].values()):
            found.append(f"order {number} has {items} items, its cart had {known.carts[key]}")
        if order["status"] == "CONFIRMED" and (status, fulfillment) != ("CONFIRMED", "DELIVERED"):
            found.append(f"order {number} was confirmed and is {status} {fulfillment}")
    return found


async def _liveness(database: Database) -> list[str]:
    """Nothing is claimed, due or given up, and whatever is not at its end waits for something."""
    given_up = await database.rows("SELECT key, action, failure FROM effects WHERE status IN ('FAILED', 'UNKNOWN')")
    found = [f"given up: {row}" for row in given_up if row[2] != "The card was declined."]
    found += [f"order {row[0]} waits for nothing" for row in await database.rows(STRANDED)]
    if open_now := await database.owed_now():
        found.append(f"{open_now} effects are claimed or due")
    parked = await database.count("inbox WHERE parked_under IS NOT NULL")
    return found + ([f"{parked} received events were never joined"] if parked else [])


ONCE = ("order.placed", "stock.reserved", "payment.authorized", "payment.captured", "shipment.planned", "stock.shipped")


async def _outcomes(database: Database) -> list[str]:
    """What happens once in the life of an order is in its journal once, and so is each task's outcome on each visit."""
    found, events, settled = [], Counter[tuple[str, str]](), set[tuple[str, str]]()
    for order, sequence, type_, data in await database.rows(
        "SELECT order_id, sequence, type, data FROM journal ORDER BY order_id, sequence"
    ):
        if type_ in ONCE:
            events[order, type_] += 1
        elif type_ == "workflow.moved":
            settled.clear()
        elif type_ == "task.settled":
            task = order, json.loads(bytes(data))["task"]
            if task in settled:
                found.append(f"order {order}, event {sequence}: the outcome of {task[1]} is recorded again")
            settled.add(task)
    return found + [f"order {order}: {times} times {type_}" for (order, type_), times in events.items() if times > 1]


async def _money(here: Deployment, database: Database) -> list[str]:
    """Each key moved money once however often it was asked; what was delivered is paid, and nothing else is held."""
    audit, order = here.world.payments.audit, "json_extract(metadata, '$.order')"
    found = [f"charged twice: {key}" for key in audit.duplicates()]
    twice = audit.rows(f"SELECT {order} FROM intents WHERE status <> 'canceled' GROUP BY 1 HAVING count(*) > 1")
    found += [f"order {row[0]} was paid for twice" for row in twice]
    taken = {str(row[0]): int(row[1]) for row in audit.rows(f"SELECT {order}, received FROM intents")}
    for id_, number, total, payment, fulfillment in await database.rows(
        "SELECT id, number, total, payment_status, fulfillment_status FROM orders"
    ):
        due = total if fulfillment == "DELIVERED" else 0
        if taken.get(id_, 0) != due or (payment == "PAID") != bool(due):
            found.append(f"order {number}, {payment} {fulfillment}: {taken.get(id_, 0)} taken, {due} due")
    if any(audit.authorized().values()):
        found.append(f"still held: {audit.authorized()}")
    return found


async def _stock(database: Database, known: Known, units: int) -> list[str]:
    """What left the shelf is what was delivered, and what is set aside belongs to orders that still wait."""
    rows = await database.rows(
        "SELECT k.key, o.fulfillment_status FROM idempotency_keys k JOIN orders o ON o.id = k.subject"
    )
    delivered = _counted(known.carts[key] for key, fulfillment in rows if fulfillment == "DELIVERED")
    kept = dict(await database.rows("SELECT sku, sum(quantity) FROM reservations GROUP BY sku"))
    found = []
    for sku, on_hand, reserved in await database.rows("SELECT sku, on_hand, reserved FROM stock"):
        if on_hand != units - delivered[sku] or reserved != int(kept.get(sku, 0)):
            found.append(
                f"{sku}: {on_hand} on hand, {reserved} reserved; {delivered[sku]} delivered, {kept.get(sku)} kept"
            )
    return found


def _counted(carts: Iterable[dict[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for cart in carts:
        total.update(cart)
    return total


async def _parcels(here: Deployment, database: Database) -> list[str]:
    """The warehouse packed one parcel an order that is paid for."""
    packed = Counter(
        str(row[0]).partition("/")[0]
        for row in here.world.warehouse.audit.rows("SELECT reference FROM fulfillments WHERE status <> 'canceled'")
    )
    wanted = {row[0] for row in await database.rows("SELECT id FROM orders WHERE fulfillment_status = 'DELIVERED'")}
    found = [f"order {order} was packed {times} times" for order, times in packed.items() if times > 1]
    return found + [f"order {order}: packed or delivered, not both" for order in wanted ^ packed.keys()]
