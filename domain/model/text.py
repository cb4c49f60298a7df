"""What people type, made safe to store and to show."""

import re
import unicodedata
from functools import cache
from typing import Final

# C0 without tab and newline, DEL, C1, and halves of a character, which no database takes.
_UNUSABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Embeddings, overrides and isolates make a line read otherwise than it is stored. The two marks (LRM, RLM) stay:
# they only help a neighbour along, and Arabic and Hebrew need them.
_BIDI: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


class UnusableText(ValueError):
    """The text cannot be stored; the message says why and never quotes it."""


def clean(text: str, limit: int) -> str:
    """The same words in one form: NFC, newlines as \\n, nothing that turns the reading direction around.

    Idempotent. Raises: UnusableText for control characters, lone surrogates, and more than `limit` characters.
    """
    # Before anything else: what follows takes time with the length.
    if len(text) > limit:
        raise UnusableText(f"is longer than {limit} characters")
    text = _BIDI.sub("", text.replace("\r\n", "\n"))
    if _UNUSABLE.search(text):
        raise UnusableText("contains control characters")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if len(text) > limit:
            raise UnusableText(f"is longer than {limit} characters")
    return text


# What stands for something plain inside a number: minus signs and long-vowel marks for dashes, two more plus signs.
_STANDS_FOR: Final = dict.fromkeys("−⁃˗➖ーｰ", "-") | dict.fromkeys("＋﹢", "+")
# Variation selectors, the keycap around a digit, and tags, which no one sees.
_UNSEEN: Final = (*range(0xFE00, 0xFE10), 0x20E3, *range(0xE0000, 0xE0080), *range(0xE0100, 0xE01F0))
_LAST_DIGIT: Final = 0x1FBF9


@cache
def _plain_forms() -> dict[int, str | None]:
    """Built at the first text that is not ASCII: it looks at 130,000 characters, 10 ms."""
    forms: dict[int, str | None] = {}
    for code in range(0x80, _LAST_DIGIT + 1):
        character = chr(code)
        category = unicodedata.category(character)
        if category == "Zs":
            forms[code] = " "
        elif category == "Pd":
            forms[code] = "-"
        elif category == "Cf":
            forms[code] = None
        elif category == "Nd":
            forms[code] = str(unicodedata.decimal(character))
    return forms | {ord(character): form for character, form in _STANDS_FOR.items()} | dict.fromkeys(_UNSEEN)


def with_plain_digits(text: str) -> str:
    """The text with digits of every script as 0 to 9, every dash as -, every blank as a blank, and nothing unseen.

    For looking at numbers, not for keeping: other characters stay as they are.
    """
    return text if text.isascii() else text.translate(_plain_forms())
