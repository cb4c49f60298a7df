"""Opens what the ports need from the world, and closes it in reverse."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import httpx2
from pydantic import SecretStr

from domain.adapters.carriers.easypost import EasyPostCarriers
from domain.adapters.carriers.easypost_words import read_webhook as read_easypost
from domain.adapters.clock import SystemClock, VirtualClock
from domain.adapters.conditions_cel import CelConditions
from domain.adapters.contact_checks import LibraryContactChecks
from domain.adapters.dates import CldrDates
from domain.adapters.documents.shapes import InvalidDocument
from domain.adapters.documents.shops import StoredShops, decode_shop, demo_shop
from domain.adapters.documents.workflows import LibraryWorkflows
from domain.adapters.feeds.local import LocalFeed
from domain.adapters.http import open_client
from domain.adapters.ids import RandomIds
from domain.adapters.issuer_keys import HttpIssuerKeys
from domain.adapters.links import SecretLinks
from domain.adapters.payments.stripe import StripePayments
from domain.adapters.payments.stripe_words import read_webhook as read_stripe
from domain.adapters.personals import SealedPersonals
from domain.adapters.sql.errors import Duplicate
from domain.adapters.sql.sqlite import sqlite_note
from domain.adapters.sql.store import OpenStore
from domain.adapters.sql.urls import sqlite_path
from domain.adapters.warehouse.http import HttpWarehouse
from domain.adapters.warehouse.http import read_webhook as read_warehouse
from domain.ports import EFFECTS, Clock, Errand, Feed, Ids, Limits, Ports, UnitOfWork, no_fault
from domain.services.crews import Crew
from gateway.config import ConfigError, Settings
from gateway.keys import derive
from gateway.lifecycle.faults import fatal_at
from gateway.lifecycle.stores import store_of
from gateway.lifecycle.telling import telling
from gateway.logs import log
from gateway.problems import CannotStart

DRAIN = 0.6  # seconds that effects under way are waited for at the end; the rest comes back by its lease
T = TypeVar("T")


@asynccontextmanager
async def opened(settings: Settings, *, shop: bool = True) -> AsyncIterator[Ports]:
    """Everything that a gateway or a worker needs. Without `shop` there need not be one yet. Raises: CannotStart."""
    clock, ids = SystemClock(), RandomIds()
    async with AsyncExitStack() as stack:
        sender = ids.unique()
        feed = await _feed(settings, clock, sender, stack)
        parts = await _parts(settings, clock, ids, stack, shop=shop)
        ports = await _assembled(settings, parts, feed, sender, stack, telling(settings, clock, stack))
        if sqlite_path(settings.database_url) is not None and (note := sqlite_note()) is not None:
            log.warning(note)
        _beside(parts.shops.keep_current(), stack)
        _beside(parts.workflows.keep_current(), stack)
        if settings.redis_url is None:
            _beside(_relay(parts.store, feed), stack)
        yield ports


SetClock = Callable[[datetime], None]


@asynccontextmanager
async def rehearsed(settings: Settings) -> AsyncIterator[tuple[Ports, SetClock]]:
    """The same, but time is what is set, and nothing happens beside. For building a past. Raises: CannotStart."""
    clock, ids = VirtualClock(SystemClock().now()), RandomIds()
    async with AsyncExitStack() as stack:
        parts = await _parts(settings, clock, ids, stack, shop=True)
        yield await _assembled(settings, parts, LocalFeed(), ids.unique(), stack, {}), clock.set


@dataclass(frozen=True)
class _Parts:
    clock: Clock
    ids: Ids
    store: OpenStore
    shops: StoredShops
    workflows: LibraryWorkflows


async def _parts(settings: Settings, clock: Clock, ids: Ids, stack: AsyncExitStack, *, shop: bool) -> _Parts:
    store = await store_of(settings, clock, ids)
    stack.push_async_callback(store.close)
    shops, workflows = StoredShops(store, clock), LibraryWorkflows(store, clock)
    await workflows.register()
    await shops.load()
    if shop:
        await _open_shop(settings, store, shops, clock)
    return _Parts(clock, ids, store, shops, workflows)


async def _assembled(
    settings: Settings,
    parts: _Parts,
    feed: Feed,
    worker_id: str,
    stack: AsyncExitStack,
    errands: Mapping[str, Errand],
) -> Ports:
    client, crew = await stack.enter_async_context(open_client()), Crew()
    ports = Ports(
        store=parts.store,
        feed=feed,
        clock=parts.clock,
        ids=parts.ids,
        checks=LibraryContactChecks(),
        dates=CldrDates(),
        links=SecretLinks(derive(settings.master, "links")),
        personals=SealedPersonals(derive(settings.master, "personals"), parts.ids),
        conditions=CelConditions(),
        workflows=parts.workflows,
        shops=parts.shops,
        payments={"stripe": _stripe(settings, client)},
        warehouse=HttpWarehouse(_given(settings.warehouse_base_url), _plain(settings.warehouse_key), client),
        carriers=EasyPostCarriers(settings.easypost_base_url, _plain(settings.easypost_key), client),
        dialects={"stripe": read_stripe, "warehouse": read_warehouse, "easypost": read_easypost},
        worker_id=worker_id,
        public_url=settings.links,
        begin=crew.begin,
        fault=fatal_at(settings.fault) if settings.fault else no_fault,
        limits=Limits(
            settle_for=settings.settle_seconds,
            poll=settings.effects_poll_seconds,
            feed_poll=settings.feed_poll_seconds,
            lease=settings.lease_seconds,
        ),
        errands=errands,
        issuer_keys=_issuer_keys(settings, client),
    )
    crew.serve(ports)
    stack.push_async_callback(crew.drain, DRAIN)
    return ports


def _stripe(settings: Settings, client: httpx2.AsyncClient) -> StripePayments:
    """Who was sent to their bank comes back to the page of their order."""
    return StripePayments(
        settings.stripe_base_url, _plain(settings.stripe_key), client, return_url=f"{settings.links}/track"
    )


def _issuer_keys(settings: Settings, client: httpx2.AsyncClient) -> HttpIssuerKeys | None:
    issuer = settings.oidc_issuer
    return HttpIssuerKeys(issuer, settings.oidc_jwks_url, client) if issuer is not None else None


async def _open_shop(settings: Settings, store: OpenStore, shops: StoredShops, clock: Clock) -> None:
    """There is a shop: the stored one, else the file that the settings name, else in development the sample."""
    if shops.version:
        return
    document = _first_document(settings)

    async def add(uow: UnitOfWork) -> None:
        if await uow.shop_version() is None:
            await uow.add_shop_version(document, "first start", clock.now())

    with suppress(Duplicate):  # another process that started at the same moment was first
        await store.write(add)
    await shops.load()


def _first_document(settings: Settings) -> bytes:
    if settings.shop_file is None:
        if settings.is_development:
            return demo_shop()
        raise CannotStart("there is no shop yet: `waymark shop apply FILE` makes one, or set WAYMARK_SHOP_FILE")
    try:
        document = settings.shop_file.read_bytes()
        decode_shop(document)
    except OSError as error:
        raise CannotStart(f"WAYMARK_SHOP_FILE, {settings.shop_file}: {error.strerror}") from None
    except InvalidDocument as error:
        raise CannotStart(f"WAYMARK_SHOP_FILE, {settings.shop_file}: {error}") from None
    return document


async def _feed(settings: Settings, clock: Clock, sender: str, stack: AsyncExitStack) -> Feed:
    if settings.redis_url is None:
        return LocalFeed()
    from domain.adapters.feeds.redis import RedisFeed  # noqa: PLC0415 - its driver is loaded where there is a Redis

    return await stack.enter_async_context(RedisFeed(settings.redis_url, settings.redis_prefix, clock, sender))


async def _relay(store: OpenStore, feed: Feed) -> None:
    """Without Redis it is the database that tells this process's worker what others have made due."""
    due = asyncio.Event()
    await store.listen_effects(due.set)
    while True:
        await due.wait()
        due.clear()
        await feed.publish([EFFECTS])


def _beside(work: Coroutine[Any, Any, None], stack: AsyncExitStack) -> None:
    task = asyncio.create_task(work)

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end)


def _plain(secret: SecretStr | None) -> str:
    return _given(secret).get_secret_value()


def _given(value: T | None) -> T:
    """Raises: ConfigError. `config.complete` has told by name what is missing, long before."""
    if value is None:
        raise ConfigError("a setting is missing")
    return value
