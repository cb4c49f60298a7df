import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.adapters.clock import VirtualClock
from domain.adapters.documents.shapes import InvalidDocument
from domain.adapters.documents.workflows import (
    LibraryWorkflows,
    UnknownWorkflow,
    check_definition,
    content_hash,
    decode_definition,
    definition_schema,
    read_definition,
    read_library,
)
from domain.adapters.sql.sqlite import InlineSqliteStore
from domain.adapters.sql.urls import MEMORY
from domain.model.orders import OrderStatus
from domain.ports import Reader, UnitOfWork
from domain.workflow.definition import Milestone, RetryPolicy, Task, Transition

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "subject": "ORDER",
    "start": "received",
    "milestones": [{"handle": "placed", "titles": {"en": "Placed"}}],
    "states": {
        "received": {
            "status": "PENDING",
            "milestone": "placed",
            "tasks": {
                "stock": {"action": "reserveStock"},
                "payment": {
                    "action": "authorizePayment",
                    "retry": {"attempts": 3, "backoff": "PT2S"},
                    "expect": "result.amount == order.total",
                },
            },
            "on": {
                "tasks.done": [{"when": "order.total > 5", "to": "review"}, {"to": "done"}],
                "customer.cancel": {"to": "done"},
            },
            "after": {"PT15M": {"to": "review"}, "window:payment": {"to": "done"}},
        },
        "review": {"status": "ON_HOLD"},
        "done": {"status": "COMPLETED", "final": True},
    },
}


def document(words: object) -> bytes:
    return json.dumps(words).encode()


def test_a_definition_is_read_as_it_is_written() -> None:
    definition = decode_definition(document(WORDS), "order", 3)
    received = definition.states["received"]
    assert (definition.name, definition.version, definition.start) == ("order", 3, "received")
    assert received.status == OrderStatus.PENDING
    assert received.tasks["stock"] == Task("reserveStock")
    assert received.tasks["payment"].retry == RetryPolicy(3, "PT2S")
    assert received.on["tasks.done"] == (Transition("review", "order.total > 5"), Transition("done"))
    assert received.after["PT15M"] == Transition("review")
    assert definition.milestones == (Milestone("placed", {"en": "Placed"}),)
    assert definition.states["done"].final


def test_one_transition_stands_for_a_list_of_one() -> None:
    assert decode_definition(document(WORDS), "order", 1).states["received"].on["customer.cancel"] == (
        Transition("done"),
    )


def test_every_definition_that_ships_is_sound() -> None:
    shipped = read_library()
    assert "order" in shipped
    for name, text in shipped.items():
        assert check_definition(text)[1] == [], name


@pytest.mark.parametrize(
    ("path", "value", "place", "words"),
    [
        (("states", "received", "statu"), "PENDING", "/states/received/statu", "did you mean status"),
        (("states", "received", "status"), "PENDIN", "/states/received/status", "did you mean PENDING"),
        (("states", "a/b~c"), {}, "/states/a~1b~0c", "status is missing"),
        (
            ("states", "received", "on", "tasks.done", 0, "too"),
            "x",
            "/states/received/on/tasks.done/0/too",
            "no such key",
        ),
        (("states", "received", "on", "customer.cancel"), "done", "/states/received/on/customer.cancel", "or a list"),
        (
            ("states", "received", "on", "customer.cancel"),
            {"when": "x"},
            "/states/received/on/customer.cancel",
            "to is",
        ),
        (("states", "received", "after", "PT15M"), [{"to": "done"}], "/states/received/after/PT15M", "an object"),
        (("states", "received", "after", "15 min"), {"to": "done"}, "/states/received/after/15 min", "no duration"),
        (("states", "received", "tasks", "stock", "timeout"), "30", "/states/received/tasks/stock/timeout", "duration"),
        (
            ("states", "received", "tasks", "payment", "retry", "backoff"),
            "P1M",
            "/states/received/tasks/payment/retry/backoff",
            "duration",
        ),
        (("name",), "order", "/name", "no such key"),
        (("version",), 1, "/version", "no such key"),
        (("milestones", 0, "titles", "en"), 1, "/milestones/0/titles/en", "text"),
        (("states",), [], "/states", "an object"),
    ],
)
def test_a_mistake_is_found_at_its_place(path: tuple[str | int, ...], value: object, place: str, words: str) -> None:
    changed: Any = deepcopy(WORDS)
    part = changed
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    problems = check_definition(document(changed))[1]
    assert [what for where, what in problems if where == place and words in what], problems
    with pytest.raises(InvalidDocument):
        decode_definition(document(changed), "order", 1)


def test_the_same_state_written_twice_is_refused() -> None:
    text = document(WORDS).replace(b'"review": {', b'"done": {"status": "PENDING"}, "review": {')
    assert "stands twice" in check_definition(text)[1][0][1]


def test_the_schema_knows_what_the_store_adds_itself() -> None:
    properties = definition_schema()["$defs"]["Definition"]["properties"]
    assert not {"name", "version"} & set(properties)


def test_a_stored_definition_with_keys_of_another_release_stays_readable() -> None:
    changed = {**WORDS, "invented_later": 1}
    assert read_definition(document(changed), "order", 1) == decode_definition(document(WORDS), "order", 1)


def test_layout_makes_no_other_content_and_order_of_states_does() -> None:
    assert content_hash(json.dumps(WORDS, indent=4).encode()) == content_hash(document(WORDS))
    turned = {**WORDS, "states": dict(reversed(WORDS["states"].items()))}
    assert content_hash(document(turned)) != content_hash(document(WORDS))


# ---------------------------------------------------------------- kept in the store


async def versions(reader: Reader) -> list[tuple[str, int]]:
    return [(name, version) for name, version, _ in await reader.workflow_versions()]


async def test_a_shipped_definition_becomes_a_version_once_and_stays_it_for_ever() -> None:
    clock = VirtualClock(NOON)
    store = InlineSqliteStore(MEMORY, clock)
    first = document(WORDS)
    later = document({**WORDS, "start": "review"})
    for _ in range(3):
        workflows = LibraryWorkflows(store, clock, {"order": first})
        await workflows.register()
        assert workflows.current("order").version == 1
    upgraded = LibraryWorkflows(store, clock, {"order": later})
    await upgraded.register()
    assert (upgraded.current("order").version, upgraded.current("order").start) == (2, "review")
    assert upgraded.get("order", 1).start == "received"
    assert await store.read(versions) == [("order", 1), ("order", 2)]

    assert workflows.current("order").version == 1
    await workflows.load()
    assert workflows.current("order").version == 2, "what another process added becomes known"
    await workflows.register()
    assert await store.read(versions) == [("order", 1), ("order", 2)], "an older release adds nothing back"
    await store.close()


async def test_a_version_that_is_known_keeps_being_the_same_object() -> None:
    clock = VirtualClock(NOON)
    store = InlineSqliteStore(MEMORY, clock)
    workflows = LibraryWorkflows(store, clock)
    await workflows.register()
    definition = workflows.current("order")
    await workflows.load()
    assert workflows.current("order") is definition is workflows.get("order", 1)
    await store.close()


async def test_what_is_not_there_is_said_by_name() -> None:
    clock = VirtualClock(NOON)
    store = InlineSqliteStore(MEMORY, clock)
    workflows = LibraryWorkflows(store, clock, {})
    await workflows.register()
    with pytest.raises(UnknownWorkflow, match="order"):
        workflows.current("order")
    with pytest.raises(UnknownWorkflow, match="version 7"):
        workflows.get("order", 7)
    await store.close()


async def test_a_broken_shipped_definition_is_not_put_into_the_store() -> None:
    clock = VirtualClock(NOON)
    store = InlineSqliteStore(MEMORY, clock)
    with pytest.raises(InvalidDocument):
        await LibraryWorkflows(store, clock, {"order": b"{}"}).register()
    assert await store.read(versions) == []
    await store.close()


async def test_two_processes_that_start_at_once_add_one_version() -> None:
    """The loser of the race finds that nothing is missing any more."""
    clock = VirtualClock(NOON)
    store = InlineSqliteStore(MEMORY, clock)
    shipped = {"order": document(WORDS)}

    class Overtaken(InlineSqliteStore):
        def __init__(self) -> None:
            self.read = store.read  # type: ignore[method-assign]

        async def write(self, work: object) -> Any:
            async def other(uow: UnitOfWork) -> int:
                return await uow.add_workflow_version("order", shipped["order"], clock.now())

            await store.write(other)
            raise RuntimeError("unique violation")

    workflows = LibraryWorkflows(Overtaken(), clock, shipped)
    await workflows.register()
    assert workflows.current("order").version == 1
    assert await store.read(versions) == [("order", 1)]
    await store.close()
