"""The whole life of an order, driven by its own script as an operator would run it, on a demo that was just started."""

import subprocess
import sys
import threading
from pathlib import Path

from tests.flows.test_readme import ROOT, a_demo, hurry

STEPS = ["placed", "told", "delivered", "signed in", "returned", "refunded", "told again"]


def test_a_guest_is_told_signs_in_sends_back_and_is_paid_and_told_again(tmp_path: Path) -> None:
    with a_demo(tmp_path) as (addresses, environment):
        enough = threading.Event()
        hurrying = threading.Thread(target=hurry, args=([addresses["Warehouse"], addresses["Carrier"]], enough))
        hurrying.start()
        try:
            ran = subprocess.run(
                [sys.executable, "-m", "tests.flows.whole_life", addresses["GraphQL"]],
                env=environment,
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=240,
            )
        finally:
            enough.set()
            hurrying.join()
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    said = ran.stdout.splitlines()
    assert [line[:12].rstrip() for line in said[:-1]] == STEPS
    assert "a whole life in" in said[-1]


def test_a_life_that_cannot_go_on_says_so_in_one_line_and_ends_with_one(tmp_path: Path) -> None:
    nobody = "http://127.0.0.1:9"
    ran = subprocess.run(
        [sys.executable, "-m", "tests.flows.whole_life", nobody], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("a life that went wrong: placed: ")
    assert len(ran.stderr.splitlines()) == 1
