"""Orders of the last three weeks that were sent: delivered, on their way, or stopped there."""

from domain.model.shipments import PreparationStatus, TrackingStatus
from gateway.demo.moments import On, after, ago
from gateway.demo.stories import HOME, CalledOff, Fired, RecordedByHand, Scanned, SentByHand, Step, Story
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

UNDER_WAY: tuple[Story, ...] = (
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
        (
            Step(On(0, "13:15"), CalledOff()),
            Step(On(1, "08:50"), Fired("staff.approve", "A leg was scratched; they pack another chair.")),
            *sent("dhl", "Leipzig", parcel=2, day=1),
        ),
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
)
