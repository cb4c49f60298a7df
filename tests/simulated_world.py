"""The simulated world for tests: payments, warehouse and carrier as real processes on free loopback ports.

    with simulated_world(tmp_path, gateway="http://127.0.0.1:8000", speed=50) as world:
        world.payments.queue("drop")            # the next request does its work, then loses its connection
        world.carrier.advance(60)
        assert world.payments.audit.duplicates() == []

Each program is killed at the end, and ends by itself should the test run be killed.
"""

import base64
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from tests.auditor import Auditor

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30.0

# The paths at which a gateway receives callbacks.
PATHS = {"payments": "/webhooks/stripe", "warehouse": "/webhooks/warehouse", "carrier": "/webhooks/easypost"}
SECRETS = {
    "payments": "whsec_simulated_payments",
    "warehouse": "whsec_" + base64.b64encode(b"simulated warehouse secret").decode(),
    "carrier": "sécret-of-the-simulated-carrier",
}
KEYS = {"payments": "sk_test_simulated", "warehouse": "wh_test_simulated", "carrier": "EZTK_simulated"}


@dataclass
class SimulatedProgram:
    """One program: its address, what it is signed and opened with, and levers on it."""

    kind: str
    folder: Path
    callback_url: str = ""
    secret: str = ""
    key: str = ""
    faults: Mapping[str, float] = field(default_factory=dict)
    speed: float = 1.0
    seed: str = "1"
    carrier_url: str = ""
    port: int = 0
    process: "subprocess.Popen[str] | None" = None

    def __post_init__(self) -> None:
        self.secret = self.secret or SECRETS[self.kind]
        self.key = self.key or KEYS[self.kind]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ledger(self) -> Path:
        return self.folder / f"{self.kind}.sqlite"

    @property
    def audit(self) -> Auditor:
        """What the program's own books say; readable while it runs and after it was killed."""
        return Auditor(self.ledger)

    def command(self) -> list[str]:
        words = ["--port", str(self.port), "--folder", str(self.folder), "--callback-url", self.callback_url]
        words += ["--secret", self.secret, "--key", self.key, "--speed", str(self.speed), "--seed", self.seed]
        words += ["--carrier-url", self.carrier_url, "--with-parent"]
        for name, rate in self.faults.items():
            words += ["--fault", f"{name}={rate}"]
        return [sys.executable, "-m", "gateway.simulated.run", self.kind, *words]

    def start(self) -> None:
        """Answers when the program is ready; after a `kill` it comes back on the same port with the same ledger."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{self.kind}.log").open("a") as log:
            self.process = subprocess.Popen(self.command(), cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)

    def wait(self) -> None:
        """The launched program is ready, and its port known. Raises: RuntimeError with what it said instead."""
        assert self.process is not None
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], START_SECONDS)
        line = self.process.stdout.readline() if ready else ""
        if not line.startswith(f"simulated {self.kind} on "):
            self.end(signal.SIGKILL)
            raise RuntimeError(f"simulated {self.kind} did not start: {self.log()}")
        self.port = int(line.rsplit(":", 1)[1])

    def log(self) -> str:
        return (self.folder / f"{self.kind}.log").read_text()

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """The process is gone; its ledger stays."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(10)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    def kill(self) -> None:
        """kill -9: whatever was not committed is lost."""
        self.end(signal.SIGKILL)

    def _steer(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = httpx2.request(method, self.address + path, json=body, timeout=10, trust_env=False, verify=False)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def switch(self, **rates: float) -> None:
        """Sets the probabilities named; others stay."""
        self._steer("PUT", "/faults", rates)

    def queue(self, *names: str) -> None:
        """These faults strike next, once each, in this order."""
        self._steer("PUT", "/faults", {"next": list(names)})

    def calm(self) -> None:
        """Faults as the program was started."""
        self._steer("DELETE", "/faults")

    def advance(self, seconds: float) -> None:
        """The program's clock stands further; what is due by then has happened, and its callbacks are on their way."""
        self._steer("POST", "/control/advance", {"seconds": seconds})

    def scan(self, tracking: str, **scan: Any) -> dict[str, Any]:
        """Carrier only: a scan by hand (status, status_detail, city, countryCode, time, message, stop)."""
        return self._steer("POST", f"/control/parcels/{tracking}/scans", scan)


@dataclass
class SimulatedWorld:
    payments: SimulatedProgram
    warehouse: SimulatedProgram
    carrier: SimulatedProgram

    def all(self) -> tuple[SimulatedProgram, ...]:
        return (self.payments, self.warehouse, self.carrier)


@contextmanager
def simulated_program(kind: str, folder: Path, **options: Any) -> Iterator[SimulatedProgram]:
    """One program, running; `options` are SimulatedProgram's. Killed at the end."""
    program = SimulatedProgram(kind, folder, **options)
    program.start()
    try:
        yield program
    finally:
        program.kill()


@contextmanager
def simulated_world(
    folder: Path,
    gateway: str = "",
    speed: float = 1.0,
    seed: str = "1",
    faults: Mapping[str, Mapping[str, float]] | None = None,
) -> Iterator[SimulatedWorld]:
    """All three, running, the warehouse handing over to the carrier; they call back to `gateway`, if one is named."""
    with ExitStack() as stack:
        programs: dict[str, SimulatedProgram] = {}
        for kind, path in PATHS.items():
            url = gateway.rstrip("/") + path if gateway else ""
            rates = (faults or {}).get(kind, {})
            program = SimulatedProgram(kind, folder, url, speed=speed, seed=seed, faults=rates, port=free_port())
            programs[kind] = program
            stack.callback(program.kill)
        world = SimulatedWorld(**programs)
        world.warehouse.carrier_url = world.carrier.address
        for program in world.all():
            program.launch()
        for program in world.all():
            program.wait()
        yield world


def free_port() -> int:
    """Free a moment ago: the warehouse must know the carrier's address before either runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
