"""The README's five minutes, run as they are written, against a demo that was just started."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

ROOT = Path(__file__).resolve().parent.parent.parent
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
READY = 120  # seconds, on a busy machine, the demo's histories included


@contextmanager
def a_demo(folder: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """What its start page says, by name, and the environment that it ran in."""
    environment = os.environ | {
        "WAYMARK_MODE": "development",
        "WAYMARK_FOLDER": str(folder),
        "WAYMARK_DATABASE_URL": f"sqlite:///{folder / 'waymark.db'}",
        "PYTHONPATH": str(ROOT),
        "PYTHON": sys.executable,
    }
    command = [sys.executable, "-m", "gateway.cli", "demo", "--port", "0"]
    process = subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    killer = threading.Timer(READY, process.kill)
    killer.start()
    try:
        assert process.stdout is not None
        addresses: dict[str, str] = {}
        for line in process.stdout:
            if found := ADDRESS.search(line):
                addresses.setdefault(line.split()[0], found[0])
            if "Tokens" in line:
                break
        killer.cancel()
        yield addresses, environment
    finally:
        killer.cancel()
        process.terminate()
        process.communicate(timeout=20)


def hurry(addresses: list[str], enough: threading.Event) -> None:
    """The simulated programs live three quarters of a minute in each second."""
    while not enough.wait(1.0):
        for address in addresses:
            httpx2.request("POST", f"{address}/control/advance", json={"seconds": 45})


def test_the_five_minutes_run_as_they_are_written(tmp_path: Path) -> None:
    blocks = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(blocks) >= 5
    script = "set -euo pipefail\n" + "\n".join(blocks)
    script = script.replace(".venv/bin/waymark", "$PYTHON -m gateway.cli").replace(".venv/bin/python", "$PYTHON")
    with a_demo(tmp_path) as (addresses, environment):
        script = script.replace("http://127.0.0.1:8000", addresses["GraphQL"])
        enough = threading.Event()
        others = [addresses["Warehouse"], addresses["Carrier"]]
        hurrying = threading.Thread(target=hurry, args=(others, enough))
        hurrying.start()
        try:
            ran = subprocess.run(
                ["bash", "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=240
            )
        finally:
            enough.set()
            hurrying.join()
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    assert '"errors"' not in ran.stdout
    assert '"userErrors":[]' in ran.stdout
    assert "every sequence once" in ran.stdout
    assert '"totalCount"' in ran.stdout
