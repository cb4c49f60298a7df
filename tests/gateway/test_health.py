"""/health: alive, and ready to be sent work."""

from dataclasses import dataclass, replace
from typing import Any, NoReturn

import pytest
from starlette.requests import Request

from domain.adapters.clock import VirtualClock
from domain.ports import Ports
from gateway.health import Life, live, ready
from tests.gateway.served import Gateway, some_ports
from tests.twins import START


@dataclass
class App:
    state: Any


class Refusing:
    """A store that takes no writes."""

    def __init__(self, store: Any) -> None:
        self.read = store.read
        self.asked = 0
        self.full = True
        self._write = store.write

    async def write(self, work: Any) -> Any:
        self.asked += 1
        if self.full:
            self.refuse()
        return await self._write(work)

    def refuse(self) -> NoReturn:
        raise OSError("disk full")


def asking(ports: Ports, life: Life) -> Request:
    class State:
        pass

    state = State()
    state.life = life  # type: ignore[attr-defined]
    return Request({"type": "http", "app": App(state), "state": {"ports": ports}})


async def test_a_store_that_takes_no_writes_is_not_ready_and_is_asked_once_a_second() -> None:
    clock = VirtualClock(START)
    async with some_ports() as ports:
        store = Refusing(ports.store)
        request = asking(replace(ports, clock=clock, store=store), Life())
        assert (await ready(request)).status_code == 503
        assert (await ready(request)).status_code == 503
        assert store.asked == 1
        store.full = False
        assert (await ready(request)).status_code == 503
        await clock.sleep(1.0)
        assert (await ready(request)).status_code == 200
        assert store.asked == 2


async def test_a_feed_that_is_cut_off_degrades_and_does_not_stop_anything() -> None:
    class Feed:
        connected = False

    async with some_ports() as ports:
        answer = await ready(asking(replace(ports, feed=Feed()), Life()))  # type: ignore[arg-type]
        assert answer.status_code == 200
        assert b'"feed":"degraded"' in answer.body


async def test_alive_is_whoever_answers() -> None:
    assert (await live(Request({"type": "http"}))).status_code == 200


@pytest.mark.asyncio(loop_scope="module")
async def test_both_are_asked_by_http(gateway: Gateway) -> None:
    assert (await gateway.http.get("/health/live")).json() == {"status": "live"}
    assert (await gateway.http.get("/health/ready")).json() == {"status": "ready", "store": "ok", "feed": "ok"}
    answer = await gateway.http.get("/nowhere")
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")
