"""One caller at the gate: counts what an operation asks for against the limits of whoever asks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, FieldNode, value_from_ast_untyped

from gateway.documents import root_fields
from gateway.gate import Gate


@dataclass(frozen=True, slots=True)
class Admission:
    """`lookup` makes a word of an e-mail address that does not reveal it."""

    gate: Gate
    ip: str
    lookup: Callable[[str, str], str]

    async def admit(self, document: DocumentNode, operation_name: str | None, variables: Mapping[str, Any]) -> None:
        """Raises: RateLimited."""
        fields = root_fields(document, operation_name)
        emails = (self.lookup("email", email) for email in _emails(fields, variables))
        await self.gate.admit([field.name.value for field in fields], self.ip, emails)


def _emails(fields: Iterable[FieldNode], variables: Mapping[str, Any]) -> Iterator[str]:
    """Whose orders are to be placed, as far as the input says."""
    for field in fields:
        if field.name.value == "placeOrder":
            for argument in field.arguments or ():
                given = value_from_ast_untyped(argument.value, dict(variables))
                email = given.get("email") if isinstance(given, dict) else None
                if isinstance(email, str) and email:
                    yield email
