"""Texts that cannot be stored are a fault of the request, wherever they stand in it."""

import re
from collections.abc import Mapping
from typing import Any, Final

from graphql import DocumentNode, StringValueNode, Visitor, visit

from schema.errors import BadRequest

# C0 without tab and newline (a carriage return only before one), DEL, C1, and halves of a character.
_UNUSABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]|\r(?!\n)")


def refuse_unusable(text: str, document: DocumentNode, variables: Mapping[str, Any] | None) -> None:
    """Raises: BadRequest if a variable, or a string in the document that `text` was parsed into, cannot be stored."""
    found = _unusable(variables)
    # Without an escape a string holds nothing that the text does not; most documents have none.
    if not found and ("\\" in text or _UNUSABLE.search(text)):
        strings = _Strings()
        visit(document, strings)
        found = strings.unusable
    if found:
        raise BadRequest("A text contains characters that cannot be stored.")


def _unusable(value: object) -> bool:
    if isinstance(value, str):
        return _UNUSABLE.search(value) is not None
    if isinstance(value, Mapping):
        return any(_unusable(key) or _unusable(one) for key, one in value.items())
    return isinstance(value, list) and any(map(_unusable, value))


class _Strings(Visitor):
    unusable = False

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        self.unusable = self.unusable or _unusable(node.value)
