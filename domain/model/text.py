"""What people type, made safe to store and to show."""

import re
import unicodedata
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
