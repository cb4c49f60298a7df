"""What commands ask of a database that somebody else may be serving from: nothing is written, nothing is locked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.adapters.clock import SystemClock
from domain.adapters.contact_checks import LibraryContactChecks
from domain.adapters.ids import RandomIds
from domain.adapters.sql.store import OpenStore
from domain.ports import Clock
from gateway.config import Settings
from gateway.lifecycle.stores import store_of
from gateway.problems import CannotStart


def system_clock() -> Clock:
    return SystemClock()


@asynccontextmanager
async def _reading(settings: Settings) -> AsyncIterator[OpenStore]:
    store = await store_of(settings, SystemClock(), RandomIds(), read_only=True)
    try:
        yield store
    finally:
        await store.close()


async def customer_id(settings: Settings, email: str) -> str | None:
    """The id of the customer with this address. Raises: CannotStart."""
    known = LibraryContactChecks().email(email)
    if known is None:
        return None
    async with _reading(settings) as store:
        customer = await store.read(lambda reader: reader.customer_by_email(known))
    return customer.id if customer else None


async def shop_document(settings: Settings) -> tuple[int, bytes]:
    """The version and the document that hold now. Raises: CannotStart."""
    async with _reading(settings) as store:
        newest = await store.read(lambda reader: reader.shop_version())
    if newest is None:
        raise CannotStart("there is no shop yet: `waymark shop apply FILE` makes one")
    return newest
