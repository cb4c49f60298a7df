"""Several workers share one database; what the dead had begun, the others bring to its end, once."""

from pathlib import Path

from tests.flows.harness import FULL, deployed
from tests.flows.three_workers import FAULTS, SETTINGS, SPEED, siege

KILLS = 20 if FULL else 4


async def test_workers_may_be_killed_and_the_provider_may_stumble_every_key_is_charged_once(
    postgres_url: str, tmp_path: Path, watched_folder: Path
) -> None:
    with deployed(tmp_path, postgres_url, home=watched_folder, speed=SPEED, faults=FAULTS, **SETTINGS) as here:
        report = await siege(here, KILLS, seed_of_chance=KILLS)
    print(report)
    assert report.complaints == []
    assert report.kills == KILLS
    assert report.orders > 0
    assert report.asked_again > 0
