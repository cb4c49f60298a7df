"""A whole core for tests: the real use cases over SQLite in memory, twins for partners, a clock that tests set."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from domain.adapters.clock import VirtualClock
from domain.adapters.conditions_cel import CelConditions
from domain.adapters.contact_checks import LibraryContactChecks
from domain.adapters.dates import CldrDates
from domain.adapters.documents.workflows import read_definition, read_library
from domain.adapters.feeds.local import LocalFeed
from domain.adapters.ids import SeededIds
from domain.adapters.links import SecretLinks
from domain.adapters.personals import SealedPersonals
from domain.adapters.sql.store import OpenStore, open_store
from domain.model.actors import Actor, ActorKind, Role
from domain.model.shop import Shop
from domain.ports import Dialect, Limits, Ports
from domain.services.crews import Crew, run_due
from domain.workflow.definition import Definition
from tests.factories import a_shop
from tests.twins import START, TwinCarriers, TwinPayments, TwinWarehouse

STAFF = Actor(ActorKind.STAFF, "olga", roles=frozenset(Role))


class FixedShop:
    """A shop whose document never changes, unless a test puts another one in its place."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def current(self) -> Shop:
        return self.shop


class FixedWorkflows:
    """Definitions by name, each in its first version."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        self._definitions = {name: _definition(document, name) for name, document in documents.items()}

    def current(self, name: str) -> Definition:
        return self._definitions[name]

    def get(self, name: str, version: int) -> Definition:
        assert version == 1
        return self._definitions[name]


@lru_cache
def _definition(document: bytes, name: str) -> Definition:
    return read_definition(document, name, 1)


CONDITIONS = CelConditions()
"""What is compiled stays compiled, whichever world asks for it."""


@dataclass
class World:
    """Ports and what stands behind them; `ports` may be replaced in part by a test."""

    ports: Ports
    store: OpenStore
    clock: VirtualClock
    payments: TwinPayments
    warehouse: TwinWarehouse
    carriers: TwinCarriers
    crew: Crew

    async def settle(self) -> None:
        """Everything that is due has been carried out."""
        while True:
            await self.crew.drain(5.0)
            if not await run_due(self.ports):
                await self.crew.drain(5.0)
                return

    async def wait(self, span: timedelta) -> None:
        """So much time has passed, and everything that fell due in it was carried out at its moment."""
        end = self.clock.now() + span
        while True:
            await self.settle()
            due = await self.store.read(lambda reader: reader.next_due())
            if due is None or due > end:
                break
            self.clock.set(max(due, self.clock.now()))
        self.clock.set(end)

    def change(self, **ports: Any) -> None:
        """These ports are others from here on, for whoever asks the world and for what it carries out."""
        self.ports = replace(self.ports, **ports)
        self.crew.serve(self.ports)


@asynccontextmanager
async def a_world(
    url: str = "sqlite://",
    shop: Shop | None = None,
    settle_for: float = 2.0,
    workflows: Mapping[str, bytes] | None = None,
    dialects: Mapping[str, Dialect] | None = None,
) -> AsyncIterator[World]:
    """`workflows` are definitions to ship in place of the library's, by name."""
    clock, ids, crew = VirtualClock(START), SeededIds(7), Crew()
    store = await open_store(url, clock, ids)
    payments, warehouse, carriers = TwinPayments(), TwinWarehouse(), TwinCarriers()
    ports = Ports(
        store=store,
        feed=LocalFeed(),
        clock=clock,
        ids=ids,
        checks=LibraryContactChecks(),
        dates=CldrDates(),
        links=SecretLinks(b"links"),
        personals=SealedPersonals(b"personals", ids),
        conditions=CONDITIONS,
        workflows=FixedWorkflows(workflows or read_library()),
        shops=FixedShop(shop or a_shop()),
        payments={"stripe": payments},
        warehouse=warehouse,
        carriers=carriers,
        dialects=dialects or {},
        worker_id="here",
        public_url="http://localhost",
        begin=crew.begin,
        limits=replace(Limits(), settle_for=settle_for, feed_poll=0.2),
    )
    crew.serve(ports)
    try:
        yield World(ports, store, clock, payments, warehouse, carriers, crew)
    finally:
        await crew.drain(5.0)
        await store.close()
