"""Real places at which the demo's parcels were seen, and how carriers number parcels."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """As a scan names it; `label` is the town and its country."""

    label: str
    latitude: float | None = None
    longitude: float | None = None


_TOWNS = {
    "Hamburg": ("DE", 53.5753, 9.9153), "Leipzig": ("DE", 51.4239, 12.2364), "Köln": ("DE", 50.8659, 7.1427),
    "Nürnberg": ("DE", 49.4058, 11.1617), "Berlin": ("DE", 52.5310, 13.4010), "München": ("DE", 48.1642, 11.5866),
    "Düsseldorf": ("DE", 51.2236, 6.7779), "Wien": ("AT", 48.2015, 16.3494), "Linz": ("AT", 48.2558, 14.3020),
    "Graz": ("AT", 47.0697, 15.4271), "Amsterdam": ("NL", 52.3676, 4.8841), "Utrecht": ("NL", 52.0907, 5.1214),
    "Roissy-en-France": ("FR", 49.0097, 2.5479), "Paris": ("FR", 48.8795, 2.3399), "Lyon": ("FR", 45.7640, 4.8357),
    "Madrid": ("ES", 40.4168, -3.7038), "Barcelona": ("ES", 41.3874, 2.1686), "Milano": ("IT", 45.4642, 9.1900),
    "Dublin": ("IE", 53.3498, -6.2603), "East Midlands": ("GB", 52.8311, -1.3281), "London": ("GB", 51.5237, -0.1044),
    "Malmö": ("SE", 55.6050, 13.0038), "Stockholm": ("SE", 59.3151, 18.0717), "Newark": ("US", 40.7028, -74.1516),
    "New York": ("US", 40.7549, -73.9768), "Louisville": ("US", 38.1744, -85.7360),
    "Ontario": ("US", 34.0560, -117.6012),
    "Los Angeles": ("US", 34.0776, -118.2606), "Memphis": ("US", 35.0424, -89.9767),
    "Austin": ("US", 30.2756, -97.7404),
}  # fmt: skip


def place(town: str, country: str) -> Place:
    """The town with where it lies, if we know it; otherwise the town in the buyer's country."""
    if town not in _TOWNS:
        return Place(f"{town}, {country}")
    its_country, latitude, longitude = _TOWNS[town]
    return Place(f"{town}, {its_country}", latitude, longitude)


# ------------------------------------------------------------------ carriers


def _gs1(digits: str) -> str:
    """With its check digit: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def _ups(digits: str) -> str:
    body = f"{digits[:6]}03{digits[6:13]}"
    return f"1Z{body}{-(sum(map(int, body[0::2])) + 2 * sum(map(int, body[1::2]))) % 10}"


@dataclass(frozen=True, slots=True)
class Carrier:
    """`number` makes a tracking number in the carrier's own form of eleven digits or more."""

    name: str
    service: str
    number: Callable[[str], str]


CARRIERS = {
    "dhl": Carrier("DHL Paket", "Paket", lambda digits: _gs1("00340434" + digits[:11])),
    "dpd": Carrier("DPD", "Classic", lambda digits: "0" + digits[:13]),
    "colissimo": Carrier("Colissimo", "Domicile", lambda digits: "6A" + digits[:11]),
    "postnl": Carrier("PostNL", "Pakket", lambda digits: "3SWMRK" + digits[:9]),
    "ups": Carrier("UPS", "Ground", _ups),
    "usps": Carrier("USPS", "Ground Advantage", lambda digits: _gs1("9400111899" + digits[:11])),
    "hes": Carrier("Hermes Einrichtungs Service", "Two-man delivery", lambda digits: "HES" + digits[:9]),
}


def tracking_number(carrier: str, parcel: str) -> str:
    """The same for the same parcel, and no other parcel's."""
    digits = str(int(hashlib.sha256(parcel.encode()).hexdigest(), 16))
    return CARRIERS[carrier].number(digits[-24:])
