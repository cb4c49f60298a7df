"""Parcels' numbers as carriers make them: drawn by chance, with right check digits, written as on the label."""

from collections.abc import Callable, Iterator

from domain.adapters.ids import SeededIds

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def drawn(chance: SeededIds, count: int, alphabet: str = "0123456789") -> str:
    return "".join(alphabet[chance.bits(30) % len(alphabet)] for _ in range(count))


def in_fours(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def with_gs1_digit(digits: str) -> str:
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def ups(chance: SeededIds) -> Iterator[str]:
    body = drawn(chance, 6, LETTERS) + drawn(chance, 9)
    values = [int(letter) if letter.isdigit() else (ord(letter) - ord("A") + 2) % 10 for letter in body]
    number = f"1Z{body}{-(sum(values[::2]) + 2 * sum(values[1::2])) % 10}"
    yield number
    yield f"1Z {number[2:5]} {number[5:8]} {number[8:10]} {number[10:14]} {number[14:]}"
    yield number.lower()


def fedex_express(chance: SeededIds) -> Iterator[str]:
    serial = drawn(chance, 11)
    weights = (3, 1, 7) * 4
    total = sum(int(digit) * weight for digit, weight in zip(serial, weights, strict=False))
    yield f"{serial}{total % 11 % 10}"
    yield in_fours(f"{serial}{total % 11 % 10}")


def fedex_ground(chance: SeededIds) -> Iterator[str]:
    yield with_gs1_digit(drawn(chance, 14))


def fedex_ground_96(chance: SeededIds) -> Iterator[str]:
    number = "96" + drawn(chance, 5) + with_gs1_digit(drawn(chance, 14))
    yield number
    yield in_fours(number)


def fedex_smartpost(chance: SeededIds) -> Iterator[str]:
    yield with_gs1_digit("6129" + drawn(chance, 15))
    yield with_gs1_digit("02" + drawn(chance, 17))


def usps(chance: SeededIds) -> Iterator[str]:
    services = ("9400", "9205", "9407", "9303", "9270", "9208", "9202", "9361", "9505", "9101", "9274", "9434")
    number = with_gs1_digit(services[chance.bits(20) % len(services)] + drawn(chance, 17))
    yield number
    yield in_fours(number)
    yield in_fours(number).replace(" ", "-")
    yield f"420{drawn(chance, 5)}{number}"
    yield f"420 {drawn(chance, 5)} {in_fours(number)}"


def usps_certified(chance: SeededIds) -> Iterator[str]:
    number = with_gs1_digit("917" + drawn(chance, 18))[2:]
    yield number
    yield in_fours(number)
    yield in_fours(with_gs1_digit("0" + drawn(chance, 18)))


def dhl_express(chance: SeededIds) -> Iterator[str]:
    for length in (9, 10):
        serial = drawn(chance, length)
        yield f"{serial}{int(serial) % 7}"
        yield f"{serial[:2]} {serial[2:6]} {serial[6:]}{int(serial) % 7}"


def dhl_paket(chance: SeededIds) -> Iterator[str]:
    number = with_gs1_digit("00340434" + drawn(chance, 11))
    yield number
    yield in_fours(number)
    yield f"00 34 043 {number[7:]}"


def dhl_piece(chance: SeededIds) -> Iterator[str]:
    yield "JJD" + drawn(chance, 10)
    yield "JJD0" + drawn(chance, 17)
    yield "JJD " + in_fours("0003" + drawn(chance, 14))
    yield "JVGL" + drawn(chance, 10)


def gls(chance: SeededIds) -> Iterator[str]:
    yield drawn(chance, 11)
    yield "Z" + drawn(chance, 7, LETTERS)


def dpd(chance: SeededIds) -> Iterator[str]:
    """The first four digits are the depot that took it in: Germany 01xx, France 02xx, Poland 13xx, Britain 15xx ..."""
    number = "01"[chance.bits(1)] + drawn(chance, 13)
    check = 36
    for digit in number:
        check = (check + int(digit)) % 36 or 36
        check = check * 2 % 37
    letter = LETTERS[(1 - check) % 36]
    yield number
    yield in_fours(number)
    yield number + letter
    yield f"{in_fours(number)} {letter}"


def royal_mail(chance: SeededIds) -> Iterator[str]:
    serial = drawn(chance, 8)
    total = sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    start = drawn(chance, 2, LETTERS[10:])
    yield f"{start}{serial}{check}GB"
    yield f"{start} {serial[:4]} {serial[4:]}{check} GB"
    yield f"{start}{serial}{check}DE"


Maker = Callable[[SeededIds], Iterator[str]]

# Everything but FedEx Ground's 15 digits, of which some are card numbers by every rule that there is.
TELLABLE: tuple[Maker, ...] = (
    ups, fedex_express, fedex_ground_96, fedex_smartpost, usps, usps_certified, dhl_express, dhl_paket, dhl_piece, gls,
    dpd, royal_mail,
)  # fmt: skip


def numbers_of(maker: Maker, count: int) -> Iterator[str]:
    chance = SeededIds(20_261_122)
    made = 0
    while made < count:
        for number in maker(chance):
            yield number
            made += 1
