"""migrate, replay."""

import sys

from gateway.cli.starting import run, say, settings_of
from gateway.lifecycle.databases import migrated
from gateway.lifecycle.replaying import Reading


def migrate() -> None:
    """Bring the database to this version's tables; what it holds stays."""
    run(migrated(settings_of(whole=False)))


def replay() -> None:
    """Read the whole journal again and compare it with what is stored. Only reads; exit code 1 if anything differs."""
    sys.exit(run(_replay()))


async def _replay() -> int:
    reading, found = Reading(settings_of(whole=False)), 0
    async for finding in reading.findings():
        found += 1
        say(finding)
    say(f"{reading.orders} orders, {reading.events} events read: {f'{found} findings' if found else 'all as written'}")
    return 1 if found else 0
