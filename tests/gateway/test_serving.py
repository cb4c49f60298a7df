"""The server as a process: it ends in time whoever is connected, and says in one line why it cannot begin."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from domain.adapters.clock import SystemClock
from domain.model.actors import ActorKind, Role
from gateway.auth import Sessions
from gateway.bodies import decoded
from gateway.config import Settings
from gateway.lifecycle.databases import migrated
from tests.gateway.served import PLACE, PROTOCOL, TRACK, an_order

ROOT = Path(__file__).resolve().parents[2]
SECRET = "s" * 40
START = 60.0  # seconds on a busy machine


@dataclass
class Program:
    """A `waymark` command under way."""

    process: "subprocess.Popen[str]"
    port: int = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def end(self, how: signal.Signals) -> tuple[int, float]:
        """(exit code, seconds until it was gone)"""
        begun = time.monotonic()
        self.process.send_signal(how)
        self.process.communicate(timeout=30)
        return self.process.returncode, time.monotonic() - begun


def environment(folder: Path, **changes: str) -> dict[str, str]:
    settings = {
        "MODE": "development", "FOLDER": str(folder / "var"), "DATABASE_URL": f"sqlite:///{folder}/waymark.db",
        "SECRET": SECRET, "SETTLE_SECONDS": "0.1", "STRIPE_BASE_URL": "http://127.0.0.1:9",
        "WAREHOUSE_BASE_URL": "http://127.0.0.1:9", "EASYPOST_BASE_URL": "http://127.0.0.1:9", **changes,
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WAYMARK_")}
    return kept | {f"WAYMARK_{name}": value for name, value in settings.items()}


def waymark(*words: str, **options: Any) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "gateway.cli", *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def told(*words: str, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of a command that ends by itself."""
    process = waymark(*words, env=environment)
    output, errors = process.communicate(timeout=START)
    return process.returncode, output, errors


@asynccontextmanager
async def serving(folder: Path, *words: str, **changes: str) -> AsyncIterator[Program]:
    """`waymark serve` on a free port, over a migrated database in the folder; killed if it does not end before."""
    await migrated(Settings(database_url=changes.get("DATABASE_URL", f"sqlite:///{folder}/waymark.db")))
    process = waymark("serve", "--port", "0", *words, env=environment(folder, **changes))
    try:
        yield Program(process, _port_told(process))
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def _port_told(process: "subprocess.Popen[str]") -> int:
    assert process.stderr is not None
    for line in process.stderr:
        said = json.loads(line) if line.startswith("{") else {}
        if said.get("event") == "serving":
            return int(said["port"])
    raise AssertionError("it did not start")


# ---------------------------------------------------------------- clients


async def post(program: Program, query: str, variables: Mapping[str, Any], token: str | None = None) -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as client:
        body = {"query": query, "variables": variables}
        answer = await client.post(f"http://{program.address}/graphql", json=body, headers=headers)
    found = answer.json()
    assert "errors" not in found, found
    return found["data"]


async def an_order_to_watch(program: Program) -> str:
    """The token of the link to an order whose payment provider does not answer."""
    staff = Sessions(SECRET.encode(), SystemClock()).issue(ActorKind.STAFF, "olga", timedelta(hours=1), frozenset(Role))
    product = {"sku": "TEE-M", "title": "T-shirt", "price": "19.99", "currency": "EUR"}
    upsert = "mutation($p: ProductInput!) { upsertProducts(input: { products: [$p] }) { userErrors { message } } }"
    await post(program, upsert, {"p": product}, staff)
    location = (await post(program, "{ locations { id } }", {}, staff))["locations"][0]["id"]
    adjust = """mutation($id: ID!) { adjustStock(input: { idempotencyKey: "k", sku: "TEE-M", locationId: $id, delta: 9,
      reason: "count" }) { userErrors { message } } }"""
    await post(program, adjust, {"id": location}, staff)
    payload = (await post(program, PLACE, an_order()))["placeOrder"]
    assert payload["userErrors"] == []
    token: str = payload["trackingToken"]
    return token


@asynccontextmanager
async def watching(program: Program, token: str) -> AsyncIterator[ClientConnection]:
    address = f"ws://{program.address}/graphql"
    async with connect(address, subprotocols=[PROTOCOL], proxy=None, close_timeout=1) as socket:
        payload = {"authorization": f"Bearer {token}"}
        await socket.send(json.dumps({"type": "connection_init", "payload": payload}))
        await socket.recv()
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": {"query": TRACK}}))
        assert decoded(await socket.recv())["type"] == "next"
        yield socket


@contextmanager
def never_reading(program: Program) -> Iterator[socket.socket]:
    """A websocket that asks for more than any buffer holds, and reads nothing."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", program.port))
        client.sendall(
            b"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
        )
        time.sleep(0.5)
        client.sendall(frame({"type": "connection_init"}))
        client.settimeout(0.3)
        with suppress(TimeoutError):  # the other side takes nothing any more, as it gets rid of nothing
            for number in range(1000):
                client.sendall(frame({"type": "subscribe", "id": str(number), "payload": {"query": MUCH}}))
        yield client


MUCH = "{ " + " ".join(f"a_long_name_for_a_short_word_{number}: __typename" for number in range(500)) + " }"
"""Twenty kilobytes, easily made."""


def frame(message: object) -> bytes:
    """A masked text frame, with a mask of zeros."""
    body = json.dumps(message).encode()
    length = bytes([0x80 | len(body)]) if len(body) < 126 else bytes([0x80 | 126]) + len(body).to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + body


def connections(program: Program) -> int:
    found = psutil.Process(program.process.pid).net_connections("tcp")
    return sum(one.status == psutil.CONN_ESTABLISHED and one.laddr.port == program.port for one in found)


# ---------------------------------------------------------------- the end


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_in_three_seconds_with_twenty_subscribers_one_of_which_never_reads(
    how: signal.Signals, tmp_path: Path
) -> None:
    async with serving(tmp_path) as program:
        token = await an_order_to_watch(program)
        async with AsyncExitStack() as stack:
            watchers = [await stack.enter_async_context(watching(program, token)) for _ in range(19)]
            stack.enter_context(never_reading(program))
            code, seconds = await asyncio.to_thread(program.end, how)
            assert code == 0
            print(f"\nended {seconds:.1f} s after it was asked to; three are promised")
            assert seconds < 15
            for watcher in watchers:
                with suppress(ConnectionClosed):
                    async for _ in watcher:
                        pass
                assert watcher.close_code == 1012  # the service restarts: come back


async def test_a_client_that_never_reads_is_let_go(tmp_path: Path) -> None:
    async with serving(tmp_path) as program:
        with never_reading(program):
            assert connections(program) == 1
            begun = time.monotonic()
            while connections(program):
                assert time.monotonic() - begun < 15
                await asyncio.sleep(0.2)
        assert program.end(signal.SIGTERM)[0] == 0


async def test_it_says_that_it_drains_and_still_answers_before_it_ends(tmp_path: Path) -> None:
    async with serving(tmp_path, DRAIN_SECONDS="1.5") as program:
        async with httpx2.AsyncClient(base_url=f"http://{program.address}", trust_env=False, timeout=30) as client:
            assert (await client.get("/health/ready")).json() == {"status": "ready", "store": "ok", "feed": "ok"}
            program.process.send_signal(signal.SIGTERM)
            while (answer := await client.get("/health/ready")).status_code == 200:
                await asyncio.sleep(0.02)
            assert (answer.status_code, answer.json()["status"]) == (503, "draining")
            assert (await client.get("/health/live")).status_code == 200
            assert await post(program, "{ __typename }", {}) == {"__typename": "Query"}
        program.process.communicate(timeout=20)
        assert program.process.returncode == 0


# ---------------------------------------------------------------- several of them


async def test_two_gateways_share_a_database_and_wake_each_other_s_watchers(
    tmp_path: Path, postgres_url: str, redis_url: str, redis_prefix: str
) -> None:
    """The safety poll is an hour away: what arrives has come through Redis."""
    shared = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url, "REDIS_PREFIX": redis_prefix}
    patient = {**shared, "FEED_POLL_SECONDS": "3600", "EFFECTS_POLL_SECONDS": "3600"}
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(serving(tmp_path, "--no-worker", **patient))
        two = await stack.enter_async_context(serving(tmp_path, **patient))
        token = await an_order_to_watch(one)
        watcher = await stack.enter_async_context(watching(one, token))
        cancel = """mutation($id: ID!) {
          cancelOrder(input: { idempotencyKey: "c", orderId: $id, reason: "CHANGED_MIND" }) { userErrors { message } }
        }"""
        order = (await post(two, "{ order { id } }", {}, token))["order"]["id"]
        payload = (await post(two, cancel, {"id": order}, token))["cancelOrder"]
        assert payload["userErrors"] == []
        async with asyncio.timeout(10):
            assert decoded(await watcher.recv())["type"] == "next"
        for program in (one, two):
            assert (await asyncio.to_thread(program.end, signal.SIGTERM))[0] == 0


async def test_a_worker_of_its_own_goes_on_with_what_a_gateway_without_one_began(
    tmp_path: Path, postgres_url: str
) -> None:
    asked = 0

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.write(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        writer.close()

    provider = await asyncio.start_server(refuse, "127.0.0.1", 0)
    host, port = provider.sockets[0].getsockname()
    named = {"DATABASE_URL": postgres_url, "STRIPE_BASE_URL": f"http://{host}:{port}"}
    async with provider, serving(tmp_path, "--no-worker", **named) as gateway:
        await an_order_to_watch(gateway)
        await asyncio.sleep(4)
        assert asked == 1, "nobody is there to try again"
        process = waymark("worker", env=environment(tmp_path, **named))
        async with asyncio.timeout(START):
            while asked < 2:
                await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.communicate, timeout=20)
        assert process.returncode == 0


# ---------------------------------------------------------------- no beginning


def test_production_without_secrets_names_each(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("WAYMARK_")}
    code, _, errors = told("serve", environment=bare)
    assert code == 1
    assert errors.startswith("waymark: production needs WAYMARK_PUBLIC_URL, WAYMARK_SECRET, ")
    assert (errors.count("\n"), errors.count("WAYMARK_")) == (1, 9)
