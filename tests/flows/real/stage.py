"""A gateway in this process under a clock that is set: asked through its GraphQL door, told through its webhooks."""

import asyncio
import logging
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from starlette.types import Receive, Scope, Send

from domain.adapters.carriers.easypost_words import read_webhook as read_easypost
from domain.adapters.payments.stripe_words import read_webhook as read_stripe
from domain.adapters.sql.migrating import migrate
from domain.adapters.warehouse.http import read_webhook as read_warehouse
from domain.model.actors import ActorKind, Role
from domain.model.shop import Shop
from domain.services.crews import run_due
from gateway.app import create_app
from gateway.auth import Sessions
from tests.flows.client import Json, Rejected
from tests.flows.real.partners import Bank, Failing, Seller
from tests.gateway.served import MASTER, settings_for
from tests.world import FixedShop, World, a_world

DIALECTS = {"stripe": read_stripe, "warehouse": read_warehouse, "easypost": read_easypost}
LONG = timedelta(days=3650)


class Faults(logging.Handler):
    """Everything that the gateway has logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record)[-500:])


@dataclass
class Stage:
    """One shop's world. `refused` counts what the API had to refuse, by mutation and code; `known` are the
    ids that it gave to orders, by their numbers in the data.
    """

    world: World
    shops: FixedShop
    bank: Bank
    seller: Seller
    failing: Failing
    database: str
    http: httpx2.AsyncClient
    staff: str
    faults: Faults
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    known: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    async def ask(self, document: str, variables: Json | None = None, token: str | None = None) -> Json:
        """Raises: Rejected if the answer has errors."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        body = {"query": document, "variables": variables or {}}
        answer: Json = (await self.http.post("/graphql", json=body, headers=headers)).json()
        if answer.get("errors"):
            raise Rejected(str(answer["errors"])[:500])
        data: Json = answer["data"]
        return data

    async def do(self, document: str, value: Json, token: str | None = None) -> Json:
        """The payload of a mutation that must not be refused. Raises: Rejected."""
        ((name, payload),) = (await self.ask(document, {"input": value}, token)).items()
        if payload["userErrors"]:
            raise Rejected(f"{name}: {payload['userErrors']}")
        found: Json = payload
        return found

    async def refuse(self, document: str, value: Json, code: str, token: str) -> None:
        """The mutation is refused with this code, and with nothing else. Raises: Rejected."""
        ((name, payload),) = (await self.ask(document, {"input": value}, token)).items()
        codes = [error["code"] for error in payload["userErrors"]]
        if codes != [code]:
            raise Rejected(f"{name} was to be refused with {code}, not {codes}")
        self.refused[name, code] += 1

    async def hear(self, provider: str, words: tuple[bytes, dict[str, str]], times: int = 1) -> None:
        """A partner's event came in at its door, as often as it was sent. Raises: Rejected."""
        body, headers = words
        for _ in range(times):
            answer = await self.http.post(f"/webhooks/{provider}", content=body, headers=headers)
            if answer.status_code != 204:
                raise Rejected(f"{provider}: {answer.status_code} {answer.text[:200]}")

    async def until(self, moment: datetime) -> None:
        """It is `moment`; what fell due before it was carried out when it did."""
        world = self.world
        while True:
            await world.settle()
            due = await world.store.read(lambda reader: reader.next_due())
            if due is None or due > moment:
                break
            world.clock.set(max(due, self.now))
            await run_due(world.ports)
        world.clock.set(max(moment, self.now))

    async def rows(self, statement: str) -> Sequence[Any]:
        """What the database itself holds."""
        return await asyncio.to_thread(_rows, self.database, statement)


def _rows(path: str, statement: str) -> Sequence[Any]:
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(statement).fetchall()


@asynccontextmanager
async def a_stage(shop: Shop, folder: Path, start: datetime, failing: float) -> AsyncIterator[Stage]:
    """An empty shop at `start`; of the calls to its partners so large a part fails at the first try."""
    path = folder / f"{shop.name}.db"
    url = f"sqlite:///{path}"
    await migrate(url)
    faults, bank, seller, shops = Faults(), Bank(), Seller(), FixedShop(shop)
    logging.getLogger().addHandler(faults)
    try:
        async with a_world(url, shop, settle_for=0.0, dialects=DIALECTS) as world:
            world.clock.set(start)
            partners = Failing(failing)
            gateways = {"stripe": partners.payments(bank), "credit": partners.payments(bank)}
            world.change(
                shops=shops,
                payments=gateways,
                warehouse=partners.warehouse(seller),
                carriers=partners.carriers(world.carriers),
                limits=replace(world.ports.limits, lease=3600.0),
            )
            app = create_app(settings_for(), world.ports, worker=False)
            staff = Sessions(MASTER.encode(), world.clock).issue(ActorKind.STAFF, "olga", LONG, frozenset(Role))
            async with app.router.lifespan_context(app) as state:

                async def door(scope: Scope, receive: Receive, send: Send) -> None:
                    await app({**scope, "state": dict(state or {})}, receive, send)

                transport = httpx2.ASGITransport(door)
                async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
                    yield Stage(world, shops, bank, seller, partners, str(path), http, staff, faults)
    finally:
        logging.getLogger().removeHandler(faults)
