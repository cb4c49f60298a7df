"""The shop document: checked when it is written, read as it is ever after, known to every process within seconds."""

import json
import logging
from importlib.resources import files
from typing import Any

import msgspec

from domain.adapters.documents.shapes import InvalidDocument, Problem, closed_schema, faults, parse
from domain.adapters.documents.shop_checks import problems_of
from domain.model.shop import Shop
from domain.ports import Clock, Reader, Store

REFRESH = 5.0  # seconds

log = logging.getLogger(__name__)


class NoShop(Exception):
    """There is no shop document in the store yet."""


def shop_schema() -> dict[str, Any]:
    """The published JSON Schema: what it does not accept is refused, whatever else `check_shop` asks for."""
    return closed_schema(Shop, "A shop's document")


def check_shop(document: bytes) -> tuple[Shop | None, list[Problem]]:
    """The shop, and everything that is wrong with its document; no shop if its shape is."""
    try:
        words = parse(document)
    except InvalidDocument as invalid:
        return None, invalid.problems
    wrong = faults(words, shop_schema())
    if wrong:
        return None, wrong
    shop = msgspec.convert(words, Shop)
    return shop, problems_of(shop)


def decode_shop(document: bytes) -> Shop:
    """Raises: InvalidDocument."""
    shop, problems = check_shop(document)
    if shop is None or problems:
        raise InvalidDocument(problems)
    return shop


def read_shop(document: bytes) -> Shop:
    """A document that was accepted once. Keys of other releases are passed over: what was taken stays readable."""
    return msgspec.convert(json.loads(document), Shop)


def demo_shop() -> bytes:
    """The document of the shop that `waymark demo` opens."""
    return files("domain.adapters").joinpath("library", "demo_shop.json").read_bytes()


class StoredShops:
    """The newest version of the shop; `load` once, then `keep_current` for as long as the process lives."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._shop: Shop | None = None
        self.version = 0

    def current(self) -> Shop:
        """Raises: NoShop."""
        if self._shop is None:
            raise NoShop("there is no shop yet: write one with `waymark shop apply FILE`")
        return self._shop

    async def load(self) -> None:
        """`current` is what stood in the store at some moment of this call; nothing changes if there is none."""
        newest = await self._store.read(_newest)
        if newest is not None and newest[0] != self.version:
            self._shop = read_shop(newest[1])
            self.version = newest[0]

    async def keep_current(self) -> None:
        """Never ends, whatever the store does: an old shop is better than none."""
        while True:
            await self._clock.sleep(REFRESH)
            try:
                await self.load()
            except Exception:
                log.exception("the shop document could not be read again")


async def _newest(reader: Reader) -> tuple[int, bytes] | None:
    return await reader.shop_version()
