"""Carriers by destination, and tracking numbers in each carrier's own form, with its own check digit."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


def _digits(chance: Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def mod10(digits: str) -> str:
    """GS1's check digit: weights 3 and 1 from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _s10(chance: Random, service: str, country: str) -> str:
    """The postal union's form: two letters, eight digits, a check digit, a country."""
    serial = _digits(chance, 8)
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return f"{service}{serial}{ {10: 0, 11: 5}.get(rest, rest) }{country}"


def _usps(chance: Random) -> str:
    serial = "9400111899" + _digits(chance, 11)
    return serial + mod10(serial)


def _ups(chance: Random) -> str:
    body = "".join(chance.choice("ABCEFHKLMNPRTVWXY") for _ in range(6)) + "03" + _digits(chance, 7)
    values = [int(sign) if sign.isdigit() else (ord(sign) - 63) % 10 for sign in body]
    return "1Z" + body + str(-(sum(values[0::2]) + 2 * sum(values[1::2])) % 10)


def _dhl(chance: Random) -> str:
    serial = "00340434" + _digits(chance, 11)
    return serial + mod10(serial)


def _dpd(chance: Random) -> str:
    return "0" + _digits(chance, 13)


def _postnl(chance: Random) -> str:
    return "3SWMRK" + _digits(chance, 9)


def _royal_mail(chance: Random) -> str:
    return _s10(chance, "TT", "GB")


def _colissimo(chance: Random) -> str:
    return "6A" + _digits(chance, 11)


@dataclass(frozen=True)
class Carrier:
    """`handle` is what callbacks say, `name` what people read, `easypost` what EasyPost calls it."""

    handle: str
    name: str
    easypost: str
    service: str
    number: Callable[[Random], str]


CARRIERS = {
    carrier.handle: carrier
    for carrier in (
        Carrier("usps", "USPS", "USPS", "Ground Advantage", _usps),
        Carrier("ups", "UPS", "UPS", "Ground", _ups),
        Carrier("dhl", "DHL Paket", "DHLPaket", "Paket", _dhl),
        Carrier("dpd", "DPD", "DPD", "Classic", _dpd),
        Carrier("postnl", "PostNL", "PostNL", "Pakket", _postnl),
        Carrier("royalmail", "Royal Mail", "RoyalMail", "Tracked 48", _royal_mail),
        Carrier("colissimo", "Colissimo", "Colissimo", "Domicile", _colissimo),
    )
}
BY_COUNTRY = {
    "US": ("usps", "ups"), "DE": ("dhl", "dhl", "dpd"), "AT": ("dpd", "dhl"), "CH": ("dpd",), "NL": ("postnl", "dpd"),
    "BE": ("postnl", "dpd"), "FR": ("colissimo", "dpd"), "GB": ("royalmail", "dpd"),
}  # fmt: skip


def carrier_for(country: str, chance: Random) -> Carrier:
    return CARRIERS[chance.choice(BY_COUNTRY.get(country, ("dhl", "ups")))]


def looks_like_a_card(number: str) -> bool:
    """All its digits together pass the check of card numbers, whatever their count."""
    digits = [int(sign) for sign in reversed(number) if sign.isdigit()]
    return sum(digits[0::2]) % 10 == -sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2]) % 10


def tracking_number(carrier: Carrier, chance: Random) -> str:
    """In the carrier's form, and never one that a search for card numbers would take for one."""
    while looks_like_a_card(number := carrier.number(chance)):
        pass
    return number
