"""Orders that are all but forgotten: placed three to six weeks ago, at partners of the past."""

from domain.model.reports import PaymentOutcome
from domain.model.shipments import PreparationStatus
from gateway.demo.moments import On, after
from gateway.demo.stories import Canceled, Fired, PaymentSaid, Step, Story, Supply
from gateway.demo.ways import BACK, SECOND_TRY, TO_A_NEIGHBOR, prepared, sent

OLD: tuple[Story, ...] = (
    Story("delivered long ago", On(-40, "09:52"), "marta", "LAMP-DESK, 2 BULB-LED", sent("dhl", "Leipzig")),
    Story(
        "paid in dollars",
        On(-38, "10:20"),
        "sam",
        "BOTTLE-06, 2 COFFEE-FIL",
        sent("usps"),
        currency="USD",
        channel="mobile",
    ),
    Story(
        "confirmed after a challenge",
        On(-37, "11:05"),
        "ana",
        "LINEN-SHIRT-FOR-M, GIFT-WRAP",
        (
            Step(after(minutes=3), PaymentSaid(PaymentOutcome.AUTHORIZED)),
            *sent("dhl", "Leipzig", "Nürnberg", end=TO_A_NEIGHBOR),
        ),
        channel="mobile",
        card="pm_card_authenticationRequired",
        note="A birthday present: please leave the price out of the parcel.",
    ),
    Story("late by weather", On(-35, "10:41"), "ruth", "TEAPOT-1L", sent("dhl", "Köln", late=4)),
    Story(
        "delivered at the second attempt",
        On(-34, "10:15"),
        "emma",
        "THROW-MOS, CANDLE-CEDAR",
        sent("ups", "Louisville", "Ontario", end=SECOND_TRY),
        currency="USD",
        instructions="The bell does not work: please knock.",
    ),
    Story(
        "returned to sender",
        On(-33, "11:31"),
        "sofia",
        "WOOL-SLIPPER-38, SOAP-OLIVE",
        sent("dpd", "Köln", "Roissy-en-France", "Barcelona", end=BACK),
        channel="marketplace",
    ),
    Story(
        "backordered, then delivered",
        On(-32, "09:37"),
        "jonas",
        "3 TEAPOT-1L",
        sent("dpd", "Nürnberg", "Linz", day=5),
        waits=True,
    ),
    Story(
        "canceled by the buyer",
        On(-31, "11:20"),
        "nora",
        "CHEF-KNIFE, BREAD-KNIFE",
        (
            *prepared("dpd", PreparationStatus.PICKING),
            Step(On(0, "12:58"), Canceled("CHANGED_MIND", "We were given the same knives today.")),
        ),
    ),
    Story(
        "never paid",
        On(-30, "14:06"),
        "tom",
        "MUG-250-SPE, MUG-400-SPE",
        currency="USD",
        card="pm_card_chargeDeclinedInsufficientFunds",
    ),
    Story(
        "challenge ignored",
        On(-29, "20:47"),
        "harriet",
        "2 NOTEBOOK-A4, INK-BLUE",
        card="pm_card_authenticationRequired",
    ),
    Story(
        "bought the last one",
        On(-28, "11:00"),
        "nora",
        "FRAME-A3",
        sent("dpd", "Nürnberg", "Graz"),
        channel="mobile",
    ),
    Story("sold out in the race", On(-28, "11:00"), "giulia", "FRAME-A3, CANDLE-FIG"),
    Story(
        "paid in part",
        On(-27, "10:26"),
        "yann",
        "CHAIR-OAK",
        (
            Step(after(hours=1), PaymentSaid(PaymentOutcome.CAPTURED, percent=85)),
            *sent("dpd", "Köln", "Roissy-en-France"),
        ),
        note="I take the one with the scratch, for 15 % less, as agreed on the telephone.",
    ),
    Story(
        "reviewed and approved",
        On(-26, "09:44"),
        "harriet",
        "RUCKSACK-20",
        (
            Step(after(hours=1, minutes=5), Fired("staff.approve", "Called her back; the card is hers.")),
            *sent("dpd", "Köln", "East Midlands"),
        ),
        card="pm_card_riskLevelElevated",
    ),
    Story(
        "reviewed and rejected",
        On(-25, "23:12"),
        "tom",
        "2 CHAIR-OAK, THROW-CHA",
        (Step(On(1, "09:15"), Fired("staff.reject", "Billed abroad, and nobody answers at this number.")),),
        currency="USD",
        billed_to="giulia",
    ),
    Story(
        "hold ran out before it was shipped",
        On(-24, "10:08"),
        "ruth",
        "2 VASE-TALL",
        sent("dhl", "Köln", day=10),
        waits=True,
    ),
    Story(
        "refunded",
        On(-23, "09:30"),
        "claire",
        "CUTTING-BOARD, OLIVE-OIL",
        (
            Step(after(minutes=50), PaymentSaid(PaymentOutcome.CAPTURED)),
            Step(after(hours=2), Canceled("ORDERED_BY_MISTAKE")),
        ),
    ),
)

SUPPLIES: tuple[Supply, ...] = (
    Supply(-28, "10:30", "TEAPOT-1L", "hamburg", 15, "Delivery from the foundry"),
    Supply(-28, "16:10", "FRAME-A3", "hamburg", 18, "Delivery from the joiner"),
    Supply(-27, "09:40", "FRAME-A3", "vienna", 6, "From Hamburg"),
    Supply(-27, "09:45", "FRAME-A3", "newark", 12, "Delivery from the joiner"),
    Supply(-21, "11:25", "WOOL-SLIPPER-38", "hamburg", 1, "Came back undelivered, as new"),
    Supply(-16, "14:00", "MUG-250-WHI", "vienna", -2, "Broken in the store"),
    Supply(-15, "10:00", "VASE-TALL", "hamburg", 12, "Delivery from the glassworks"),
)
"""What came onto the shelves meanwhile, and left them otherwise than by an order."""
