"""How parcels usually go: through the warehouse in an afternoon, then a hub a night, then to the door."""

from domain.model.shipments import PREPARATION_ORDER, PreparationStatus, TrackingStatus
from gateway.demo.moments import On
from gateway.demo.stories import HOME, ORIGIN, Path, Prepared, Scanned, Step, Word

_AFTERNOON = {
    PreparationStatus.PICKING: "12:40",
    PreparationStatus.PICKED: "13:05",
    PreparationStatus.PACKING: "13:12",
    PreparationStatus.PACKED: "13:31",
    PreparationStatus.LABELED: "13:36",
    PreparationStatus.HANDED_OVER: "17:45",
}

# The words of EasyPost's trackers: a status, a detail, the carrier's code, and what the carrier wrote.
ANNOUNCED = Word(TrackingStatus.PRE_TRANSIT, "Shipment information sent to {carrier}", "label_created", "MX")
COLLECTED = Word(TrackingStatus.IN_TRANSIT, "Picked up by {carrier}", "received_at_origin_facility", "PU")
LEFT = Word(TrackingStatus.IN_TRANSIT, "Left {carrier} origin facility", "departed_origin_facility", "DP")
ARRIVED = Word(TrackingStatus.IN_TRANSIT, "Arrived at {carrier} facility", "arrived_at_facility", "AR")
DEPARTED = Word(TrackingStatus.IN_TRANSIT, "Departed {carrier} facility", "departed_facility", "DP")
WEATHER = Word(TrackingStatus.IN_TRANSIT, "Delayed by severe weather", "weather_delay", "DE")
NEAR = Word(TrackingStatus.IN_TRANSIT, "At local {carrier} facility", "received_at_destination_facility", "AD")
OUT = Word(TrackingStatus.OUT_FOR_DELIVERY, "Out for delivery", "out_for_delivery", "OD")
DELIVERED = Word(TrackingStatus.DELIVERED, "Delivered", "arrived_at_destination", "DL")
NEIGHBOR = Word(TrackingStatus.DELIVERED, "Delivered to a neighbor", "arrived_at_destination", "DL")
MISSED = Word(
    TrackingStatus.ATTEMPTED_DELIVERY,
    "Delivery attempted, nobody was at the address; another attempt will be made",
    "delivery_exception",
    "NH",
)
NO_SUCH_DOOR = Word(
    TrackingStatus.EXCEPTION, "The address is incomplete: the apartment number is missing", "address_correction", "AX"
)
SENT_BACK = Word(TrackingStatus.RETURN_TO_SENDER, "Delivery not possible, being returned to the sender", "return", "RT")
LOST = Word(TrackingStatus.EXPIRED, "No scan for 15 days; {carrier} no longer follows this parcel", "expired", "EX")
WAITS = Word(TrackingStatus.AVAILABLE_FOR_PICKUP, "Ready to be collected in the store", "available_for_pickup", "HP")
HANDED_OUT = Word(TrackingStatus.DELIVERED, "Collected by the recipient", "arrived_at_destination", "DL")

End = tuple[tuple[int, str, Word], ...]
"""(days after the parcel came near, hour, what the carrier said)."""

TO_THE_DOOR: End = ((0, "07:30", NEAR), (0, "09:05", OUT), (0, "13:20", DELIVERED))
TO_A_NEIGHBOR: End = ((0, "07:42", NEAR), (0, "09:20", OUT), (0, "15:55", NEIGHBOR))
NOBODY_IN: End = ((0, "07:24", NEAR), (0, "09:11", OUT), (0, "14:10", MISSED))
SECOND_TRY: End = (*NOBODY_IN, (1, "08:40", OUT), (1, "11:52", DELIVERED))
BACK: End = (*NOBODY_IN, (1, "08:35", OUT), (1, "14:31", MISSED), (3, "10:30", SENT_BACK))
STOPPED: End = ((0, "07:48", NEAR), (0, "11:15", NO_SUCH_DOOR))
AT_THE_COUNTER: End = ((0, "10:20", WAITS),)
OVER_THE_COUNTER: End = (*AT_THE_COUNTER, (2, "17:35", HANDED_OUT))
ON_THE_WAY: End = ()


def prepared(
    carrier: str, until: PreparationStatus = PreparationStatus.HANDED_OVER, parcel: int = 1, day: int = 0
) -> Path:
    """The parcel goes through the warehouse in the afternoon of that day, as far as `until`."""
    last = PREPARATION_ORDER.index(until)
    packing = PreparationStatus.PACKING
    steps = [step for step in PREPARATION_ORDER[1 : last + 1] if step is not packing or until is packing]
    return tuple(Step(On(day, _AFTERNOON[step]), Prepared(step, parcel, carrier)) for step in steps)


def carried(
    *hubs: str,
    end: End = TO_THE_DOOR,
    parcel: int = 1,
    day: int = 0,
    late: int = 0,
    expected: int | None = None,
    to: str = HOME,
) -> Path:
    """Collected that evening, over the hubs to `to`. `late`: weather holds it at the last hub for so many days."""
    near = day + max(len(hubs), 1) + late
    first = near - late if expected is None else expected
    steps = [
        Step(On(day, "18:24"), Scanned(COLLECTED, ORIGIN, parcel, expected=first)),
        Step(On(day, "20:10"), Scanned(LEFT, ORIGIN, parcel)),
    ]
    for number, hub in enumerate(hubs):
        arrives, departs = ("01:50", "04:20") if not number else ("18:40", "21:55")
        at = day + max(number, 1)
        steps.append(Step(On(at, arrives), Scanned(ARRIVED, hub, parcel)))
        if late and hub == hubs[-1]:
            steps.append(Step(On(at, "23:10"), Scanned(WEATHER, hub, parcel, expected=near)))
            at, departs = near - 1, "23:15"
        steps.append(Step(On(at, departs), Scanned(DEPARTED, hub, parcel)))
    steps += [Step(On(near + days, hour), Scanned(word, to, parcel)) for days, hour, word in end]
    return tuple(steps)


def sent(
    carrier: str,
    *hubs: str,
    end: End = TO_THE_DOOR,
    parcel: int = 1,
    day: int = 0,
    late: int = 0,
    expected: int | None = None,
) -> Path:
    """Through the warehouse and over the hubs to the buyer's door, or as far as `end` says."""
    way = carried(*hubs, end=end, parcel=parcel, day=day, late=late, expected=expected)
    return prepared(carrier, parcel=parcel, day=day) + way
