"""What callers send, taken apart with suspicion: whatever is malformed is refused, and never a fault of ours."""

from collections.abc import Iterable
from typing import Any, Final

import orjson
from strawberry.http import GraphQLRequestData

DEEPEST: Final = 32
LONGEST_ID: Final = 128


class Malformed(Exception):
    """The message says what is wrong, and quotes nothing."""


def decoded(text: str | bytes) -> Any:
    """The value of a JSON text. No broken UTF-8, no lone surrogates, no NaN, no number without bound, no deep nesting.

    Raises: orjson.JSONDecodeError, which is a json.JSONDecodeError, so that libraries know it.
    """
    value = orjson.loads(text)
    if _too_deep(value):
        raise orjson.JSONDecodeError("nested too deeply", "", 0)
    return value


def _too_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [one for container in level for one in _parts(container) if isinstance(one, dict | list)]
        if not level:
            return False
    return True


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def request_of(body: bytes) -> GraphQLRequestData:
    """The one operation that a POST carries. Raises: Malformed."""
    try:
        data = decoded(body)
    except orjson.JSONDecodeError:
        raise Malformed("The body is not JSON that can be read.") from None
    if not isinstance(data, dict):
        raise Malformed("The body is one JSON object: several operations in one request are not taken.")
    _check_payload(data)
    if not data.get("query"):
        raise Malformed("The body has no `query`.")
    return GraphQLRequestData(
        query=data["query"],
        variables=data.get("variables"),
        operation_name=data.get("operationName") or None,
        extensions=data.get("extensions"),
    )


def check_message(message: object) -> None:
    """A message of graphql-transport-ws, as far as its shape goes. Raises: Malformed."""
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Malformed("A message is a JSON object with a `type`.")
    if message["type"] in ("subscribe", "complete"):
        identity = message.get("id")
        if not isinstance(identity, str) or not 0 < len(identity) <= LONGEST_ID:
            raise Malformed("An operation's `id` is a short text.")
    payload = message.get("payload")
    if message["type"] == "subscribe":
        if not isinstance(payload, dict) or not payload.get("query"):
            raise Malformed("A subscribe message carries a `query`.")
        _check_payload(payload)
    elif payload is not None and not isinstance(payload, dict):
        raise Malformed("A `payload` is an object.")


def _check_payload(payload: dict[str, object]) -> None:
    for name, kind, word in (
        ("query", str, "a text"),
        ("operationName", str, "a text"),
        ("variables", dict, "an object"),
        ("extensions", dict, "an object"),
    ):
        if not isinstance(payload.get(name), kind | None):
            raise Malformed(f"`{name}` is {word}, or absent.")
