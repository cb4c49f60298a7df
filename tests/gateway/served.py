"""A gateway on a real socket, in the process of the test: the whole app over SQLite in memory, twins for partners."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Self

import httpx2
from pydantic import SecretStr
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from domain.adapters.clock import SystemClock
from domain.adapters.conditions_cel import CelConditions
from domain.adapters.contact_checks import LibraryContactChecks
from domain.adapters.dates import CldrDates
from domain.adapters.documents.workflows import LibraryWorkflows
from domain.adapters.feeds.local import LocalFeed
from domain.adapters.ids import RandomIds
from domain.adapters.links import SecretLinks
from domain.adapters.personals import SealedPersonals
from domain.adapters.sql.store import open_store
from domain.model.actors import ActorKind, Role
from domain.model.orders import NotificationChannel
from domain.model.shop import Shop
from domain.ports import Limits, Ports
from domain.services.crews import Crew
from gateway.app import create_app
from gateway.auth import Sessions
from gateway.config import Mode, Settings
from gateway.keys import derive
from gateway.listeners import listening
from gateway.serving import Server
from notifications.links import LinkSender
from notifications.messages import Answer, Handover, Message
from tests.factories import a_product, a_shop
from tests.twins import TwinCarriers, TwinPayments, TwinWarehouse

MASTER = "a master secret of forty characters, 1234"
WEBHOOK_SECRET = "whsec_c2VjcmV0IG9mIHRoZSB3ZWJob29rcyE="
PROTOCOL = Subprotocol("graphql-transport-ws")


def settings_for(**changes: Any) -> Settings:
    """Development on a free port; `changes` as code has them."""
    secrets = (SecretStr(WEBHOOK_SECRET),)
    usual = {
        "mode": Mode.DEVELOPMENT, "port": 0, "secret": SecretStr(MASTER), "warehouse_base_url": "http://127.0.0.1:9",
        "stripe_webhook_secret": secrets, "warehouse_webhook_secret": secrets, "easypost_webhook_secret": secrets,
    }  # fmt: skip
    return Settings(**{**usual, **changes})


@dataclass(frozen=True)
class OneShop:
    shop: Shop = field(default_factory=a_shop)

    def current(self) -> Shop:
        return self.shop


@asynccontextmanager
async def some_ports(url: str = "sqlite://", post: "Post | None" = None) -> AsyncIterator[Ports]:
    """Everything real but the partners; time passes. Links that were asked for are in the `post`."""
    post = post or Post()
    clock, ids, crew = SystemClock(), RandomIds(), Crew()
    store = await open_store(url, clock, ids)
    workflows = LibraryWorkflows(store, clock)
    await workflows.register()
    links = LinkSender(dict.fromkeys((NotificationChannel.EMAIL, NotificationChannel.SMS), post))
    master = MASTER.encode()
    ports = Ports(
        store=store,
        feed=LocalFeed(),
        clock=clock,
        ids=ids,
        checks=LibraryContactChecks(),
        dates=CldrDates(),
        links=SecretLinks(derive(master, "links")),
        personals=SealedPersonals(derive(master, "personals"), ids),
        conditions=CelConditions(),
        workflows=workflows,
        shops=OneShop(),
        payments={"stripe": TwinPayments()},
        warehouse=TwinWarehouse(),
        carriers=TwinCarriers(),
        dialects={name: lambda body: () for name in ("stripe", "warehouse", "easypost")},
        worker_id="here",
        public_url="http://localhost",
        begin=crew.begin,
        limits=replace(Limits(), feed_poll=0.2),
        errands=links.errands,
    )
    crew.serve(ports)
    try:
        yield ports
    finally:
        await crew.drain(5.0)
        await links.close(5.0)
        await store.close()


@dataclass
class Post:
    """Takes every message, and keeps it."""

    hands: int = 8
    messages: list[Message] = field(default_factory=list)

    async def hand_over(self, message: Message) -> Handover:
        self.messages.append(message)
        return Handover(Answer.TAKEN)


@dataclass
class Gateway:
    """What a test does to a gateway from outside, and the ports behind it."""

    ports: Ports
    settings: Settings
    app: Starlette
    http: httpx2.AsyncClient
    mail: Post = field(default_factory=Post)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.settings.port}"

    @property
    def sessions(self) -> Sessions:
        return Sessions(MASTER.encode(), self.ports.clock)

    def staff(self, *roles: Role, lifetime: timedelta = timedelta(hours=1)) -> str:
        return self.sessions.issue(ActorKind.STAFF, "olga", lifetime, frozenset(roles or Role))

    async def post(
        self, query: str, variables: Mapping[str, Any] | None = None, token: str | None = None, **headers: str
    ) -> dict[str, Any]:
        """The answer to an operation, which must have been answered with 200."""
        answer = await self.send({"query": query, "variables": variables}, token, **headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def send(self, body: object, token: str | None = None, **headers: str) -> httpx2.Response:
        """The response to a body as JSON, or as it is if it is bytes."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("content-type", "application/json")
        if token is not None:
            named["authorization"] = f"Bearer {token}"
        return await self.http.post("/graphql", content=content, headers=named)

    @asynccontextmanager
    async def raw_socket(self, origin: str | None = None, **options: Any) -> AsyncIterator[ClientConnection]:
        """A websocket before sign-in."""
        options.setdefault("subprotocols", [PROTOCOL])
        headers = {**options.pop("additional_headers", {}), **({"Origin": origin} if origin else {})}
        async with connect(
            f"ws://{self.address}/graphql", additional_headers=headers, proxy=None, close_timeout=1, **options
        ) as socket:
            yield socket

    @asynccontextmanager
    async def socket(self, token: str | None = None) -> AsyncIterator["Socket"]:
        """A websocket after sign-in."""
        async with self.raw_socket() as raw:
            socket = Socket(raw)
            payload = {"authorization": f"Bearer {token}"} if token else {}
            await socket.send(type="connection_init", payload=payload)
            assert (await socket.receive())["type"] == "connection_ack"
            yield socket


@dataclass
class Socket:
    raw: ClientConnection

    async def send(self, **message: Any) -> Self:
        await self.raw.send(json.dumps(message))
        return self

    async def receive(self, seconds: float = 10.0) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            frame = await self.raw.recv()
        assert isinstance(frame, str), "frames are text"
        message: dict[str, Any] = json.loads(frame)
        return message

    async def subscribe(self, query: str, name: str = "1", **variables: Any) -> Self:
        return await self.send(type="subscribe", id=name, payload={"query": query, "variables": variables})

    async def closed(self, seconds: float = 10.0) -> int:
        """The code that the other side closed with, whatever was said before."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(seconds):
                async for _ in self.raw:
                    pass
        assert self.raw.close_code is not None
        return self.raw.close_code


@asynccontextmanager
async def serving(
    settings: Settings | None = None, *, worker: bool = True, url: str = "sqlite://"
) -> AsyncIterator[Gateway]:
    """A gateway that answers."""
    post = Post()
    settings = settings or settings_for()
    listener = listening(settings.host, settings.port)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    ready = asyncio.Event()
    async with some_ports(url, post) as ports:
        app = create_app(settings, ports, worker=worker)
        server = Server(app, ready.set)
        task = asyncio.create_task(server._serve([listener]))
        await ready.wait()
        address = f"http://127.0.0.1:{settings.port}"
        async with httpx2.AsyncClient(base_url=address, timeout=20, trust_env=False) as http:
            try:
                yield Gateway(ports, settings, app, http, post)
            finally:
                server.should_exit = True
                await task


# ------------------------------------------------------------------ things to ask

PLACE = """
mutation Place($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    order { id number status version }
    trackingToken
    userErrors { field code message }
  }
}
"""
TRACK = "subscription Track($id: ID, $after: Int) { trackOrder(orderId: $id, after: $after) { sequence order { id } } }"


def an_order(key: str = "key-1", **changes: Any) -> dict[str, Any]:
    """Variables of PLACE."""
    address = {
        "name": "Mia Muster", "address1": "Hauptstraße 1", "city": "Berlin", "zip": "10115", "countryCode": "DE",
    }  # fmt: skip
    usual = {
        "idempotencyKey": key, "lines": [{"sku": "TEE-M", "quantity": 1}], "currency": "EUR",
        "email": "mia@example.org", "shippingAddress": address, "delivery": {"method": "SHIPPING"},
        "payments": [{"method": "CARD", "token": "pm_card_visa"}],
    }  # fmt: skip
    return {"input": {**usual, **changes}}


async def stocked(gateway: Gateway, units: int = 100) -> None:
    """There is something to order."""
    ports = gateway.ports
    await ports.store.write(lambda uow: uow.put_product(a_product()))
    now = ports.clock.now()
    await ports.store.write(lambda uow: uow.adjust_stock("TEE-M", "hamburg", units, "count", now))


async def placed(gateway: Gateway, key: str = "key-1") -> tuple[str, str]:
    """(id, tracking token) of a new order."""
    payload = (await gateway.post(PLACE, an_order(key)))["data"]["placeOrder"]
    assert payload["userErrors"] == []
    return payload["order"]["id"], payload["trackingToken"]
