"""Orders that wait for somebody, or have just come in."""

from datetime import timedelta

from domain.model.shipments import PreparationStatus
from gateway.demo.moments import Ago, On, ago
from gateway.demo.stories import Prepared, Step, Story

LIVE = "just placed"
"""The story that goes on by itself if today's warehouse runs: the one to watch."""
LIVE_SINCE = Ago(timedelta(minutes=10))
"""What was placed after this is in the hands of today's warehouse."""


def _at_work(parcel: int, carrier: str, *steps: tuple[PreparationStatus, int]) -> tuple[Step, ...]:
    """(step, minutes ago), of today."""
    return tuple(Step(ago(minutes=minutes), Prepared(step, parcel, carrier)) for step, minutes in steps)


TODAY: tuple[Story, ...] = (
    Story(
        "waiting for stock", On(-2, "16:21"), "claire", "2 RUCKSACK-20, WASHBAG", waits=True, note="No hurry, really."
    ),
    Story("awaiting approval", ago(hours=26), "sam", "3 CHAIR-OAK", currency="USD"),
    Story("in review", ago(hours=5, minutes=20), "giulia", "CHEF-KNIFE, PEPPER-MILL", card="pm_card_riskLevelElevated"),
    Story(
        "labeled",
        ago(hours=4),
        "harriet",
        "CANDLE-CEDAR, HONEY-LIME",
        _at_work(
            1,
            "dpd",
            (PreparationStatus.PICKING, 180),
            (PreparationStatus.PICKED, 165),
            (PreparationStatus.PACKED, 110),
            (PreparationStatus.LABELED, 45),
        ),
    ),
    Story(
        "packed",
        ago(hours=3, minutes=15),
        "liam",
        "LINEN-TOWEL, CUTTING-BOARD",
        _at_work(
            1, "dpd", (PreparationStatus.PICKING, 140), (PreparationStatus.PICKED, 120), (PreparationStatus.PACKED, 70)
        ),
    ),
    Story(
        "being picked in two places",
        ago(hours=2),
        "tom",
        "LINEN-SHIRT-INK-XL, SOAP-OLIVE",
        _at_work(1, "dhl", (PreparationStatus.PICKING, 60), (PreparationStatus.PICKED, 35))
        + _at_work(2, "usps", (PreparationStatus.PICKING, 30)),
        currency="USD",
        channel="mobile",
    ),
    Story("declined", ago(minutes=70), "yann", "OLIVE-OIL, COFFEE-ESP", card="pm_card_chargeDeclined"),
    Story(
        "challenge waiting",
        ago(minutes=25),
        "sofia",
        "CANDLE-CEDAR, NOTEBOOK-A5",
        card="pm_card_authenticationRequired",
        channel="mobile",
    ),
    Story(LIVE, ago(minutes=2), "ana", "2 MUG-250-WHI, LINEN-TOWEL", instructions="With the neighbors if I am out."),
)
