"""After it all: what the API shows, the database holds and the partners' own books say must agree with the data.

Every function here answers complaints; none if nothing is wrong.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import datetime

from domain.adapters.sql.replay import Replay
from domain.model.orders import Order
from domain.policies.progress import open_shipments
from domain.ports import Reader
from tests.flows.real.marketplace import RealOrder
from tests.flows.real.stage import Stage

ENDS = {
    "created": ("PENDING", "UNFULFILLED"),
    "approved": ("CONFIRMED", "SCHEDULED"),
    "invoiced": ("CONFIRMED", "SCHEDULED"),
    "processing": ("CONFIRMED", "IN_PROGRESS"),
    "shipped": ("CONFIRMED", "FULFILLED"),
    "delivered": ("COMPLETED", "DELIVERED"),
    "unavailable": ("CANCELED", "UNFULFILLED"),
    "canceled": ("CANCELED", "UNFULFILLED"),
}
"""By the word of the data, status and fulfillment status in the end."""
LEFT, WAITING = ("shipped", "delivered"), ("created", "approved", "invoiced", "processing")
Shelf = tuple[str, str]


async def stored(stage: Stage) -> dict[str, Order]:
    """Every order by its number in the data, as the database has it."""
    ids = list(stage.bank.ids.values())

    async def read(reader: Reader) -> list[Order]:
        parts = [await reader.orders(ids[start : start + 200]) for start in range(0, len(ids), 200)]
        return [order for part in parts for order in part.values()]

    return {order.reference or order.id: order for order in await stage.world.store.read(read)}


def of_end(real: RealOrder, order: Order, seen: dict[str, object]) -> Iterator[str]:
    """The order ended as the data says, and where and when the data says."""
    end = (seen["status"], seen["fulfillmentStatus"])
    if end != ENDS[real.status]:
        yield f"{real.path} {real.id} ended {end}"
    if real.status in LEFT:
        sent = [parcel.origin for parcel in open_shipments(order)]
        if tuple(sent) != real.sellers:
            yield f"{real.id} was sent by {sent}, not by {real.sellers}"
        for parcel in open_shipments(order):
            yield from _of_moments(real, parcel.id, parcel.shipped_at, parcel.delivered_at)


def _of_moments(real: RealOrder, parcel: str, shipped: datetime | None, delivered: datetime | None) -> Iterator[str]:
    known = [at for at in (real.carried, real.delivered) if at]
    if known and shipped != min(known):
        yield f"{real.id} {parcel} was sent at {shipped}, not at {min(known)}"
    if real.delivered and delivered != real.delivered:
        yield f"{real.id} {parcel} was delivered at {delivered}, not at {real.delivered}"


def of_money(real: RealOrder, order: Order, balance: tuple[int, int, int]) -> Iterator[str]:
    """The bank's books and ours agree, and the buyer has paid what is due: captured less refunded."""
    held, taken, back = balance
    if order.total != real.total:
        yield f"{real.id} costs {order.total}, not {real.total}"
    if (order.captured, order.refunded) != (taken, back):
        yield f"{real.id}: we say {order.captured} and {order.refunded}, the bank {taken} and {back}"
    ends = {"created": (0, 0), "unavailable": (0, 0), "canceled": (0, 0)}
    if real.status in LEFT:
        ends[real.status] = (0, real.total)
    elif real.status not in ends:
        ends[real.status] = (real.total - taken, taken)
    if real.status != "created" and (held, taken - back) != ends[real.status]:
        yield f"{real.path} {real.id} of {real.total}: {held} held, {taken} taken, {back} paid back"


async def of_stock(stage: Stage, orders: Sequence[RealOrder]) -> list[str]:
    """On the shelves is what never left them, set aside what is still waited for."""
    on_hand, reserved = Counter[Shelf](), Counter[Shelf]()
    for order in orders:
        gone = order.status in LEFT or order.path in ("canceled, out", "canceled, delivered")
        for item in order.items:
            missing = order.status == "unavailable" and item.seller == order.sellers[0]
            on_hand[item.sku, item.seller] += 0 if gone or missing else item.quantity
            reserved[item.sku, item.seller] += item.quantity if order.status in WAITING else 0
    found = []
    for sku, place, here, kept in await stage.rows("SELECT sku, location_id, on_hand, reserved FROM stock"):
        if (here, kept) != (on_hand[sku, place], reserved[sku, place]):
            expected = on_hand[sku, place], reserved[sku, place]
            found.append(f"{sku} at {place}: {here} there and {kept} set aside, not {expected}")
    return found


async def of_rest(stage: Stage) -> AsyncIterator[str]:
    """Nothing is owed, given up, unread or logged as a fault; the journal read again is what was written."""
    for key, failure in await stage.rows("SELECT key, failure FROM effects WHERE status IN ('FAILED', 'UNKNOWN')"):
        yield f"given up: {key}: {failure}"
    now = int(stage.now.timestamp() * 1_000_000)
    due = f"SELECT count(*) FROM effects WHERE status IN ('PENDING', 'RUNNING') AND run_at <= {now}"
    ((count,),) = await stage.rows(due)
    if count:
        yield f"{count} effects are still owed"
    ((count,),) = await stage.rows("SELECT count(*) FROM inbox WHERE parked_under IS NOT NULL")
    if count:
        yield f"{count} events of partners were never joined"
    for line in stage.faults.lines:
        yield f"logged: {line}"
    async for finding in Replay(f"sqlite:///{stage.database}").findings():
        yield f"replay: {finding}"
