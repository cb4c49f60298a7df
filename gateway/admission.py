"""One caller at the gate: counts what an operation asks for against the limits of whoever asks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import DocumentNode, FieldNode, value_from_ast_untyped

from domain.model.numbers import parse_order_number
from domain.ports import Ports
from gateway.documents import root_fields, with_defaults
from gateway.gate import Gate

WORDS: Final = (
    ("requestSignIn", "email", "recipient"),
    ("requestTrackingLink", "email", "recipient"),
    ("requestTrackingLink", "phone", "recipient"),
    ("requestTrackingLink", "number", "lost order"),
)
"""Root field, field of its input, and what is counted by it."""


@dataclass(frozen=True, slots=True)
class Admission:
    """`word` makes of an e-mail address, a phone or an order number one that does not reveal it."""

    gate: Gate
    ip: str
    word: Callable[[str, str], str]

    async def admit(self, document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any]) -> None:
        """Raises: RateLimited."""
        fields = root_fields(document, operation_name)
        known = with_defaults(document, operation_name, variables)
        emails = [self.word("email", email) for email in _given(fields, "placeOrder", "email", known)]
        words = [
            (kind, self.word(input_field, text))
            for name, input_field, kind in WORDS
            for text in _given(fields, name, input_field, known)
        ]
        await self.gate.admit([field.name.value for field in fields], self.ip, emails, words)


def _given(fields: Iterable[FieldNode], name: str, input_field: str, variables: dict[str, Any]) -> Iterator[str]:
    """What the inputs of these root fields say there, as far as they do."""
    for field in fields:
        if field.name.value == name:
            for argument in field.arguments or ():
                given = value_from_ast_untyped(argument.value, variables)
                text = given.get(input_field) if isinstance(given, dict) else None
                if isinstance(text, str) and text:
                    yield text


def words_of(ports: Ports) -> Callable[[str, str], str]:
    """A keyed look-up word of a contact or a number, the same for all the ways of writing it."""
    plain: dict[str, Callable[[str], str | None]] = {
        "email": ports.checks.email,
        "phone": lambda text: ports.checks.phone(text, None),
        "number": parse_order_number,
    }
    return lambda kind, text: ports.personals.lookup(kind, plain[kind](text) or text)
