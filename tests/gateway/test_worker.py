"""The worker beside a gateway: outlives faults, ends in time."""

import asyncio
import time
from dataclasses import replace

import pytest

from domain.adapters.clock import VirtualClock
from domain.services.crews import EffectWorker
from gateway.worker import work, working
from tests.gateway.served import some_ports
from tests.twins import START


async def test_a_worker_that_fails_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()
    tries = 0

    async def run(self: EffectWorker) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ConnectionError("the store is away")
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(EffectWorker, "run", run)
    async with some_ports() as ports:
        task = asyncio.create_task(work(replace(ports, clock=VirtualClock(START))))
        async with asyncio.timeout(5):
            await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_partner_that_never_answers_does_not_keep_the_process_from_ending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = asyncio.Event()

    async def carry_out(effects: object, ports: object) -> None:
        asked.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("domain.services.crews.carry_out", carry_out)
    async with some_ports() as ports:
        async with working(ports):
            await asked.wait()
            begun = time.monotonic()
        assert time.monotonic() - begun < 5


async def test_what_is_almost_done_is_finished_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, done = asyncio.Event(), asyncio.Event()

    async def carry_out(effects: object, ports: object) -> None:
        asked.set()
        await asyncio.sleep(0.1)
        done.set()

    monkeypatch.setattr("domain.services.crews.carry_out", carry_out)
    async with some_ports() as ports:
        async with working(ports):
            await asked.wait()
        assert done.is_set()
