"""What was acknowledged survives kill -9 at any moment, once; and what was begun is brought to its end."""

from pathlib import Path

from tests.flows.harness import FULL, deployed
from tests.flows.kill import FAULTS, SETTINGS, SPEED, storm

KILLS = 20 if FULL else 4


async def test_whatever_is_killed_nothing_is_lost_doubled_or_left_lying(
    database_url: str, tmp_path: Path, watched_folder: Path
) -> None:
    with deployed(tmp_path, database_url, home=watched_folder, speed=SPEED, faults=FAULTS, **SETTINGS) as here:
        report = await storm(here, KILLS, seed_of_chance=KILLS)
    print(f"{database_url.partition(':')[0]}: {report}")
    assert report.complaints == []
    assert report.kills == KILLS
    assert 2 * report.while_claimed >= report.kills
    assert report.before_first_effect > 0
    assert report.orders > 0
