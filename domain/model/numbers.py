"""Order numbers: ABCDE-FGHJK, nine random characters and one that checks them.

The alphabet is Crockford's base 32, without I, L, O and U. A character is an element of GF(32), and of every number
c0..c9 the sum of c_i * a^i is zero, a being a root of x^5 + x^2 + 1. One wrong character changes the sum by
d * a^i, two swapped ones by (c_i + c_j) * (a^i + a^j); both are products of elements that are not zero, as a^0..a^9
all differ. So every single mistake and every swap, of neighbours or not, is noticed.
"""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BITS: Final = 45
_LENGTH: Final = 10
_LONGEST: Final = 64  # with any blanks somebody may have typed around it
_POLYNOMIAL: Final = 0b100101


def _times_a(element: int, power: int) -> int:
    for _ in range(power):
        element <<= 1
        if element & 0b100000:
            element ^= _POLYNOMIAL
    return element


# What a character adds to the sum at each place, and which character at the last place adds as much.
_ADDS: Final = tuple(tuple(_times_a(value, place) for value in range(32)) for place in range(_LENGTH))
_CHECKS: Final = {sum_: value for value, sum_ in enumerate(_ADDS[-1])}

# Only what is listed counts: str.upper would make "SS" of one character, and S of an old one.
_VALUES: Final = (
    {character: value for value, character in enumerate(ALPHABET)}
    | {character.lower(): value for value, character in enumerate(ALPHABET)}
    | {"O": 0, "o": 0, "I": 1, "i": 1, "L": 1, "l": 1}
)
_SKIPPED: Final = frozenset("-‐‑‒–—−\u00ad \t\r\n\u00a0\u2007\u2009\u202f\u200b")


def _sum(values: list[int]) -> int:
    total = 0
    for adds, value in zip(_ADDS, values, strict=False):
        total ^= adds[value]
    return total


def _written(values: list[int]) -> str:
    text = "".join(ALPHABET[value] for value in values)
    return f"{text[:5]}-{text[5:]}"


def order_number(bits: int) -> str:
    """The number that belongs to 45 random bits; other bits, another number."""
    if not 0 <= bits < 1 << RANDOM_BITS:
        raise ValueError("not 45 bits")
    values = [bits >> shift & 31 for shift in range(RANDOM_BITS - 5, -1, -5)]
    return _written([*values, _CHECKS[_sum(values)]])


def parse_order_number(text: str) -> str | None:
    """The number as it stands on the order, however it was typed; None if a character is wrong or two are swapped."""
    if len(text) > _LONGEST:
        return None
    values = []
    for character in text:
        if character in _SKIPPED:
            continue
        value = _VALUES.get(character)
        if value is None:
            return None
        values.append(value)
    if len(values) != _LENGTH or _sum(values):
        return None
    return _written(values)
