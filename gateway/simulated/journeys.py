"""A simulated parcel's way, planned whole at hand-over: 6 to 12 scans at real places, the last its delivery."""

from dataclasses import dataclass, replace
from random import Random

from gateway.simulated.places import Place, gateway_of, hubs_within

USUAL_SECONDS = 87.0
LATE_SECONDS = (18.0, 26.0)
SECOND_ATTEMPT_SECONDS = 14.0
DELAY = "weather_delay"


@dataclass(frozen=True)
class Scan:
    """`after` is seconds since hand-over at speed 1; `code` the carrier's own; status and detail are EasyPost's."""

    after: float
    status: str
    detail: str
    code: str
    message: str
    place: Place


@dataclass(frozen=True)
class Journey:
    """`expected` and `delayed_to`: seconds after hand-over at which delivery is promised, before and after a delay."""

    scans: tuple[Scan, ...]
    expected: float
    delayed_to: float

    def within(self, seconds: float) -> "Journey":
        """The same journey, made in so many seconds."""
        pace = seconds / self.scans[-1].after
        scans = tuple(replace(scan, after=scan.after * pace) for scan in self.scans)
        return Journey(scans, self.expected * pace, self.delayed_to * pace)


def _way(origin: Place, destination: Place, chance: Random, most: int) -> list[Place]:
    """The hubs between two places, at most `most`: the borders' when it crosses one, else any within the country."""
    if origin.country != destination.country:
        borders = [gateway_of(origin.country), gateway_of(destination.country)]
        way = [hub for hub in borders if hub.city not in (origin.city, destination.city)]
        return list(dict.fromkeys(way))[-most:]
    near = hubs_within(origin.country, origin.city, destination.city)
    return chance.sample(near, min(len(near), chance.randint(0, most)))


def _stops(origin: Place, hubs: list[Place], destination: Place, carrier: str, late: bool, twice: bool) -> list[Scan]:
    """The scans in order, `after` being how long each takes in comparison to the others."""
    plan = [
        Scan(0.2, "pre_transit", "label_created", "MX", f"Shipment information sent to {carrier}", origin),
        Scan(0.8, "in_transit", "received_at_origin_facility", "PU", f"Picked up by {carrier}", origin),
        Scan(1.0, "in_transit", "departed_origin_facility", "DP", f"Left {carrier} origin facility", origin),
    ]
    for hub in hubs:
        plan.append(Scan(1.0, "in_transit", "arrived_at_facility", "AR", f"Arrived at {carrier} facility", hub))
        plan.append(Scan(0.6, "in_transit", "departed_facility", "DP", f"Departed {carrier} facility", hub))
    if late:
        where = hubs[-1] if hubs else origin
        plan.append(Scan(0.4, "in_transit", DELAY, "DE", "Delayed by severe weather", where))
    arrived = f"At local {carrier} facility"
    plan.append(Scan(1.0, "in_transit", "received_at_destination_facility", "AD", arrived, destination))
    out = Scan(0.8, "out_for_delivery", "out_for_delivery", "OD", "Out for delivery", destination)
    plan.append(out)
    if twice:
        missed = "Delivery attempted, nobody was at the address; another attempt will be made"
        plan += [Scan(0.9, "in_transit", "delivery_exception", "NH", missed, destination), out]
    return [*plan, Scan(0.9, "delivered", "arrived_at_destination", "DL", "Delivered", destination)]


def plan_journey(
    origin: Place, destination: Place, carrier: str, chance: Random, late: bool = False, twice: bool = False
) -> Journey:
    """The same chance plans the same journey. `late`: weather holds it up. `twice`: the first attempt meets nobody."""
    hubs = _way(origin, destination, chance, 1 if late and twice else 2)
    stops = _stops(origin, hubs, destination, carrier, late, twice)
    weights = [stop.after * chance.uniform(0.75, 1.25) for stop in stops]
    total = USUAL_SECONDS * chance.uniform(0.94, 1.04) + (SECOND_ATTEMPT_SECONDS if twice else 0.0)
    pause = chance.uniform(*LATE_SECONDS) if late else 0.0
    scans: list[Scan] = []
    at = 0.0
    for stop, weight in zip(stops, weights, strict=True):
        at += weight * total / sum(weights)
        if scans and scans[-1].detail == DELAY:
            at += pause
        scans.append(replace(stop, after=at))
    return Journey(tuple(scans), at - pause, at)
