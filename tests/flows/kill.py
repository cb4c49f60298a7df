"""kill -9 at random moments while clients place orders; afterwards nothing is lost, doubled or left lying.

    python -m tests.flows.kill --kills 20 --database sqlite|postgres

Clients write down what they sent and what was acknowledged, and send again what was not, with the same key. Right after
each kill the database is looked into: was an effect claimed and not finished? The first kill is the server's own, at a
named point between the commit that stores an order and the first effect of it.
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
from tests.flows.harness import START_SECONDS, Deployment, Running, deployed, seed
from tests.flows.shoppers import SKUS, Journal, Known, shop
from tests.servers.guardian import database_prefix
from tests.servers.owner import Owner, ask
from tests.servers.postgres import PostgresServer

CLIENTS = 8
UNITS = 20_000
SHORTEST, LONGEST = 0.05, 2.5  # seconds that the server lives between two kills
SPEED = 100.0  # a parcel is at the door in about a second
# A call to a partner gets half the lease, less than the slowest answer takes; whoever waits is answered between kills.
SETTINGS = {"lease_seconds": "4", "settle_seconds": "0.5"}
FAULTS = {"payments": {"slow": 0.2}}


@dataclass
class Report:
    kills: int = 0
    while_claimed: int = 0
    before_first_effect: int = 0
    orders: int = 0
    asked_again: int = 0
    seconds: float = 0.0
    seconds_to_drain: float = 0.0
    complaints: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.while_claimed} of them while an effect was claimed, {self.before_first_effect} "
            f"orders caught between commit and first effect; {self.orders} orders acknowledged in "
            f"{self.seconds:.0f} s, {self.asked_again} requests to the payment provider repeated under their key; "
            f"drained {self.seconds_to_drain:.1f} s after the last start; {len(self.complaints)} complaints"
        )


async def storm(here: Deployment, kills: int, seed_of_chance: int) -> Report:
    """All of it, on a server that is not running yet."""
    chance, report, seen = random.Random(seed_of_chance), Report(), set[str]()
    database, gateway = Database(here.database_url), here.gateway()
    await gateway.start()
    await seed(here, dict.fromkeys(SKUS, UNITS))
    gateway.end()
    journal, stop = Journal(here.folder / "clients.journal"), asyncio.Event()
    begun = time.monotonic()
    shoppers = asyncio.create_task(shop(here, journal, CLIENTS, stop))
    try:
        await _fall_at_commit(here, gateway, database, report)
        await _look(database, seen, report)
        while report.kills < kills:
            await gateway.start()
            await asyncio.sleep(chance.uniform(SHORTEST, LONGEST))
            gateway.kill()
            await _look(database, seen, report)
        stop.set()
        await gateway.start()
        await shoppers
        report.seconds = time.monotonic() - begun
        restarted = time.monotonic()
        await drained(here, within=300.0)
        report.seconds_to_drain = time.monotonic() - restarted
    finally:
        shoppers.cancel()
        journal.close()
    known = journal.read()
    _sum_up(here, known, report)
    report.complaints += await complaints(here, known, UNITS)
    report.complaints += gateway.faults()
    return report


async def _fall_at_commit(here: Deployment, gateway: Running, database: Database, report: Report) -> None:
    """The first order is committed, and its server gone before it asked anybody for anything."""
    gateway.launch(fault="after_commit:1")
    await gateway.ended(within=START_SECONDS)
    report.before_first_effect = await database.count("orders")
    asked = here.world.payments.audit.times_asked()
    tried = await database.count("effects WHERE status <> 'RUNNING' AND run_at <= created_at")
    if not report.before_first_effect or asked or tried:
        report.complaints.append(f"between commit and first effect: {report.before_first_effect} orders, {asked} asked")


async def _look(database: Database, seen: set[str], report: Report) -> None:
    """Did the one that was just killed hold anything? Claims of those killed before may still wait for their lease."""
    owners = (await database.claims()).keys()
    report.kills += 1
    report.while_claimed += bool(owners - seen)
    seen |= owners


def _sum_up(here: Deployment, known: Known, report: Report) -> None:
    report.orders = len(known.orders)
    report.asked_again = sum(times - 1 for times in here.world.payments.audit.times_asked().values())


def main() -> int:
    parser = argparse.ArgumentParser("tests.flows.kill", description="kill -9 under load, and an audit.")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="waymark-kill-"))
    with Owner() as owner:
        home = Path(ask(owner.address, "folder"))
        url = f"sqlite:///{folder}/shop.db"
        if given.database == "postgres":
            url = PostgresServer(ask(owner.address, "postgres"), database_prefix(home)).create()
        with deployed(folder, url, home=home, speed=SPEED, faults=FAULTS, **SETTINGS) as here:
            report = asyncio.run(storm(here, given.kills, given.seed))
    print(f"{given.database}: {report}")
    if report.complaints:
        print(*report.complaints, f"what is left lies in {folder}", sep="\n")
        return 1
    shutil.rmtree(folder)
    return 1 if 2 * report.while_claimed < report.kills else 0


if __name__ == "__main__":
    sys.exit(main())
