import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.adapters.clock import VirtualClock
from domain.adapters.documents.shapes import InvalidDocument, closed_schema, faults
from domain.adapters.documents.shops import (
    REFRESH,
    NoShop,
    StoredShops,
    check_shop,
    decode_shop,
    demo_shop,
    read_shop,
    shop_schema,
)
from domain.adapters.sql.sqlite import InlineSqliteStore
from domain.adapters.sql.urls import MEMORY
from domain.model.shop import Shop
from domain.ports import UnitOfWork

DEMO: dict[str, Any] = json.loads(demo_shop())
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    words = deepcopy(DEMO)
    change(words)
    return json.dumps(words).encode()


def at(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(words: Any) -> None:
        for step in path[:-1]:
            words = words[step]
        words[path[-1]] = value

    return change


# ---------------------------------------------------------------- good ones


def test_the_demo_shop_is_sound_and_sells_from_three_places_in_two_currencies() -> None:
    shop = decode_shop(demo_shop())
    assert shop.currencies == ("EUR", "USD")
    assert [location.handle for location in shop.locations] == ["hamburg", "vienna", "newark"]
    assert {channel.handle for channel in shop.channels} == {"web", "mobile", "customer-service", "marketplace"}
    contract = "CHANGED_MIND ORDERED_BY_MISTAKE FOUND_CHEAPER TOO_SLOW PAYMENT FRAUD OUT_OF_STOCK OTHER"
    assert [reason.handle for reason in shop.cancel_reasons] == contract.split()


def test_a_shop_is_written_as_a_document_that_reads_back_the_same() -> None:
    shop = decode_shop(demo_shop())
    assert decode_shop(msgspec.json.encode(shop)) == shop
    assert read_shop(demo_shop()) == shop


def test_an_editor_may_be_told_the_schema_by_the_document() -> None:
    assert check_shop(changed(at("$schema", value="./shop.schema.json")))[1] == []


def test_keys_of_another_release_do_not_make_a_stored_shop_unreadable() -> None:
    assert read_shop(changed(at("invented_later", value=1))) == read_shop(demo_shop())


# ---------------------------------------------------------------- what is wrong, and where


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (at("currencys", value=[]), "/currencys", "did you mean currencies"),
        (at("locations", 0, "adress", value={}), "/locations/0/adress", "did you mean address"),
        (at("name", value=7), "/name", "must be a text in quotes, not a whole number"),
        (at("name", value=" "), "/name", "blank"),
        (at("locations", 1, "kind", value="SHOP"), "/locations/1/kind", "must be one of"),
        (at("locations", 1, "handle", value="hamburg"), "/locations/1", "the same as /locations/0"),
        (at("locations", 1, "handle", value="Wien 7"), "/locations/1/handle", "small letters"),
        (at("locations", 0, "latitude", value=None), "/locations/0", "go together"),
        (at("locations", 0, "longitude", value=190), "/locations/0/longitude", "180"),
        (at("locations", 0, "address", "country_code", value="XX"), "/locations/0/address/country_code", "'XX'"),
        (at("locations", 2, "serves", 1, value="EU"), "/locations/2/serves/1", "'EU'"),
        (at("locations", value=[]), "/locations", "at least one"),
        (at("default_channel", value="fax"), "/default_channel", "'fax'"),
        (at("channels", value=[]), "/channels", "at least one"),
        (at("currencies", value=[]), "/currencies", "at least one"),
        (at("currencies", 1, value="EUR"), "/currencies/1", "the same"),
        (at("currencies", 1, value="usd"), "/currencies/1", "'usd'"),
        (at("exchange", value={"EUR": "1"}), "/exchange/EUR", "but the first"),
        (at("exchange", "USD", value="0"), "/exchange/USD", "no rate"),
        (at("approval_from", value="1000.001"), "/approval_from", "2 decimals"),
        (at("shipping", 0, "tiers", 0, "prices", "EUR", value="4,90"), "/shipping/0/tiers/0/prices/EUR", "'4,90'"),
        (at("shipping", 0, "tiers", 0, "prices", "EUR", value=4.9), "/shipping/0/tiers/0/prices/EUR", "in quotes"),
        (at("shipping", 0, "tiers", 0, "prices", "GBP", value="1"), "/shipping/0/tiers/0/prices/GBP", "currencies"),
        (at("shipping", 0, "tiers", 0, "prices", value={}), "/shipping/0/tiers/0/prices", "at least one"),
        (at("shipping", 0, "tiers", 1, "weight_from_grams", value=-1), "/shipping/0/tiers/1/weight_from_grams", "neg"),
        (at("shipping", 0, "tiers", value=[]), "/shipping/0/tiers", "at least one price"),
        (at("shipping", 0, "days", value=[3, 1]), "/shipping/0/days", "earliest"),
        (at("shipping", 0, "days", value=[3]), "/shipping/0/days", "exactly 2"),
        (at("shipping", 0, "countries", value=[]), "/shipping/0/countries", "everywhere"),
        (at("shipping", 2, "countries", 0, value="DE"), "/shipping/2/countries", "stands in /shipping/0 already"),
        (at("shipping", 0, "titles", value={"de": "Versand"}), "/shipping/0/titles", "English"),
        (at("shipping", 0, "titles", "xx", value="?"), "/shipping/0/titles/xx", "language"),
        (at("shipping", 0, "titles", "en", value=""), "/shipping/0/titles/en", "blank"),
        (at("shipping", 0, "max_weight_grams", value=0), "/shipping/0/max_weight_grams", "more than 0"),
        (at("shipping", 0, "service", value=""), "/shipping/0/service", "small letters"),
        (at("taxes", 0, "rate", value="19"), "/taxes/0/rate", "19 percent"),
        (at("taxes", 0, "rate", value="-0.1"), "/taxes/0/rate", "no rate"),
        (at("taxes", 0, "country", value="de"), "/taxes/0/country", "'de'"),
        (at("taxes", -1, "region", value="US-WA"), "/taxes/20/region", "ISO 3166-2"),
        (at("taxes", 1, "category", value=None), "/taxes/1", "the same as /taxes/0"),
        (at("payment_options", 0, "gateway", value="Stripe!"), "/payment_options/0/gateway", "small letters"),
        (at("cancel_reasons", 0, "handle", value="other"), "/cancel_reasons/0/handle", "capitals"),
        (at("cancel_reasons", 0, "handle", value="OTHER"), "/cancel_reasons/7", "the same"),
        (at("windows", "returns", value="14 days"), "/windows/returns", "'14 days'"),
        (at("windows", "returns", value="P1M"), "/windows/returns", "'P1M'"),
        (at("windows", "link", value="PT0S"), "/windows/link", "longer"),
        (at("windows", "lnk", value="PT1S"), "/windows/lnk", "did you mean link"),
        (at("targets", "processing_seconds", value=0), "/targets/processing_seconds", "more than 0"),
        (at("targets", "processing_seconds", value=1.5), "/targets/processing_seconds", "whole number"),
        (at("risk", "review_from", value=1.1), "/risk/review_from", "at most 1"),
        (at("risk", "amount_from", "EUR", value="much"), "/risk/amount_from/EUR", "'much'"),
        (at("locale", value="en_US"), "/locale", "'en_US'"),
        (at("time_zone", value="Mars/Base"), "/time_zone", "'Mars/Base'"),
        (at("low_stock_from", value=-1), "/low_stock_from", "at least 0"),
        (at("max_lines", value=0), "/max_lines", "at least 1"),
        (at("max_lines", value=True), "/max_lines", "not true or false"),
        (at("tax_included", value=1), "/tax_included", "true or false"),
        (lambda words: words.pop("name"), "", "name is missing"),
    ],
)
def test_a_mistake_is_found_at_its_place(change: Callable[[dict[str, Any]], object], place: str, words: str) -> None:
    problems = check_shop(changed(change))[1]
    assert [(where, what) for where, what in problems if where == place and words in what], problems
    with pytest.raises(InvalidDocument):
        decode_shop(changed(change))


def test_all_mistakes_are_told_at_once() -> None:
    def change(words: dict[str, Any]) -> None:
        words["name"] = ""
        words["taxes"][0]["rate"] = "x"
        words["windows"]["link"] = "x"

    assert {place for place, _ in check_shop(changed(change))[1]} == {"/name", "/taxes/0/rate", "/windows/link"}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[]", "must be an object"),
        (b'{"name": "a", "name": "b"}', "stands twice"),
        (b'{"low_stock_from": NaN}', "no number"),
        (b"[" * 100_000, "too deeply"),
        (b" " * 5_000_001, "at most"),
    ],
)
def test_what_is_no_document_at_all_is_refused_in_words(document: bytes, words: str) -> None:
    shop, problems = check_shop(document)
    assert shop is None
    assert words in problems[0][1]


# ---------------------------------------------------------------- the published schema


def test_the_schema_leaves_no_room_for_keys_it_does_not_name() -> None:
    schema = shop_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    named = [one for one in schema["$defs"].values() if one.get("type") == "object"]
    assert len(named) > 10
    assert all(one["additionalProperties"] is False for one in named)


JUNK = st.sampled_from([None, True, 0, 1.5, "x", [], {}, ["x"], {"x": 1}, [1, 2], {"en": "x"}]).map(deepcopy)


@given(st.data())
def test_what_the_schema_accepts_is_what_can_be_read(data: st.DataObject) -> None:
    words = deepcopy(DEMO)
    part: Any = words
    while isinstance(part, dict | list) and part and data.draw(st.booleans()):
        step = data.draw(st.sampled_from(sorted(part) if isinstance(part, dict) else range(len(part))))
        part[step] = data.draw(st.just(part[step]) | JUNK)
        part = part[step]
    accepted = not faults(words, shop_schema())
    try:
        msgspec.convert(words, Shop)
    except msgspec.ValidationError:
        readable = False
    else:
        readable = True
    assert readable or not accepted, "accepted, but cannot be read"
    named_only = not any("no such key" in what for _, what in faults(words, shop_schema()))
    assert accepted or not (readable and named_only), "refused, but could be read"


@given(st.recursive(JUNK, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)))
def test_any_json_at_all_is_judged(words: Any) -> None:
    assert isinstance(faults(words, closed_schema(Shop, "x")), list)
    assert check_shop(json.dumps(words).encode())[0] is None


# ---------------------------------------------------------------- kept in the store


async def test_every_process_knows_the_newest_shop_within_seconds() -> None:
    clock = VirtualClock(NOON)
    store = InlineSqliteStore(MEMORY, clock)
    shops = StoredShops(store, clock)
    await shops.load()
    with pytest.raises(NoShop, match="waymark shop apply"):
        shops.current()

    async def apply(document: bytes) -> None:
        async def work(uow: UnitOfWork) -> int:
            return await uow.add_shop_version(document, "anna", clock.now())

        await store.write(work)

    await apply(demo_shop())
    await shops.load()
    first = shops.current()
    assert (first.name, shops.version) == ("Alder & Finch", 1)
    await shops.load()
    assert shops.current() is first, "an unchanged shop is not read anew"
    await apply(changed(at("name", value="Alder only")))
    assert shops.current() is first

    class Stop(Exception):
        pass

    class Turns(VirtualClock):
        left = 2

        async def sleep(self, seconds: float) -> None:
            assert seconds == REFRESH
            self.left -= 1
            if self.left < 0:
                raise Stop

    refreshed = StoredShops(store, Turns(NOON))
    with pytest.raises(Stop):
        await refreshed.keep_current()
    assert (refreshed.current().name, refreshed.version) == ("Alder only", 2)
    await store.close()


async def test_a_store_that_fails_for_a_while_leaves_the_last_shop_in_place() -> None:
    class Stop(Exception):
        pass

    class Broken:
        async def read(self, work: object) -> None:
            raise OSError("gone")

        async def write(self, work: object) -> None:
            raise OSError("gone")

    class Turns(VirtualClock):
        left = 3

        async def sleep(self, seconds: float) -> None:
            self.left -= 1
            if self.left < 0:
                raise Stop

    clock = Turns(NOON)
    store = InlineSqliteStore(MEMORY, clock)
    shops = StoredShops(store, clock)

    async def work(uow: UnitOfWork) -> int:
        return await uow.add_shop_version(demo_shop(), "anna", clock.now())

    await store.write(work)
    await shops.load()
    shops._store = Broken()  # type: ignore[assignment]
    with pytest.raises(Stop):
        await shops.keep_current()
    assert shops.current().name == "Alder & Finch"
    await store.close()
