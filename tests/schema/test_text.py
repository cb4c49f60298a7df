"""What cannot be stored does not come in."""

from typing import Any

import pytest
from graphql import parse
from hypothesis import given
from hypothesis import strategies as st

from domain.model.text import clean
from schema.errors import BadRequest
from schema.text import refuse_unusable

DOCUMENT = "query ($a: ID) { order(id: $a) { id } }"


def asked(text: str = DOCUMENT, variables: dict[str, Any] | None = None) -> None:
    refuse_unusable(text, parse(text), variables)


@given(st.text())
def test_what_the_core_would_store_comes_in_and_nothing_else_does(text: str) -> None:
    try:
        clean(text, len(text))
    except ValueError:
        with pytest.raises(BadRequest):
            asked(variables={"input": {"lines": [{"sku": text}]}})
    else:
        asked(variables={"input": {"lines": [{"sku": text}]}})


@pytest.mark.parametrize("value", ["a\x00", "\x1b[31m", "\x7f", "\x85", "\ud800", "a\rb"])
def test_control_characters_and_half_characters_are_refused_wherever_they_stand(value: str) -> None:
    for variables in ({"a": value}, {"a": [[value]]}, {"a": {"b": {value: 1}}}):
        with pytest.raises(BadRequest) as refused:
            asked(variables=variables)
        assert value not in str(refused.value)


@pytest.mark.parametrize("value", ["two\nlines", "a\r\nwindow", "\tindented", "日本 🧵 é", "", 5, None, True, 1.5])
def test_words_in_any_script_come_in(value: object) -> None:
    asked(variables={"a": value})
    asked(variables=None)


@pytest.mark.parametrize("literal", ['"\\u0000"', '"a\\b"', '"\\f"', '"\\u{9f}"', '"""\x1b"""', '["ok", "\\u0007"]'])
def test_a_string_in_the_document_is_held_to_the_same(literal: str) -> None:
    with pytest.raises(BadRequest):
        asked(f"{{ products(query: {literal}) {{ nodes {{ sku }} }} }}")


@pytest.mark.parametrize("literal", ['"a \\" quote\\n"', '"\\u00e9"', '"""block\n text"""'])
def test_an_escape_alone_is_no_harm(literal: str) -> None:
    asked(f"{{ products(query: {literal}) {{ nodes {{ sku }} }} }}")
