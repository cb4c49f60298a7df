"""The simulated programs start with one line, refuse with one line, listen on loopback alone and end at once."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psutil
import pytest

from gateway.simulated.program import CannotStart, Options
from gateway.simulated.run import KINDS, app, main, rates
from tests.gateway.simulated.calls import Payments
from tests.simulated_world import ROOT, SimulatedProgram, simulated_program

PROMPT = 4.0  # seconds; a quarter of one on a machine with nothing else to do


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gateway.simulated.run", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_listens_on_loopback_alone_and_ends_promptly(tmp_path: Path, kind: str, how: signal.Signals) -> None:
    with simulated_program(kind, tmp_path) as program:
        assert program.process is not None
        listening = [c.laddr for c in psutil.Process(program.process.pid).net_connections() if c.status == "LISTEN"]
        assert listening == [("127.0.0.1", program.port)]
        began = time.monotonic()
        program.end(how)
        assert time.monotonic() - began < PROMPT
        assert program.log() == ""


def test_it_ends_promptly_while_connections_are_held(tmp_path: Path) -> None:
    with simulated_program("payments", tmp_path) as program:
        program.queue("timeout", "timeout_after", "slow")
        threads = [threading.Thread(target=hang, args=(program,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        with socket.create_connection(("127.0.0.1", program.port)) as half:
            half.sendall(b"POST /v1/refunds HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
            with socket.create_connection(("127.0.0.1", program.port)):
                time.sleep(0.3)
                began = time.monotonic()
                program.end()
                assert time.monotonic() - began < PROMPT
        for thread in threads:
            thread.join()


def hang(program: SimulatedProgram) -> None:
    with httpx2.Client(base_url=program.address, timeout=20, trust_env=False, verify=False) as client:
        try:
            Payments(program, client).create()
        except httpx2.TransportError:
            return


def test_a_taken_port_an_unknown_fault_and_a_taken_folder_are_one_line_each(tmp_path: Path) -> None:
    with simulated_program("payments", tmp_path) as program:
        folder = ("--folder", str(tmp_path / "other"))
        blocked = tmp_path / "file"
        blocked.write_text("")
        for words, said in (
            (("--port", str(program.port), *folder), f"port {program.port}"),
            (("--port", "99999", *folder), "port 99999"),
            (("--folder", str(tmp_path)), "another simulated payments"),
            (("--folder", str(blocked)), str(blocked)),
            (("--fault", "explode=1", *folder), "decline"),
            (("--fault", "decline", *folder), "decline=0.1"),
            (("--fault", "decline=7", *folder), "between 0 and 1"),
            (("--speed", "0", *folder), "speed"),
        ):
            with pytest.raises(SystemExit) as ended:
                main(["payments", *words])
            assert said in str(ended.value)
            assert len(str(ended.value).splitlines()) == 1


def test_together_they_start_in_processes_of_their_own_and_end_with_whoever_started_them(tmp_path: Path) -> None:
    calls = [
        {"kind": kind, "port": 0, "folder": str(tmp_path), "callback_url": "", "secret": "", "key": "k"}
        for kind in ("payments", "warehouse", "carrier")
    ]
    for how, seconds in ((signal.SIGTERM, PROMPT), (signal.SIGKILL, PROMPT)):
        with start_together(calls) as starter:
            assert starter.stdout is not None
            assert {starter.stdout.readline().split(" on ")[0] for _ in calls} == {
                f"simulated {call['kind']}" for call in calls
            }
            children = psutil.Process(starter.pid).children()
            assert len(children) == 3
            starter.send_signal(how)
            end = time.monotonic() + seconds
            while any(map(runs, children)):
                assert time.monotonic() < end
                time.sleep(0.02)
    with start_together([*calls, {**calls[0], "kind": "bank"}]) as starter:
        assert starter.wait(30) == 1


def runs(process: psutil.Process) -> bool:
    """One that ended stays a zombie where nobody asks for the children of the dead."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@contextmanager
def start_together(calls: Sequence[Mapping[str, object]]) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "gateway.simulated.together"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdin is not None
        with starter.stdin as world:
            json.dump(calls, world)
        try:
            yield starter
        finally:
            starter.kill()


def test_a_ledger_that_is_none_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "carrier.sqlite").write_text("this is not a database, it is a note to nobody in particular" * 20)
    ended = run("carrier", "--folder", str(tmp_path))
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)


def test_a_secret_that_is_not_base64_is_one_line_for_the_warehouse(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="base64"):
        app("warehouse", Options(tmp_path, secret="whsec_é"))
    with pytest.raises(CannotStart, match="payments, warehouse, carrier"):
        app("bank", Options(tmp_path))
    assert rates(["drop=0.5", "slow=1"]) == {"drop": 0.5, "slow": 1.0}


def test_it_ends_when_the_process_that_started_it_was_killed(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-m', 'gateway.simulated.run', 'payments', "
        f"'--folder', {str(tmp_path)!r}, '--with-parent'], stdout=subprocess.PIPE); child.stdout.readline(); "
        "print(child.pid, flush=True); child.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    end = time.monotonic() + 3
    while runs(child):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_clock_stays_ahead_after_a_restart(tmp_path: Path) -> None:
    with simulated_program("payments", tmp_path) as program:
        program.advance(3600)
        program.kill()
        program.start()
        now = httpx2.post(f"{program.address}/control/advance", json={"seconds": 0}, verify=False).json()["now"]
        assert now > time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 3500))


async def test_a_program_can_run_in_the_process_that_uses_it(tmp_path: Path) -> None:
    program = app("payments", Options(tmp_path, key="k"))
    fields = {"amount": "5", "currency": "eur", "payment_method": "pm_card_visa", "confirm": "true"}
    async with (
        program.router.lifespan_context(program),
        httpx2.AsyncClient(transport=httpx2.ASGITransport(program), base_url="http://payments") as client,
    ):
        client.headers["Authorization"] = "Bearer k"
        answer = await client.post("/v1/payment_intents", data={**fields, "capture_method": "manual"})
        assert answer.json()["status"] == "requires_capture"
        await client.put("/faults", json={"next": ["drop"]})
        with pytest.raises(ConnectionResetError):
            await client.get(f"/v1/payment_intents/{answer.json()['id']}")
        await asyncio.sleep(0)
