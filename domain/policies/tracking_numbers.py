"""The numbers that carriers give to parcels, and their check digits."""

import re
from collections.abc import Callable
from typing import Final

from domain.model.text import with_plain_digits

_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BETWEEN: Final = str.maketrans("", "", " \t-")


def _gs1(digits: str) -> bool:
    """Weights 3 and 1 from the right: USPS, FedEx Ground, Canada Post, every SSCC."""
    return (sum(map(int, digits[-1::-2])) + 3 * sum(map(int, digits[-2::-2]))) % 10 == 0


def _usps(digits: str) -> bool:
    """The routing by 420 and zip code is not checked; 20 digits as if the 91 that they leave out stood in front."""
    if digits.startswith("420") and len(digits) >= 30:
        digits = digits[12 if digits[12] == "9" and len(digits) != 30 else 8 :]
    return _gs1(digits) or (len(digits) == 20 and _gs1("91" + digits))


def _fedex_ground_96(digits: str) -> bool:
    return _gs1(digits[-15:])


def _fedex_express(digits: str) -> bool:
    """Weights 1, 3, 7 from the right over the last twelve or, of 34 digits, fourteen."""
    serial = digits[-14:-1] if len(digits) == 34 else digits[-12:-1]
    return sum(int(digit) * (1, 3, 7)[at % 3] for at, digit in enumerate(reversed(serial))) % 11 % 10 == int(digits[-1])


def _ups(number: str) -> bool:
    values = [int(character) if character.isdigit() else (ord(character) - 63) % 10 for character in number[2:]]
    return (sum(values[0:-1:2]) + 2 * sum(values[1:-1:2]) + values[-1]) % 10 == 0


def _dhl_express(digits: str) -> bool:
    return int(digits[:-1]) % 7 == int(digits[-1])


def _identcode(digits: str) -> bool:
    """Deutsche Post and DHL Paket: weights 4 and 9 from the right."""
    return (4 * sum(map(int, digits[-2::-2])) + 9 * sum(map(int, digits[-3::-2])) + int(digits[-1])) % 10 == 0


def _s10(number: str) -> bool:
    """Two letters, nine digits, a country: every national post (UPU standard S10)."""
    total = sum(int(digit) * weight for digit, weight in zip(number[2:10], (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11) == int(number[10])


def _dpd(number: str) -> bool:
    """The character after the 14 digits, where it is written: ISO 7064, MOD 37,36."""
    if len(number) == 14:
        return True
    check = 36
    for character in number[:-1]:
        check = (check + _LETTERS.index(character)) % 36 or 36
        check = check * 2 % 37
    return (check + _LETTERS.index(number[-1])) % 36 == 1


def _any(number: str) -> bool:
    return True


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...]] = (
    (re.compile(r"1Z[0-9A-Z]{15}[0-9]"), _ups),
    (re.compile(r"[0-9]{12}|1[0-9]{33}"), _fedex_express),
    (re.compile(r"[0-9]{15}"), _gs1),  # FedEx Ground
    (re.compile(r"96[0-9]{20}"), _fedex_ground_96),
    (re.compile(r"(?:420[0-9]{5}(?:[0-9]{4})?)?(9[1-5][0-9]{20}(?:[0-9]{4})?)"), _usps),
    (re.compile(r"(?:0[0-9]|23|7[0-9])[0-9]{18}"), _usps),
    (re.compile(r"00[0-9]{18}"), _gs1),  # SSCC: DHL Paket, FedEx, GLS
    (re.compile(r"(?:02|61)[0-9]{18}"), _gs1),  # FedEx SmartPost
    (re.compile(r"[0-9]{10,11}"), _dhl_express),
    (re.compile(r"[0-9]{12}"), _identcode),
    (re.compile(r"(?:JJD|JD|JVGL)[0-9]{8,28}|(?:GM|LX|RX|UV)[0-9]{12,20}|YT[0-9]{16}"), _any),  # DHL, Yodel, YunExpress
    (re.compile(r"[01][0-9]{13}[0-9A-Z]?"), _dpd),  # the first four are a depot
    (re.compile(r"[0-9]{11}|Z[0-9A-Z]{7}"), _any),  # GLS
    (re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}"), _s10),  # Royal Mail and the other posts
    (re.compile(r"[0-9]{16}"), _gs1),  # Canada Post
)


def is_tracking_number(text: str) -> bool:
    """Whether the whole text has the form of a parcel's number, with the check digit that the form asks for.

    For a field in which staff or a carrier write such a number and nothing else. It says nothing against a card: one
    card number in ten of 15 or 16 digits would pass here as well.
    """
    if len(text) > 64:
        return False
    number = with_plain_digits(text).translate(_BETWEEN).upper()
    return any(form.fullmatch(number) and check(number) for form, check in _FORMS)


def is_parcel_in_groups(digits: str) -> bool:
    """Whether 20 or more digits, however they are grouped on the label, are a parcel of USPS or FedEx.

    Without the numbers that begin as a card does: those with 23.
    """
    return digits[0] in "01479" and any(form.fullmatch(digits) and check(digits) for form, check in _IN_GROUPS)


def is_ups_number(number: str) -> bool:
    """Whether the check digit of 1Z and sixteen characters, in capitals, is right."""
    return _ups(number)


_IN_GROUPS: Final = (_FORMS[3], _FORMS[4], _FORMS[5], _FORMS[6])
