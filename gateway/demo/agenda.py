"""Everything that will happen, in the order in which it does."""

import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from domain.model.commands import AdjustStock
from domain.model.errors import DomainError
from domain.ports import Ports
from domain.services.stock import adjust_stock
from gateway.demo.acts import WAREHOUSE, StoryBroken, Teller, perform
from gateway.demo.catalogue import Person, people
from gateway.demo.moments import On, Times
from gateway.demo.placing import place
from gateway.demo.stories import Step
from gateway.demo.table import STORIES, SUPPLIES, reference_of

ZONES = {"US": "America/New_York", "GB": "Europe/London", "IE": "Europe/Dublin"}


@dataclass(frozen=True, slots=True, order=True)
class Happening:
    """Sorted by time; of what happens at the same moment, what was told first comes first."""

    at: datetime
    told: int
    do: Callable[[], Awaitable[object]] = field(compare=False)


def agenda(ports: Ports, customers: Mapping[str, str], now: datetime) -> list[Happening]:
    """All that is told, sorted; `customers` are ids by e-mail."""
    return sorted([*_supplies(ports, now), *_orders(ports, customers, now)])


def _supplies(ports: Ports, now: datetime) -> Iterator[Happening]:
    times = Times(now, ZoneInfo(ports.shops.current().time_zone))
    for number, one in enumerate(SUPPLIES):
        command = AdjustStock(f"supply-{number}", one.sku, one.location, one.units, one.reason)
        yield Happening(times.placed(On(one.day, one.hour)), -1, partial(adjust_stock, command, WAREHOUSE, ports))


def _orders(ports: Ports, customers: Mapping[str, str], now: datetime) -> Iterator[Happening]:
    buyers = people()
    for number, story in enumerate(STORIES):
        person = buyers[story.who]
        zone = ZoneInfo(ZONES.get(person.address.country_code, ports.shops.current().time_zone))
        off = timedelta(seconds=zlib.crc32(repr(story.placed).encode()) % 660)
        teller = Teller(story, reference_of(number), person, customers, Times(now, zone, off), ports)
        life = _Life(teller, buyers[story.billed_to] if story.billed_to else None)
        placed = teller.times.placed(story.placed)
        yield Happening(placed, number, life.begin)
        for count, step in enumerate(story.path, 1):
            at = teller.times.of(step.when, placed)
            yield Happening(at, number, partial(life.go_on, count, step, at))


class _Life:
    """One order's: placed first, then step by step."""

    def __init__(self, teller: Teller, bill_to: Person | None) -> None:
        self._teller = teller
        self._bill_to = bill_to
        self._order_id = ""

    async def begin(self) -> None:
        with self._told():
            self._order_id = await place(self._teller, self._bill_to)

    async def go_on(self, count: int, step: Step, at: datetime) -> None:
        order = await self._teller.ports.store.read(lambda reader: reader.order(self._order_id))
        if order is None:
            raise StoryBroken(f"{self._teller.story.name}: it goes on before the order is placed")
        with self._told():
            await perform(step.act, count, order, at, self._teller)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """A refusal breaks the story, and says which."""
        try:
            yield
        except DomainError as refusal:
            raise StoryBroken(f"{self._teller.story.name}: {refusal}") from refusal
