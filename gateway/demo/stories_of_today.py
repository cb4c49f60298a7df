"""Orders that are still of interest: on their way, waiting for somebody, or just come in."""

from datetime import timedelta

from domain.model.shipments import PreparationStatus, TrackingStatus
from gateway.demo.moments import Ago, On, after, ago
from gateway.demo.stories import (
    HOME,
    CalledOff,
    Fired,
    Prepared,
    RecordedByHand,
    Scanned,
    SentByHand,
    Step,
    Story,
)
from gateway.demo.ways import (
    ANNOUNCED,
    AT_THE_COUNTER,
    LOST,
    NEAR,
    NOBODY_IN,
    ON_THE_WAY,
    OUT,
    OVER_THE_COUNTER,
    STOPPED,
    carried,
    prepared,
    sent,
)

LIVE = "just placed"
"""The story that goes on by itself if today's warehouse runs: the one to watch."""
LIVE_SINCE = Ago(timedelta(minutes=10))
"""What was placed after this is in the hands of today's warehouse."""


def _at_work(parcel: int, carrier: str, *steps: tuple[PreparationStatus, int]) -> tuple[Step, ...]:
    """(step, minutes ago), of today."""
    return tuple(Step(ago(minutes=minutes), Prepared(step, parcel, carrier)) for step, minutes in steps)


RECENT: tuple[Story, ...] = (
    Story(
        "no longer followed by its carrier",
        On(-20, "10:50"),
        "henrik",
        "CANDLE-CEDAR, LINEN-TOWEL",
        (
            *prepared("dpd"),
            Step(On(0, "18:30"), Scanned(ANNOUNCED, "Hamburg")),
            Step(On(15, "18:30"), Scanned(LOST, "Hamburg")),
        ),
    ),
    Story(
        "two parcels, both delivered",
        On(-19, "10:02"),
        "sam",
        "2 BOTTLE-06, WASHBAG",
        sent("dhl", "Leipzig", "Louisville") + sent("usps", parcel=2),
        currency="USD",
    ),
    Story(
        "large, but known well",
        On(-17, "09:18"),
        "marta",
        "3 CHAIR-OAK",
        sent("dhl", "Leipzig"),
        instructions="Third floor, there is a lift.",
    ),
    Story(
        "express",
        On(-14, "10:36"),
        "claire",
        "WASHBAG, HONEY-LIME",
        sent("colissimo", "Roissy-en-France"),
        service="express",
        channel="mobile",
    ),
    Story(
        "collected in the store",
        On(-12, "10:11"),
        "jonas",
        "WOOL-SLIPPER-42, COFFEE-ESP",
        prepared("dpd") + carried("Nürnberg", "Linz", end=OVER_THE_COUNTER, to="Wien"),
        collects_in="vienna",
    ),
    Story(
        "approved by staff",
        On(-10, "08:40"),
        "pieter",
        "3 CHAIR-OAK",
        (
            Step(after(hours=1, minutes=40), Fired("staff.approve", "Terms agreed with his office.")),
            *sent("postnl", "Utrecht"),
        ),
        channel="customer-service",
        by_phone=True,
        purchase_order="PO-2026-0431",
        note="Ordered on the telephone; wants the chairs in one delivery.",
    ),
    Story(
        "stopped by its address",
        On(-6, "10:33"),
        "emma",
        "LINEN-SHIRT-INK-S, LINEN-SHIRT-SAN-S",
        sent("ups", "Louisville", "Ontario", end=STOPPED),
        currency="USD",
    ),
    Story(
        "two parcels, one delivered",
        On(-2, "10:19"),
        "jonas",
        "2 PEN-BRASS, 3 NOTEBOOK-A5",
        sent("dpd", "Nürnberg", "Linz", end=ON_THE_WAY) + sent("dpd", parcel=2),
    ),
    Story("delayed on its way", On(-5, "11:07"), "yann", "THROW-CRE", sent("dpd", "Köln", end=ON_THE_WAY, late=6)[:-1]),
    Story(
        "sent by hand",
        On(-4, "09:56"),
        "ana",
        "CHAIR-OAK",
        (
            Step(On(0, "14:20"), CalledOff()),
            Step(On(1, "10:05"), SentByHand("hes")),
            Step(
                On(2, "15:40"),
                RecordedByHand(TrackingStatus.IN_TRANSIT, "Two-man delivery, day to be agreed", "Nürnberg", 2),
            ),
        ),
        instructions="Please call before you come.",
    ),
    Story(
        "one parcel left, one being packed",
        On(-2, "10:47"),
        "marta",
        "2 INK-BLUE, UMBRELLA",
        sent("dhl", end=ON_THE_WAY, day=1) + prepared("ups", PreparationStatus.PACKING, parcel=2, day=1),
    ),
    Story(
        "ready in the store",
        On(-4, "11:12"),
        "nora",
        "2 MUG-250-BLU, 2 MUG-400-BLU",
        prepared("dpd") + carried("Nürnberg", "Linz", end=AT_THE_COUNTER, to="Wien"),
        collects_in="vienna",
    ),
    Story(
        "missed yesterday",
        On(-2, "10:29"),
        "ruth",
        "BOOK-BREAD, BOOK-TYPO",
        sent("dhl", "Leipzig", end=NOBODY_IN),
        channel="marketplace",
    ),
    Story(
        "out for delivery",
        On(-2, "09:33"),
        "ana",
        "BRUSH-BATH, SOAP-OLIVE, GIFT-WRAP",
        (
            *sent("dhl", "Leipzig", end=ON_THE_WAY, expected=2),
            Step(ago(hours=4, minutes=10), Scanned(NEAR, HOME)),
            Step(ago(hours=1, minutes=35), Scanned(OUT, HOME)),
        ),
    ),
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
