"""Money: whole minor units and a currency inside, exact decimals at the edge."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow
from typing import Final

MICROS: Final = 1_000_000
# What a BIGINT column holds; an amount beyond it is a slip of the keyboard, never a price.
LARGEST: Final = 2**63 - 1

# ISO 4217 list one: every active code that has a minor unit. Metals, testing codes and SDRs have none.
_BY_EXPONENT: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
        CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
        IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
        MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
        SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
        YER ZAR ZMW ZWG
    """,
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS: Final = {code: exponent for exponent, codes in _BY_EXPONENT.items() for code in codes.split()}

_EXACT: Final = Context(prec=60, traps=[Inexact, InvalidOperation, Overflow])


class InvalidAmount(ValueError):
    """The number cannot be an amount of that currency."""


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` minor units of `currency`: Money(1990, "EUR") is 19.90 euros."""

    amount: int
    currency: str


def is_currency(code: str) -> bool:
    """Whether it is an active ISO 4217 code, in capitals."""
    return code in EXPONENTS


def exponent(currency: str) -> int:
    """How many decimals the currency has. Raises: InvalidAmount for an unknown code."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise InvalidAmount("not an active ISO 4217 currency") from None


def to_decimal(amount: int, currency: str) -> Decimal:
    """The amount in major units, with all the decimals of its currency: 1990, EUR -> 19.90."""
    # Read from text: arithmetic would round to the precision of whatever context is current.
    return Decimal(f"{amount}E-{exponent(currency)}")


def from_decimal(value: Decimal, currency: str) -> int:
    """The minor units of a number in major units; nothing is rounded.

    Zeros at the end are no decimals: 5.00 is a fine amount of yen.
    Raises: InvalidAmount for more decimals than the currency has, for what is no number, and beyond 64 bits.
    """
    places = exponent(currency)
    # Looked at before it is multiplied out: 1E+999999 would be a number of a million digits.
    if not value.is_finite() or value.adjusted() + places > 18:
        raise InvalidAmount("not an amount of money")
    try:
        amount = int(_EXACT.to_integral_exact(_EXACT.scaleb(value, places)))
    except DecimalException:
        raise InvalidAmount(f"{currency} has {places} decimals") from None
    if abs(amount) > LARGEST:
        raise InvalidAmount("not an amount of money")
    return amount


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Parts in proportion to the weights that add up exactly to the total.

    Every part is its exact share rounded down; the units left over go one each to the largest weights, the
    earlier first. So no part is a whole unit off, a weight of zero gets nothing, and a discount within the sum of
    the weights never exceeds a line. A negative total is the mirror image. Weights that are all zero share evenly.
    Raises: ValueError for a negative weight, and for a total without any weight to carry it.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    if not weights:
        if total:
            raise ValueError("nothing to carry the total")
        return ()
    if total < 0:
        return tuple(-part for part in allocate(-total, weights))
    whole = sum(weights)
    if not whole:
        return allocate(total, [1] * len(weights))
    parts = [total * weight // whole for weight in weights]
    largest_first = sorted(range(len(weights)), key=lambda index: -weights[index])
    for index in largest_first[: total - sum(parts)]:
        parts[index] += 1
    return tuple(parts)


def share(total: int, numerator: int, denominator: int) -> int:
    """total * numerator / denominator, a half rounded away from zero.

    The tax inside a gross price is share(gross, rate, MICROS + rate), a rate in basis points share(net, rate, 10_000).
    """
    if denominator <= 0:
        raise ValueError("the denominator is not positive")
    product = total * numerator
    rounded = (2 * abs(product) + denominator) // (2 * denominator)
    return rounded if product >= 0 else -rounded
