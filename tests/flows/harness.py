"""Waymark as its operator runs it: processes of the command line over a database, beside a simulated world.

    with deployed(tmp_path, "sqlite:///" + str(tmp_path / "shop.db"), speed=100) as shop:
        gateway = shop.gateway()
        await gateway.start()
        await seed(shop, {"MUG": 100})
        gateway.kill()                      # kill -9; `start` brings it back on the same port

Everything here goes through the doors that a stranger has: HTTP, websockets, signals, the environment.
WAYMARK_TEST_FULL=1 runs the flows at the size that is promised; without it they are as long as daily work bears.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2

from domain.adapters.clock import SystemClock
from domain.model.actors import ActorKind, Role
from gateway.auth import Sessions
from tests.flows.client import Client
from tests.servers.processes import free_port
from tests.simulated_world import KEYS, ROOT, SECRETS, SimulatedWorld, simulated_world

SECRET = "of the flows, as long as a master secret has to be"
SHOP = ROOT / "domain" / "adapters" / "library" / "demo_shop.json"
FULL = os.environ.get("WAYMARK_TEST_FULL") == "1"
START_SECONDS = 60.0
PRICE = "19.90"


@dataclass
class Running:
    """One process of ours; started, killed and started again as often as a test likes."""

    name: str
    words: tuple[str, ...]
    environment: Mapping[str, str]
    home: Path
    log: Path
    address: str | None = None
    process: "subprocess.Popen[bytes] | None" = None

    async def start(self, **settings: str) -> None:
        """Ready: a gateway says so itself, a worker says in its log that it works."""
        before = self.log.stat().st_size if self.log.exists() else 0
        process = self.launch(**settings)
        deadline = time.monotonic() + START_SECONDS
        while not await self._is_ready(before):
            if process.poll() is not None or time.monotonic() > deadline:
                code = process.poll()
                self.kill()
                raise RuntimeError(f"{self.name} did not start (exit {code}): {self.tail()}")
            await asyncio.sleep(0.02)

    def launch(self, **settings: str) -> "subprocess.Popen[bytes]":
        """Under way, not ready yet."""
        more = {f"WAYMARK_{name.upper()}": value for name, value in settings.items()}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gateway.cli", *self.words],
                cwd=self.home,
                env={**self.environment, **more},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self.process

    async def _is_ready(self, log_from: int) -> bool:
        if self.address is None:
            with self.log.open("rb") as log:
                log.seek(log_from)
                return b"working" in log.read()
        try:
            async with httpx2.AsyncClient(timeout=2.0, trust_env=False, verify=False) as http:
                return (await http.get(f"{self.address}/health/ready")).status_code == 200
        except httpx2.HTTPError:
            return False

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """kill -9; gone when this returns."""
        self.end(signal.SIGKILL)

    def end(self, how: signal.Signals = signal.SIGTERM, within: float = 20.0) -> int | None:
        """The exit code; None if it was not running."""
        if self.process is None:
            return None
        process, self.process = self.process, None
        process.send_signal(how)
        return process.wait(within)

    async def ended(self, within: float) -> int:
        """The exit code of a process that ends by itself."""
        assert self.process is not None
        async with asyncio.timeout(within):
            while (code := self.process.poll()) is None:
                await asyncio.sleep(0.005)
        self.process = None
        return code

    def tail(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def faults(self) -> list[str]:
        """What it logged as an error: a test that provokes none wants none."""
        return [line for line in self.log.read_text(errors="replace").splitlines() if '"level":"error"' in line]


@dataclass
class Deployment:
    """A database, a simulated world and the settings that join them; `home` is where processes work."""

    folder: Path
    home: Path
    database_url: str
    world: SimulatedWorld
    port: int
    settings: Mapping[str, str]
    running: list[Running] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def staff_token(self) -> str:
        sessions = Sessions(SECRET.encode(), SystemClock())
        return sessions.issue(ActorKind.STAFF, "olga", timedelta(hours=8), frozenset(Role))

    def gateway(self, *flags: str) -> Running:
        """The one that partners call back to."""
        return self._running("gateway", ("serve", *flags), self.address)

    def another_gateway(self, *flags: str) -> Running:
        port = free_port()
        return self._running(f"gateway{port}", ("serve", "--port", str(port), *flags), f"http://127.0.0.1:{port}")

    def worker(self, number: int = 1) -> Running:
        return self._running(f"worker{number}", ("worker",), None)

    def _running(self, name: str, words: tuple[str, ...], address: str | None) -> Running:
        one = Running(name, words, self._environment(), self.home, self.folder / f"{name}.log", address)
        self.running.append(one)
        return one

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command that ends by itself."""
        return subprocess.run(
            [sys.executable, "-m", "gateway.cli", *words],
            cwd=self.home,
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def _environment(self) -> dict[str, str]:
        """Production's, limits aside: nothing that development makes up stands between a test and the truth."""
        world, kept = self.world, {name: value for name, value in os.environ.items() if not name.startswith("WAYMARK_")}
        values = {
            "mode": "production",
            "folder": str(self.folder),
            "port": str(self.port),
            "public_url": self.address,
            "database_url": self.database_url,
            "secret": SECRET,
            "limit_loopback": "false",
            "stripe_base_url": world.payments.address,
            "stripe_key": KEYS["payments"],
            "stripe_webhook_secret": SECRETS["payments"],
            "warehouse_base_url": world.warehouse.address,
            "warehouse_key": KEYS["warehouse"],
            "warehouse_webhook_secret": SECRETS["warehouse"],
            "easypost_base_url": world.carrier.address,
            "easypost_key": KEYS["carrier"],
            "easypost_webhook_secret": SECRETS["carrier"],
            "shop_file": str(SHOP),
            **self.settings,
        }
        if kept.pop("PYTHONDONTWRITEBYTECODE", None):
            kept["PYTHONPYCACHEPREFIX"] = str(self.home / "compiled")  # what is started fifty times is compiled once
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            **{f"WAYMARK_{name.upper()}": value for name, value in values.items()},
        }


@contextmanager
def deployed(
    folder: Path,
    database_url: str,
    *,
    home: Path | None = None,
    speed: float = 1.0,
    faults: Mapping[str, Mapping[str, float]] | None = None,
    **settings: str,
) -> Iterator[Deployment]:
    """A migrated database and a running world; every process that a test starts on it is gone at the end."""
    port = free_port()
    with simulated_world(folder / "world", f"http://127.0.0.1:{port}", speed=speed, faults=faults) as world:
        here = Deployment(folder, home or folder, database_url, world, port, settings)
        migrated = here.run("migrate")
        if migrated.returncode != 0:
            raise RuntimeError(f"waymark migrate: {migrated.stdout}{migrated.stderr}")
        try:
            yield here
        finally:
            for one in here.running:
                one.kill()


SEED = """
mutation Seed($products: UpsertProductsInput!) {
  upsertProducts(input: $products) { products { sku } userErrors { field code message } }
}
"""
COUNT_IN = """
mutation CountIn($input: AdjustStockInput!) {
  adjustStock(input: $input) { level { onHand } userErrors { field code message } }
}
"""
LOCATIONS = "query { locations { id name } }"
LEVELS = "query Levels($after: String) { stockLevels(first: 100, after: $after) { nodes { sku onHand reserved } } }"


async def seed(here: Deployment, units: Mapping[str, int], location: str = "Hamburg warehouse") -> None:
    """The shop sells these SKUs and has so many of each, told as its own systems would tell it."""
    client = Client(here.address, here.staff_token)
    try:
        products = [{"sku": sku, "title": f"Thing {sku}", "price": PRICE, "currency": "EUR"} for sku in units]
        stored = await client.data(SEED, {"products": {"products": products}})
        assert not stored["upsertProducts"]["userErrors"], stored
        places = {one["name"]: one["id"] for one in (await client.data(LOCATIONS))["locations"]}
        for sku, count in units.items():
            words = {"idempotencyKey": f"seed-{sku}", "sku": sku, "locationId": places[location]}
            counted = await client.data(COUNT_IN, {"input": {**words, "delta": count, "reason": "delivery"}})
            assert not counted["adjustStock"]["userErrors"], counted
    finally:
        await client.close()


async def levels(here: Deployment) -> dict[str, tuple[int, int]]:
    """SKU -> (on hand, reserved), as staff see it."""
    client = Client(here.address, here.staff_token)
    try:
        found: list[dict[str, Any]] = (await client.data(LEVELS))["stockLevels"]["nodes"]
        return {one["sku"]: (one["onHand"], one["reserved"]) for one in found}
    finally:
        await client.close()
