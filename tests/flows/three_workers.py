"""A gateway that leaves retries and timers to three workers, of which one is killed at random again and again.

    python -m tests.flows.three_workers --kills 20

The payment provider fails, hangs, loses answers and tells things twice and out of order, so that the workers have much
to do, and to do again. Postgres, and no Redis: the workers hear of what is due from the database.
"""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.flows.audit import complaints, drained
from tests.flows.database import Database
from tests.flows.harness import Deployment, deployed, seed
from tests.flows.shoppers import SKUS, Journal, shop
from tests.servers.guardian import database_prefix
from tests.servers.owner import Owner, ask
from tests.servers.postgres import PostgresServer

CLIENTS = 8
UNITS = 20_000
WORKERS = 3
SHORTEST, LONGEST = 0.3, 2.0  # seconds between two kills
SPEED = 100.0
SETTINGS = {"lease_seconds": "6", "settle_seconds": "0.5"}
FAULTS = {
    "payments": {"error": 0.1, "drop": 0.1, "timeout_after": 0.02, "slow": 0.1, "duplicate": 0.2, "reorder": 0.1},
    "warehouse": {"error": 0.1, "drop": 0.1, "duplicate": 0.1},
    "carrier": {"error": 0.1, "duplicate": 0.1, "reorder": 0.1},
}


@dataclass
class Report:
    kills: int = 0
    while_claimed: int = 0
    taken_over: int = 0
    orders: int = 0
    asked: int = 0
    asked_again: int = 0
    seconds: float = 0.0
    seconds_to_drain: float = 0.0
    complaints: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} workers killed, {self.while_claimed} of them while effects were claimed; "
            f"{self.taken_over} claims ran out and were taken over; {self.orders} orders acknowledged in "
            f"{self.seconds:.0f} s; {self.asked} keys asked of the payment provider, {self.asked_again} times again; "
            f"drained {self.seconds_to_drain:.1f} s after the last order; {len(self.complaints)} complaints"
        )


async def siege(here: Deployment, kills: int, seed_of_chance: int) -> Report:
    chance, report, database = random.Random(seed_of_chance), Report(), Database(here.database_url)
    gateway, workers = here.gateway("--no-worker"), [here.worker(number + 1) for number in range(WORKERS)]
    await gateway.start()
    await asyncio.gather(*(worker.start() for worker in workers))
    await seed(here, dict.fromkeys(SKUS, UNITS))
    journal, stop = Journal(here.folder / "clients.journal"), asyncio.Event()
    begun = time.monotonic()
    shoppers = asyncio.create_task(shop(here, journal, CLIENTS, stop))
    try:
        while report.kills < kills:
            await asyncio.sleep(chance.uniform(SHORTEST, LONGEST))
            worker = chance.choice(workers)
            worker.kill()
            report.kills += 1
            report.while_claimed += bool(await database.claims())
            await worker.start()
        stop.set()
        await shoppers
        report.seconds = time.monotonic() - begun
        ordered = time.monotonic()
        await drained(here, within=300.0)
        report.seconds_to_drain = time.monotonic() - ordered
    finally:
        shoppers.cancel()
        journal.close()
    known = journal.read()
    report.orders = len(known.orders)
    asked = here.world.payments.audit.times_asked()
    report.asked, report.asked_again = len(asked), sum(asked.values()) - len(asked)
    report.taken_over = await database.count("effects WHERE attempt > 1 AND failure IS NULL")
    report.complaints += await complaints(here, known, UNITS)
    for process in (gateway, *workers):
        report.complaints += process.faults()
    return report


def main() -> int:
    parser = argparse.ArgumentParser(
        "tests.flows.three_workers", description="Workers killed under load, and an audit."
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="waymark-workers-"))
    with Owner() as owner:
        home = Path(ask(owner.address, "folder"))
        url = PostgresServer(ask(owner.address, "postgres"), database_prefix(home)).create()
        with deployed(folder, url, home=home, speed=SPEED, faults=FAULTS, **SETTINGS) as here:
            report = asyncio.run(siege(here, given.kills, given.seed))
    print(report)
    if report.complaints:
        print(*report.complaints, f"what is left lies in {folder}", sep="\n")
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
