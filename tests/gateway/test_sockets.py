"""/graphql over websockets: graphql-transport-ws to the letter, and an end with a code for everything else."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from domain.model.actors import ActorKind
from gateway.endpoint import Endpoint
from tests.gateway.served import PLACE, TRACK, Gateway, Socket, an_order, placed

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRODUCTS = "{ products(first: 1) { nodes { sku } } }"


# ---------------------------------------------------------------- the protocol


async def test_queries_mutations_and_subscriptions_are_answered_in_text_frames(gateway: Gateway) -> None:
    async with gateway.socket() as socket:
        await socket.subscribe(PRODUCTS)
        assert await socket.receive() == {
            "id": "1", "type": "next", "payload": {"data": {"products": {"nodes": [{"sku": "TEE-M"}]}}},
        }  # fmt: skip
        assert await socket.receive() == {"id": "1", "type": "complete"}
        await socket.subscribe(PLACE, **an_order("key-socket"))
        payload = (await socket.receive())["payload"]["data"]["placeOrder"]
        assert payload["userErrors"] == []
    async with gateway.socket(payload["trackingToken"]) as socket:
        await socket.subscribe(TRACK)
        first = (await socket.receive())["payload"]["data"]["trackOrder"]
        assert first["order"]["id"] == payload["order"]["id"]
        await socket.send(type="complete", id="1")
        await socket.subscribe(PRODUCTS, "1")
        assert (await socket.receive())["type"] == "next", "an id that was completed is free again"


async def test_a_ping_is_answered_also_before_sign_in(gateway: Gateway) -> None:
    async with gateway.raw_socket() as raw:
        socket = await Socket(raw).send(type="ping")
        assert await socket.receive() == {"type": "pong"}


@pytest.mark.parametrize("protocols", [["graphql-ws"], ["something"], None])
async def test_no_other_protocol_is_spoken(protocols: list[str] | None, gateway: Gateway) -> None:
    named = [Subprotocol(name) for name in protocols] if protocols else None
    async with gateway.raw_socket(subprotocols=named) as raw:
        assert await Socket(raw).closed() == 4406


async def test_of_two_protocols_ours_is_chosen(gateway: Gateway) -> None:
    both = [Subprotocol("graphql-ws"), Subprotocol("graphql-transport-ws")]
    async with gateway.raw_socket(subprotocols=both) as raw:
        assert raw.subprotocol == "graphql-transport-ws"


async def test_frames_are_not_compressed(gateway: Gateway) -> None:
    async with gateway.raw_socket(compression="deflate") as raw:
        assert raw.protocol.extensions == []


async def test_nothing_is_done_before_sign_in(gateway: Gateway) -> None:
    async with gateway.raw_socket() as raw:
        assert await (await Socket(raw).subscribe(PRODUCTS)).closed() == 4401


async def test_signing_in_twice_ends_the_socket(gateway: Gateway) -> None:
    async with gateway.socket() as socket:
        assert await (await socket.send(type="connection_init")).closed() == 4429


async def test_an_id_that_is_in_use_ends_the_socket(gateway: Gateway) -> None:
    _, token = await placed(gateway, "key-in-use")
    async with gateway.socket(token) as socket:
        await socket.subscribe(TRACK)
        await socket.receive()
        assert await (await socket.subscribe(TRACK)).closed() == 4409


async def test_whoever_does_not_sign_in_is_shown_out(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    (endpoint,) = {app for route in gateway.app.routes if isinstance(app := getattr(route, "app", None), Endpoint)}
    assert endpoint.connection_init_wait_timeout == timedelta(seconds=5)
    monkeypatch.setattr(endpoint, "connection_init_wait_timeout", timedelta(seconds=0.2))
    async with gateway.raw_socket() as raw:
        assert await Socket(raw).closed(3) == 4408


# ---------------------------------------------------------------- origins, tokens


async def test_a_page_of_another_origin_gets_no_socket(gateway: Gateway) -> None:
    for origin in ("https://evil.example", "null", f"http://{gateway.address}.evil.example"):
        with pytest.raises(InvalidStatus) as refused:
            async with gateway.raw_socket(origin=origin):
                pass
        assert refused.value.response.status_code == 403


async def test_a_page_that_names_itself_as_our_host_gets_no_socket_either(gateway: Gateway) -> None:
    """A name that was made to point here: the browser then sends it as origin and as host."""
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.settings.port)
    writer.write(
        b"GET /graphql HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-Fetch-Site: same-origin\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    )
    assert (await reader.readline()).startswith(b"HTTP/1.1 403 ")
    writer.close()


async def test_a_page_of_this_machine_gets_one_in_development(gateway: Gateway) -> None:
    async with gateway.raw_socket(origin="http://localhost:5173") as raw:
        assert await (await Socket(raw).send(type="ping")).receive() == {"type": "pong"}


@pytest.mark.parametrize("authorization", ["Bearer nonsense", "Bearer a.b.c", "nonsense"])
async def test_a_token_that_is_none_ends_the_socket(authorization: str, gateway: Gateway) -> None:
    async with gateway.raw_socket() as raw:
        payload = {"authorization": authorization}
        assert await (await Socket(raw).send(type="connection_init", payload=payload)).closed() == 4403


@pytest.mark.parametrize("name", ["authorization", "Authorization"])
async def test_a_token_comes_in_connection_init_or_in_the_handshake(name: str, gateway: Gateway) -> None:
    viewer = "{ viewer { kind } }"
    async with gateway.raw_socket() as raw:
        socket = await Socket(raw).send(type="connection_init", payload={name: f"Bearer {gateway.staff()}"})
        await socket.receive()
        assert (await (await socket.subscribe(viewer)).receive())["payload"]["data"] == {"viewer": {"kind": "STAFF"}}
    async with gateway.raw_socket(additional_headers={name: f"Bearer {gateway.staff()}"}) as raw:
        socket = await Socket(raw).send(type="connection_init")
        await socket.receive()
        assert (await (await socket.subscribe(viewer)).receive())["payload"]["data"] == {"viewer": {"kind": "STAFF"}}


async def test_a_socket_ends_with_its_token_and_nothing_comes_after(gateway: Gateway) -> None:
    order, _ = await placed(gateway, "key-expiry")
    token = gateway.staff(lifetime=timedelta(seconds=2))
    expires_at = gateway.sessions.actor(token).expires_at
    assert expires_at is not None
    async with gateway.socket(token) as socket:
        await socket.subscribe(TRACK, id=order)
        assert (await socket.receive())["type"] == "next"
        assert await socket.closed(5) == 4403
        late = (gateway.ports.clock.now() - expires_at).total_seconds()
        assert 0 <= late < 2.5


async def test_not_yours_is_not_found(gateway: Gateway) -> None:
    order, _ = await placed(gateway, "key-mine")
    _, other = await placed(gateway, "key-theirs")
    stranger = gateway.sessions.issue(ActorKind.CUSTOMER, "somebody", timedelta(hours=1))
    for token in (None, other, stranger):
        async with gateway.socket(token) as socket:
            message = await (await socket.subscribe(TRACK, id=order)).receive()
            errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
            assert [error["extensions"]["code"] for error in errors] == ["NOT_FOUND"]


# ---------------------------------------------------------------- limits, faults


async def test_twenty_operations_a_socket_and_no_more(gateway: Gateway) -> None:
    _, token = await placed(gateway, "key-twenty")
    async with gateway.socket(token) as socket:
        for number in range(21):
            await socket.subscribe(TRACK, str(number))
        messages = [await socket.receive() for _ in range(21)]
        refused = [message for message in messages if message["type"] == "error"]
        assert [message["id"] for message in refused] == ["20"]
        assert refused[0]["payload"][0]["extensions"]["code"] == "RATE_LIMITED"
        await socket.send(type="complete", id="0")
        await socket.subscribe(TRACK, "21")
        assert (await socket.receive())["id"] == "21"


async def test_a_fault_on_a_stream_is_masked_and_has_an_id_of_its_own(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> AsyncIterator[object]:
        if _:
            raise RuntimeError("canary@example.org")
        yield None

    _, token = await placed(gateway, "key-stream")
    monkeypatch.setattr("resolvers.tracking.track", broken)
    async with gateway.socket(token) as socket:
        seen = set()
        for name in ("1", "2"):
            message = await (await socket.subscribe(TRACK, name)).receive()
            errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
            assert "canary" not in json.dumps(message)
            (error,) = errors
            assert (error["message"], error["extensions"]["code"]) == ("Unexpected error", "INTERNAL")
            seen.add(error["extensions"]["requestId"])
            assert (await socket.receive())["type"] == "complete" if message["type"] == "next" else True
        assert len(seen) == 2


async def test_a_fault_at_sign_in_ends_the_socket_with_a_code(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> object:
        raise ConnectionError("the store is gone")

    monkeypatch.setattr("gateway.auth.SignIn.actor", broken)
    async with gateway.raw_socket() as raw:
        assert await (await Socket(raw).send(type="connection_init")).closed() == 1011


async def test_a_socket_that_goes_away_takes_its_operations_along(gateway: Gateway) -> None:
    _, token = await placed(gateway, "key-away")
    before = len(asyncio.all_tasks())
    async with gateway.socket(token) as socket:
        for number in range(5):
            await socket.subscribe(TRACK, str(number))
            await socket.receive()
        assert len(asyncio.all_tasks()) >= before + 5
        socket.raw.transport.abort()
        with pytest.raises((ConnectionClosed, OSError)):
            await socket.receive()
    async with asyncio.timeout(5):
        while len(asyncio.all_tasks()) > before:
            await asyncio.sleep(0.02)
