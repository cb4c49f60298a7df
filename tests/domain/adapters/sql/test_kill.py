"""What was acknowledged is there after kill -9, whole; what was not is there whole or not at all."""

import asyncio
import sys
from pathlib import Path
from random import Random

import pytest

from domain.adapters.clock import SystemClock
from domain.adapters.ids import RandomIds
from domain.adapters.sql import open_store
from domain.adapters.sql.replay import Replay

ROOT = Path(__file__).resolve().parents[4]

PLACING = """
import asyncio, sys
from random import Random
from domain.adapters.clock import SystemClock
from domain.adapters.ids import RandomIds
from domain.adapters.sql import open_store
from tests.histories import a_history

async def client(store, number):
    random = Random(sys.argv[2] + str(number))
    while True:
        for changes in a_history(random, 3):
            await store.write(lambda uow: uow.save(changes))
            print(changes.order.id, changes.order.version, flush=True)

async def main():
    store = await open_store(sys.argv[1], SystemClock(), RandomIds())
    await asyncio.gather(*(client(store, number) for number in range(8)))

asyncio.run(main())
"""


@pytest.mark.parametrize("where", ["in a file", "on postgres"])
async def test_an_acknowledged_save_survives_the_process(where: str, request: pytest.FixtureRequest) -> None:
    if where == "on postgres":
        url = request.getfixturevalue("migrated_postgres")
    else:
        url = f"sqlite:///{request.getfixturevalue('database')}"
    random, acknowledged = Random(5), dict[str, int]()
    for run in range(3):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PLACING, url, str(run), stdout=asyncio.subprocess.PIPE, cwd=ROOT
        )
        assert process.stdout is not None
        lines = random.randrange(20, 80)
        async for line in process.stdout:
            order_id, _, version = line.decode().partition(" ")
            acknowledged[order_id] = int(version)
            lines -= 1
            if lines == 0:
                process.kill()
        await process.wait()
    assert [finding async for finding in Replay(url).findings()] == []
    store = await open_store(url, SystemClock(), RandomIds())
    found = await store.read(lambda reader: reader.orders(list(acknowledged)))
    await store.close()
    assert found.keys() == acknowledged.keys()
    assert all(found[order_id].version >= version for order_id, version in acknowledged.items())
