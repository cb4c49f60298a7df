"""Commands that run until they are told to end, as processes of their own."""

import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gateway.test_serving import ROOT, environment

START = 60


def waymark(folder: Path, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "gateway.cli", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_simulated_program_runs_alone_with_faults_until_it_is_told_to_end(
    how: signal.Signals, tmp_path: Path
) -> None:
    process = waymark(tmp_path, "simulate", "payments", "--port", "0", "--fault", "decline=0.1", "--speed", "10")
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], START)
    assert readable
    assert process.stdout.readline().startswith("simulated payments on http://127.0.0.1:")
    process.send_signal(how)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode in (0, -how), errors) == (True, "")
    assert (tmp_path / "var" / "simulated" / "payments.sqlite").exists()


@pytest.mark.parametrize("fault", ["decline", "decline=often", "nonsense=0.1", "decline=7"])
def test_a_fault_that_is_none_is_told_in_one_line(fault: str, tmp_path: Path) -> None:
    process = waymark(tmp_path, "simulate", "payments", "--port", "0", "--fault", fault)
    output, errors = process.communicate(timeout=START)
    assert (process.returncode, output) == (1, "")
    assert errors.startswith("waymark: ")
    assert errors.count("\n") == 1
