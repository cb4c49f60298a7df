"""Card numbers are refused wherever somebody may type: they must not be stored, logged or quoted by us.

A card number is 13 to 19 digits that begin as an issuer's do, are as many as that issuer's and satisfy Luhn. Blanks and
dashes between digits do not count, whatever their script; nor does a dot, stroke or underscore between groups of four
or more. What stands on either side is of no matter, unless it is one more digit: a number that goes on is another
number. So a card is looked for between the edges of groups of digits ("4111 1111 1111 1111 12/29" has one in its first
four groups), never from the middle of a group. A line's end is an end.

One number in ten satisfies Luhn by chance. So numbers that say themselves what they are are passed over: telephone
numbers after + or 00, UUIDs and digests, and parcels' numbers in groups if their own check digit is right. Where no
rule can tell, it is a card, for one that slips through is worse than a word that somebody has to change:
- a telephone number of 13 digits that begins with 4 (Germany, Austria) without + or 00: so did Visa's first numbers;
- one in ten of a carrier's 15-digit numbers that begin with 34 or 37 (FedEx Ground), or 13- to 19-digit ones that begin
  like a card of that length. A field that holds a parcel's number alone asks `is_tracking_number` first.
"""

import re
from itertools import accumulate
from typing import Final

from domain.model.text import with_plain_digits
from domain.policies.tracking_numbers import is_parcel_in_groups, is_ups_number

# (first and last of the leading four digits, how many digits such a number has)
_ISSUERS: Final = (
    (4000, 4999, (13, 16, 19)),  # Visa
    (5100, 5599, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (3400, 3499, (15,)),  # American Express
    (3700, 3799, (15,)),
    (6011, 6011, (16, 17, 18, 19)),  # Discover
    (6440, 6599, (16, 17, 18, 19)),
    (3000, 3059, (14, 16, 17, 18, 19)),  # Diners Club
    (3095, 3095, (14, 16, 17, 18, 19)),
    (3600, 3699, (14, 16, 17, 18, 19)),
    (3800, 3999, (14, 16, 17, 18, 19)),
    (3528, 3589, (16, 17, 18, 19)),  # JCB
    (6200, 6299, (16, 17, 18, 19)),  # UnionPay
    (8100, 8171, (16, 17, 18, 19)),
    (5000, 5099, (16, 17, 18, 19)),  # Maestro, and national schemes that share its ranges
    (5600, 5899, (16, 17, 18, 19)),
    (6300, 6399, (16, 17, 18, 19)),
    (6700, 6799, (16, 17, 18, 19)),
    *((prefix, prefix, (13, 14, 15)) for prefix in (5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763)),
)


def _lengths() -> dict[str, tuple[int, ...]]:
    lengths: dict[str, tuple[int, ...]] = {}
    for first, last, counts in _ISSUERS:
        for prefix in range(first, last + 1):
            lengths[str(prefix)] = lengths.get(str(prefix), ()) + counts
    return lengths


_LENGTHS: Final = _lengths()

# Thirteen characters at least that may be one number; what is none has no further cost than this search.
_MAYBE: Final = re.compile(r"[0-9][0-9 \t./_-]{11,}[0-9]")
_JOINT: Final = re.compile(r"[./_](?<=[0-9]{4}.)(?=[0-9]{4})")
_GAP: Final = re.compile(r"[ \t-]{2,}|\t")
_RUN: Final = re.compile(r"[0-9][0-9 -]{11,}[0-9]")
_NOT_A_DIGIT: Final = re.compile(r"[^0-9]+")
_VALUE: Final = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED: Final = bytes.maketrans(bytes(range(10)), bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))

_SAYS_WHAT_IT_IS: Final = re.compile(
    r"""(?<![0-9A-Za-z])(?:
        (?P<uuid> [0-9A-Fa-f]{8} (?:-[0-9A-Fa-f]{4}){3} -[0-9A-Fa-f]{12} (?![0-9A-Za-z]) )
      | (?: [0-9a-f]{32,}+ | [0-9A-F]{32,}+ ) (?![0-9A-Za-z])
      | (?P<ups> 1[Zz] (?:[ -]?[0-9A-Za-z]){16} (?![0-9A-Za-z]) )
      | (?: \+ | (?<![0-9][ -]) (?:00|011) ) (?P<phone> [ -]? (?:[0-9][ -]?){6,15}+ ) (?![0-9])
      | (?:JJD|JVGL) [ -]? (?:[0-9][ -]?){8,}+
      | (?P<parcel> (?<![0-9][ -]) [0-9] (?:[ -]?[0-9]){19,33}+ (?![ -]?[0-9]) )
    )""",
    re.VERBOSE,
)
# What begins like this has fewer digits than 13, country code included, wherever it rings.
_RINGS_NOWHERE: Final = re.compile(r"3[467]|38[24-9]|4[04578]|42[1-9]")


def looks_like_card(text: str) -> bool:
    """Whether there is a card number in it, however it is written. Linear in the length of the text."""
    plain = with_plain_digits(text)
    if not _MAYBE.search(plain):
        return False
    plain = _GAP.sub(" ", _JOINT.sub(" ", plain))
    if not _has_card(plain):
        return False
    rest = _SAYS_WHAT_IT_IS.sub(_passed_over, plain)
    return rest == plain or _has_card(rest)


def _has_card(text: str) -> bool:
    return any(
        _card_between_edges(run[0], after_plus=text[run.start() - 1 : run.start()] == "+")
        for run in _RUN.finditer(text)
    )


def _card_between_edges(run: str, after_plus: bool) -> bool:
    groups = run.replace("-", " ").split()
    digits = "".join(groups)
    starts = list(accumulate(map(len, groups), initial=0))
    ends = set(starts)
    candidates = [
        (start, start + length)
        for start in starts
        for length in _LENGTHS.get(digits[start : start + 4], ())
        if start + length in ends
    ]
    if not candidates:
        return False
    # Luhn doubles every second digit from the right. So there are two ways to double, and with running sums of both
    # a number of any length at any place costs one subtraction.
    values = digits.encode().translate(_VALUE)
    sums = (_running_sums(values, 0), _running_sums(values, 1))
    return any(
        (sums[end & 1][end] - sums[end & 1][start]) % 10 == 0
        and not (after_plus and start == 0 and _may_ring(digits[:end]))
        for start, end in candidates
    )


def _running_sums(values: bytes, doubled_from: int) -> list[int]:
    doubled = bytearray(values)
    doubled[doubled_from::2] = values.translate(_DOUBLED)[doubled_from::2]
    return list(accumulate(doubled, initial=0))


def _may_ring(digits: str) -> bool:
    return len(digits) < 13 or (len(digits) <= 15 and not _RINGS_NOWHERE.match(digits))


def _passed_over(found: re.Match[str]) -> str:
    """A bar in place of a number that is what it says, else the number."""
    if (phone := found["phone"]) is not None:
        passed = _may_ring(_NOT_A_DIGIT.sub("", phone))
    elif (parcel := found["parcel"]) is not None:
        passed = is_parcel_in_groups(_NOT_A_DIGIT.sub("", parcel))
    elif (ups := found["ups"]) is not None:
        passed = len(ups) == 18 or is_ups_number(re.sub(r"[ -]", "", ups).upper())
    elif (uuid := found["uuid"]) is not None:
        passed = not uuid.replace("-", "").isdecimal() or (uuid[14] in "12345678" and uuid[19] in "89")
    else:
        passed = True
    return "|" if passed else found[0]
