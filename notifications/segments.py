"""How many pieces an SMS is sent in: what it costs, and why a single curly quote can double it."""

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
"""Of the GSM alphabet; each takes the room of two."""


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` are septets in the GSM alphabet, UTF-16 words outside it."""

    alphabet: str
    units: int
    count: int


def segments(text: str) -> Segments:
    if set(text) <= BASIC | EXTENDED:
        units = sum(2 if letter in EXTENDED else 1 for letter in text)
        return Segments("GSM-7", units, _pieces(units, 160, 153))
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return Segments("UCS-2", units, _pieces(units, 70, 67))


def _pieces(units: int, single: int, joined: int) -> int:
    return 1 if units <= single else -(-units // joined)
