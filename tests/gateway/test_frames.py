"""Frames that are none: the socket ends with 4400, or the operation with an error, and nothing else happens."""

import json
from typing import Any

import pytest

from tests.gateway.served import Gateway, Socket
from tests.gateway.test_sockets import PRODUCTS

pytestmark = pytest.mark.asyncio(loop_scope="module")

MALFORMED: dict[str, str | bytes] = {
    "a list": "[]",
    "a text": '"x"',
    "null": "null",
    "a number": "1",
    "nothing": "",
    "no JSON": "{",
    "an integer without end": '{"type": "ping", "payload": {"a": ' + "9" * 5000 + "}}",
    "nested without end": '{"type": "ping", "payload": ' + "[" * 5000,
    "nested too deeply": '{"type": "ping", "payload": {"a": ' + "[" * 60 + "]" * 60 + "}}",
    "bytes": b'{"type": "ping"}',
    "no type": "{}",
    "a type that is no text": '{"type": {}}',
    "an unknown type": json.dumps({"type": "x" * 1000}),
    "an unknown type with no ASCII": json.dumps({"type": "ß" * 1000}, ensure_ascii=False),
    "a payload that is a text": '{"type": "ping", "payload": "x"}',
    "no id": json.dumps({"type": "subscribe", "payload": {"query": PRODUCTS}}),
    "an id that is an object": json.dumps({"type": "subscribe", "id": {}, "payload": {"query": PRODUCTS}}),
    "an id without end": json.dumps({"type": "subscribe", "id": "x" * 1000, "payload": {"query": PRODUCTS}}),
    "no payload": '{"type": "subscribe", "id": "1"}',
    "an operation that is a text": '{"type": "subscribe", "id": "1", "payload": "x"}',
    "no query": '{"type": "subscribe", "id": "1", "payload": {}}',
    "a query that is no text": '{"type": "subscribe", "id": "1", "payload": {"query": 1}}',
    "variables that are a list": '{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": []}}',
    "a name that is an object": '{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "operationName": 1}}',
    "an end of nothing in particular": '{"type": "complete"}',
}  # fmt: skip


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize("what", MALFORMED)
async def test_a_malformed_frame_ends_the_socket_with_4400(what: str, signed_in: bool, gateway: Gateway) -> None:
    async with gateway.raw_socket() as raw:
        socket = Socket(raw)
        if signed_in:
            await socket.send(type="connection_init")
            await socket.receive()
        await raw.send(MALFORMED[what])
        assert await socket.closed() == 4400


@pytest.mark.parametrize("payload", [[], "x", 1])
async def test_a_sign_in_that_is_malformed_ends_the_socket(payload: Any, gateway: Gateway) -> None:
    async with gateway.raw_socket() as raw:
        assert await (await Socket(raw).send(type="connection_init", payload=payload)).closed() == 4400


async def test_a_frame_that_is_too_large_ends_the_socket(gateway: Gateway) -> None:
    async with gateway.raw_socket() as raw:
        await raw.send("x" * (64 * 1024 + 1))
        assert await Socket(raw).closed() == 1009


async def test_an_end_of_an_operation_that_is_none_of_ours_is_no_harm(gateway: Gateway) -> None:
    async with gateway.socket() as socket:
        await socket.send(type="complete", id="never")
        assert (await (await socket.send(type="ping")).receive()) == {"type": "pong"}


@pytest.mark.parametrize(
    "document",
    ["{ products(", "{ produkts }", "{ " + "x " * 3000 + "}"],
)
async def test_a_document_that_is_refused_is_that_operation_s_error_with_a_code(
    document: str, gateway: Gateway
) -> None:
    async with gateway.socket() as socket:
        message = await (await socket.subscribe(document)).receive()
        assert message["type"] == "error"
        assert {error["extensions"]["code"] for error in message["payload"]} == {"BAD_REQUEST"}
        assert (await (await socket.subscribe(PRODUCTS)).receive())["type"] == "next"


async def test_of_several_operations_one_must_be_named(gateway: Gateway) -> None:
    async with gateway.socket() as socket:
        await socket.subscribe("query A { __typename } query B { __typename }")
        message = await socket.receive()
        assert message["type"] == "error"
        assert [error["extensions"]["code"] for error in message["payload"]] == ["BAD_REQUEST"]
