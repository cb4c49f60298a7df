import json
from random import Random
from typing import Any

import pytest

from domain.adapters.clock import SystemClock
from domain.adapters.ids import RandomIds
from domain.adapters.sql import codec, open_store
from domain.adapters.sql.codec import Unreadable, decode_data, decode_order, encode_data, encode_order, micros, moment
from domain.model.events import EVENT_TYPES, FORMAT, TaskSettled
from domain.model.orders import TaskStatus
from tests.factories import NOW, a_buyer, a_line, an_order
from tests.histories import a_history


def test_a_snapshot_never_has_the_buyer() -> None:
    doc = encode_order(an_order(buyer=a_buyer()))
    assert b"Ada" not in doc
    assert "buyer" not in json.loads(doc)


def test_a_word_that_looks_like_the_buyers_key_stays_as_it_is() -> None:
    order = an_order(lines=[a_line(title='a ,"buyer":null b')], reference=',"buyer":null')
    assert decode_order(encode_order(order)) == order


def test_any_order_and_any_event_are_read_as_they_were_written() -> None:
    for seed in range(50):
        for changes in a_history(Random(seed)):
            for event in changes.events:
                assert decode_data(event.type, FORMAT, encode_data(event.data)) == event.data
        order = changes.order
        assert decode_order(encode_order(order)).lines == order.lines


def test_an_instant_keeps_its_microseconds() -> None:
    assert moment(micros(NOW)) == NOW
    assert moment(micros(NOW)).tzinfo is not None


@pytest.mark.parametrize(
    ("kind", "number", "data"),
    [
        ("order.unheard_of", FORMAT, b"{}"),
        ("task.settled", FORMAT + 1, b'{"task":"stock","status":"FAILED"}'),
        ("task.settled", 0, b'{"task":"stock","status":"FAILED"}'),
        ("task.settled", FORMAT, b'{"task":"stock"}'),
        ("task.settled", FORMAT, b'{"task":"stock","status":"SIDEWAYS"}'),
        ("task.settled", FORMAT, b"not json"),
        ("task.settled", FORMAT, b'{"task":"\xff","status":"FAILED"}'),
    ],
)
def test_what_nobody_here_has_written_is_not_read(kind: str, number: int, data: bytes) -> None:
    with pytest.raises(Unreadable):
        decode_data(kind, number, data)


def test_an_older_event_is_carried_forward_format_by_format(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(kind: str, raw: dict[str, Any]) -> dict[str, Any]:
        return {"task": raw.pop("job"), **raw} if kind == "task.settled" else raw

    def shouted(kind: str, raw: dict[str, Any]) -> dict[str, Any]:
        return {**raw, "status": raw["status"].upper()}

    monkeypatch.setattr(codec, "FORMAT", 3)
    monkeypatch.setattr(codec, "UPCASTERS", {1: renamed, 2: shouted})
    expected = TaskSettled("stock", TaskStatus.FAILED)
    assert decode_data("task.settled", 1, b'{"job":"stock","status":"failed"}') == expected
    assert decode_data("task.settled", 2, b'{"task":"stock","status":"failed"}') == expected
    assert decode_data("task.settled", 3, b'{"task":"stock","status":"FAILED"}') == expected


def test_every_format_but_the_newest_has_an_upcaster() -> None:
    assert sorted(codec.UPCASTERS) == list(range(1, FORMAT))


def test_every_kind_of_event_names_itself() -> None:
    assert all(name == data.type for name, data in EVENT_TYPES.items())


async def test_a_snapshot_of_an_older_format_is_folded_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    store = await open_store("sqlite://", SystemClock(), RandomIds())
    for changes in a_history(Random(3)):
        saved = await store.write(lambda uow, changes=changes: uow.save(changes))  # type: ignore[misc]

    async def loaded() -> object:
        return await store.read(lambda reader: reader.order(saved.id))

    # The stored snapshots are older than what this program writes, and no longer to be read.
    monkeypatch.setattr("domain.adapters.sql.orders.SNAPSHOT_FORMAT", 2)
    monkeypatch.setattr("domain.adapters.sql.orders.decode_order", None)
    assert await loaded() == saved
    await store.close()
