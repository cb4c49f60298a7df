"""The shape of a JSON document: what its published JSON Schema says is what is accepted, fault by fault with its place.

msgspec derives the schema from the model's dataclasses; every object in it is closed, so a misspelled key is found.
"""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NoReturn

import msgspec

Problem = tuple[str, str]
"""JSON pointer (RFC 6901) and what is wrong there."""

LARGEST = 5_000_000  # bytes
_NAMES = {
    "object": "an object",
    "array": "a list",
    "string": "a text in quotes",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
_KINDS: Mapping[type, tuple[str, ...]] = {
    dict: ("object",),
    list: ("array",),
    str: ("string",),
    bool: ("boolean",),
    int: ("integer", "number"),
    float: ("number",),
    type(None): ("null",),
}


class InvalidDocument(ValueError):
    """The document cannot be taken as it is; `problems` are all that are known."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{at or '/'}: {what}" for at, what in problems[:5]))
        self.problems = problems


def parse(document: bytes) -> Any:
    """What the JSON says. Raises: InvalidDocument if it is none, or names a key twice in one object."""
    if len(document) > LARGEST:
        raise InvalidDocument([("", f"a document has at most {LARGEST} bytes")])
    try:
        return json.loads(document.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise InvalidDocument([("", "it is nested too deeply")]) from None
    except ValueError as error:
        raise InvalidDocument([("", f"it is not JSON: {error}")]) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def closed_schema(model: type, title: str) -> dict[str, Any]:
    """The JSON Schema of a dataclass and all it is made of, without room for keys that it does not name."""
    schema = msgspec.json.schema(model)
    for definition in schema["$defs"].values():
        if "description" in definition:
            definition["description"] = " ".join(definition["description"].split())
        if "properties" in definition:
            definition["additionalProperties"] = False
    root = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    root["properties"] = {"$schema": {"type": "string"}, **root["properties"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **schema}


def pointer(at: str, *steps: str | int) -> str:
    return at + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def faults(value: Any, schema: Mapping[str, Any]) -> list[Problem]:
    """All that keeps `value` from having the shape of `schema`; of JSON Schema it knows what `closed_schema` uses."""
    return list(_faults(value, schema, schema["$defs"], ""))


def _faults(value: Any, schema: Mapping[str, Any], named: Mapping[str, Any], at: str) -> Iterator[Problem]:
    if "$ref" in schema:
        yield from _faults(value, named[schema["$ref"].rpartition("/")[2]], named, at)
    elif "anyOf" in schema:
        yield from _any_of(value, schema["anyOf"], named, at)
    elif "enum" in schema:
        if value not in schema["enum"]:
            yield at, f"must be one of {', '.join(map(str, schema['enum']))}{_meant(value, schema['enum'])}"
    elif schema["type"] not in _KINDS[type(value)]:
        yield at, f"must be {_NAMES[schema['type']]}, not {_NAMES[_KINDS[type(value)][0]]}"
    elif isinstance(value, dict):
        yield from _members(value, schema, named, at)
    elif isinstance(value, list):
        yield from _items(value, schema, named, at)


def _any_of(value: Any, options: list[Mapping[str, Any]], named: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """The faults under the option that `value` has the kind of; our schemas have one at most for each kind."""

    def kind(option: Mapping[str, Any]) -> str:
        found = named[option["$ref"].rpartition("/")[2]] if "$ref" in option else option
        return str(found.get("type", "string"))

    fitting = [option for option in options if kind(option) in _KINDS[type(value)]]
    if fitting:
        yield from _faults(value, fitting[0], named, at)
    else:
        yield at, f"must be {' or '.join(_NAMES[kind(option)] for option in options)}"


def _members(value: dict[str, Any], schema: Mapping[str, Any], named: Mapping[str, Any], at: str) -> Iterator[Problem]:
    known, others = schema.get("properties", {}), schema.get("additionalProperties")
    for key in schema.get("required", ()):
        if key not in value:
            yield at, f"{key} is missing"
    for key, member in value.items():
        if key in known:
            yield from _faults(member, known[key], named, pointer(at, key))
        elif others:
            yield from _faults(member, others, named, pointer(at, key))
        else:
            yield pointer(at, key), f"there is no such key here{_meant(key, list(known))}"


def _items(value: list[Any], schema: Mapping[str, Any], named: Mapping[str, Any], at: str) -> Iterator[Problem]:
    each = schema.get("prefixItems") or [schema["items"]] * len(value)
    if len(each) != len(value):
        yield at, f"must have exactly {len(each)} items"
        return
    for index, (item, shape) in enumerate(zip(value, each, strict=True)):
        yield from _faults(item, shape, named, pointer(at, index))


def _meant(word: object, known: list[str]) -> str:
    close = get_close_matches(str(word), known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
