"""Telling people while the providers misbehave and the process is killed: who was told twice, and who not at all?

    python -m tests.flows.told_under_fire --orders 1000 --kills 10

Each order is two events: confirmed (an e-mail) and shipped (an e-mail and an SMS). The provider is a server on a real
socket that keeps books of what it took; the teller is a process of its own over a database file, killed by SIGKILL at
random moments and started again. Its clock runs sixty times as fast: what is unknown is settled in ten seconds.
"""

import argparse
import asyncio
import json
import random
import re
import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import time

from domain.adapters.sql.migrating import migrate
from domain.model.effects import Effect
from domain.ports import Ports
from domain.services.changing import ANNOUNCE
from notifications.dispatch import Dispatcher
from notifications.sending import SETTLED_AFTER
from tests.notifications.telling import Telling, TwinChannel, stocked
from tests.scripted_partner import Asked, read_request
from tests.world import a_world

ROOT = Path(__file__).resolve().parents[2]
SPEED = 60.0
BETWEEN_KILLS = 4.0  # seconds, at the most
NUMBER = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")

# What the provider does with a message: whether it takes it, and how it answers.
MOODS = {
    "takes": 0.70,
    "takes and drops": 0.06,
    "takes and hangs": 0.02,
    "takes and says 500": 0.03,
    "says 500": 0.03,
    "says 429": 0.08,
    "drops": 0.04,
    "hangs": 0.02,
    "refuses": 0.02,
}


@dataclass
class Provider:
    """Both providers in one; `sms` and `mails` count what was taken, by order number and by our own id."""

    chance: random.Random
    address: str = ""
    sms: Counter[str] = field(default_factory=Counter)
    mails: Counter[str] = field(default_factory=Counter)
    moods: Counter[str] = field(default_factory=Counter)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            asked = await read_request(reader)
            [mood] = self.chance.choices(list(MOODS), list(MOODS.values()))
            self.moods[mood] += 1
            if mood.startswith("takes"):
                self._take(asked)
            await self._answer(mood, asked, writer)
        writer.transport.abort()

    def _take(self, asked: Asked) -> None:
        if asked.path.startswith("/v3/mail"):
            self.mails[asked.json["personalizations"][0]["custom_args"]["delivery"]] += 1
        else:
            self.sms[NUMBER.findall(asked.form["Body"])[0]] += 1

    async def _answer(self, mood: str, asked: Asked, writer: asyncio.StreamWriter) -> None:
        if mood.endswith("drops"):
            return
        if mood.endswith("hangs"):
            await asyncio.sleep(3)
            return
        mail = asked.path.startswith("/v3/mail")
        status = {"takes": 202 if mail else 201, "says 429": 429, "refuses": 400}.get(mood, 500)
        body = json.dumps({"sid": f"SM{sum(self.sms.values()):032x}", "status": "queued"}).encode()
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()


@asynccontextmanager
async def provider(seed: int) -> AsyncIterator[Provider]:
    one = Provider(random.Random(seed))
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    one.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield one
    finally:
        server.close()


async def history(url: str, orders: int, start: float) -> None:
    """So many orders were confirmed and shipped, and nobody was told of it yet."""
    await migrate(url)
    async with a_world(url) as world:
        world.clock.set(datetime.fromtimestamp(start, UTC))
        await stocked(world)
        world.change(errands={ANNOUNCE: _left_to_its_lease})
        quiet = Telling(world, TwinChannel(), TwinChannel(), Dispatcher({}))
        for number in range(orders):
            await quiet.hand_over(await quiet.place(f"k{number}", phone=f"+49151{number:08}"))


async def _left_to_its_lease(effect: Effect, ports: Ports) -> None:
    return None


@dataclass
class Teller:
    """The process, and how often it was killed."""

    command: list[str]
    kills: int = 0
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(*self.command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        assert self.process.stdout is not None
        assert await self.process.stdout.readline() == b"telling\n"

    async def kill(self) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()


@dataclass
class Findings:
    """Messages by what became of them. Lost: nobody took it, and no outcome with a reason says so."""

    events: int
    kills: int
    moods: dict[str, int]
    outcomes: Counter[str] = field(default_factory=Counter)
    open: int = 0
    sms_doubled: int = 0
    sms_lost: int = 0
    mails_lost: int = 0
    mails_doubled: int = 0
    mails_doubled_with_an_answer: int = 0
    """Twice, though the first time we had been told that it was taken."""

    def lines(self) -> list[str]:
        return [
            f"events {self.events}, killed {self.kills} times; the provider: {self.moods}",
            *(f"  {count:6} {outcome}" for outcome, count in sorted(self.outcomes.items())),
            f"SMS doubled {self.sms_doubled}, lost {self.sms_lost}",
            f"e-mails doubled {self.mails_doubled}, of these with an answer {self.mails_doubled_with_an_answer}; "
            f"lost {self.mails_lost}",
            f"not settled {self.open}",
        ]


def audited(file: Path, provider: Provider, events: int, kills: int) -> Findings:
    """The database's books beside the provider's."""
    found = Findings(events, kills, dict(provider.moods))
    with closing(sqlite3.connect(file)) as raw:
        raw.row_factory = sqlite3.Row
        query = """
            SELECT d.*, o.number FROM deliveries d JOIN orders o ON o.id = d.order_id WHERE d.channel != 'WEBSOCKET'
        """
        for row in raw.execute(query):
            sms, status = row["channel"] == "SMS", row["status"]
            taken = provider.sms[row["number"]] if sms else provider.mails[row["id"]]
            found.outcomes[f"{row['channel']} {status}, taken {taken} times"] += 1
            found.open += status in ("QUEUED", "UNKNOWN")
            lost = taken == 0 and not (status == "FAILED" and row["reason"])
            if sms:
                found.sms_doubled += taken > 1
                found.sms_lost += lost
            else:
                found.mails_doubled += taken > 1
                found.mails_doubled_with_an_answer += taken > 1 and not row["repeats"]
                found.mails_lost += lost
        told = raw.execute("SELECT COUNT(*) FROM notifications").fetchone()[0]
        found.open += events - told
    # Of the two events of an order the first is one message and the second two.
    found.open += 3 * events // 2 - sum(found.outcomes.values())
    return found


async def under_fire(folder: Path, orders: int, kills: int, seed: int = 1) -> Findings:
    """The findings, once everything has come to its end."""
    file, start, events = folder / "told.db", time(), 2 * orders
    url = f"sqlite:///{file}"
    await history(url, orders, start)
    start = time()
    chance = random.Random(seed)
    async with provider(seed) as fire:
        command = [sys.executable, "-m", "tests.flows.teller", url, fire.address, str(start), str(SPEED)]
        teller = Teller(command)
        try:
            for _ in range(kills):
                await teller.start()
                await asyncio.sleep(chance.uniform(0.3, BETWEEN_KILLS))
                await teller.kill()
            await teller.start()
            while _unsettled(file, events):
                await asyncio.sleep(0.5)
            # What was taken long ago must not come again: one more round of everything that could still be due.
            await asyncio.sleep(2 * SETTLED_AFTER.total_seconds() / SPEED / 10)
        finally:
            await teller.kill()
        return audited(file, fire, events, kills)


def _unsettled(file: Path, events: int) -> bool:
    with closing(sqlite3.connect(file, timeout=10)) as raw:
        told = raw.execute("SELECT COUNT(*) FROM notifications").fetchone()[0]
        open_ = raw.execute("SELECT COUNT(*) FROM deliveries WHERE status IN ('QUEUED', 'UNKNOWN')").fetchone()[0]
    return bool(told < events or open_)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(under_fire(Path(folder), asked.orders, asked.kills, asked.seed))
    print("\n".join(found.lines()))
    return int(
        bool(
            found.sms_doubled or found.sms_lost or found.mails_doubled_with_an_answer or found.mails_lost or found.open
        )
    )


if __name__ == "__main__":
    sys.exit(main())
