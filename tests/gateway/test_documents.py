"""Documents known by their text, and what they ask of the root."""

from typing import Any

import pytest
from graphql import parse

from domain.adapters.clock import VirtualClock
from gateway.admission import Admission
from gateway.config import Settings
from gateway.documents import Documents, digest, root_fields, several
from gateway.gate import Gate, RateLimited
from tests.twins import START

EMAIL = "mia@example.org"


def test_a_document_is_found_by_its_very_text() -> None:
    documents, text = Documents(), "{ a }"
    document = parse(text)
    assert documents.find(text) is None
    documents.keep(text, document)
    assert documents.find(text) is document
    assert documents.find("{ a } ") is None


def test_memory_is_bounded_and_the_least_used_is_forgotten_first() -> None:
    documents = Documents(most_characters=20)
    texts = ["{ aaaaa }", "{ bbbbb }", "{ ccccc }"]
    for text in texts[:2]:
        documents.keep(text, parse(text))
    documents.find(texts[0])
    documents.keep(texts[2], parse(texts[2]))
    assert [documents.find(text) is not None for text in texts] == [True, False, True]
    documents.keep("{ " + "x" * 50 + " }", parse("{ x }"))
    assert not any(documents.find(text) for text in texts)


def test_a_document_kept_twice_counts_once() -> None:
    documents = Documents(most_characters=9)
    for _ in range(5):
        documents.keep("{ aaaaa }", parse("{ aaaaa }"))
    assert documents.find("{ aaaaa }")


@pytest.mark.parametrize(
    ("text", "name", "fields"),
    [
        ("{ a b }", None, ["a", "b"]),
        ("{ a x: a }", None, ["a", "a"]),
        ("{ a { b } }", None, ["a"]),
        ("{ ... { a } ... on Query { b } }", None, ["a", "b"]),
        ("{ ...F ...F } fragment F on Query { a ...G } fragment G on Query { b ...F }", None, ["a", "b"]),
        ("query A { a } query B { b }", "B", ["b"]),
        ("query A { a } query B { b }", None, []),
        ("{ ...Nowhere }", None, []),
        ("fragment F on Query { a }", None, []),
    ],
)
def test_root_fields_are_counted_as_they_would_be_carried_out(text: str, name: str | None, fields: list[str]) -> None:
    assert [field.name.value for field in root_fields(parse(text), name)] == fields


def test_fragments_that_double_are_walked_once() -> None:
    doubling = "".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }} " for n in range(200))
    text = "{ ...F0 } " + doubling + "fragment F200 on Query { a }"
    assert len(root_fields(parse(text), None)) == 1


def test_several_operations_are_noticed() -> None:
    assert several(parse("query A { a } mutation B { b }"))
    assert not several(parse("query A { a } fragment F on Query { a }"))


def test_a_digest_names_a_text_without_quoting_it() -> None:
    assert len({digest("{ a }"), digest("{ b }"), digest("\ud800")}) == 3
    assert len(digest("{ a }")) == 16


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("mutation($i: I!) { placeOrder(input: $i) { x } }", {"i": {"email": EMAIL}}),
        ('mutation { placeOrder(input: { email: "mia@example.org" }) { x } }', {}),
        ("mutation($e: E) { placeOrder(input: { email: $e }) { x } }", {"e": EMAIL}),
        (
            "mutation($e: E) { ...F } fragment F on M { placeOrder(input: { email: $e }) { x } }",
            {"e": EMAIL},
        ),
    ],
)
async def test_whose_order_it_is_to_be_is_seen_however_it_is_written(text: str, variables: dict[str, Any]) -> None:
    gate = Gate(Settings(place_order_per_hour_per_email=1), VirtualClock(START))
    admission = Admission(gate, "203.0.113.1", lambda kind, value: f"{kind}:{value}")
    await admission.admit(parse(text), None, variables)
    with pytest.raises(RateLimited):
        await admission.admit(parse(text), None, variables)


@pytest.mark.parametrize("given", [None, 7, "x", {"email": 7}, {"email": ""}, [], {}])
async def test_an_input_that_names_nobody_is_no_fault(given: Any) -> None:
    gate = Gate(Settings(place_order_per_hour_per_email=1), VirtualClock(START))
    admission = Admission(gate, "203.0.113.1", lambda kind, value: value)
    for _ in range(2):
        await admission.admit(parse("mutation($i: I!) { placeOrder(input: $i) { x } }"), None, {"i": given})
