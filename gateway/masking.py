"""What the caller learns of an error: a planned one as it stands, a fault of the request with what is wrong, and of a
fault of ours nothing but the id under which it was logged.
"""

import re
from collections.abc import Iterable
from typing import Final

from graphql import GraphQLError, VariableDefinitionNode
from strawberry.types import ExecutionContext

from gateway.documents import digest
from gateway.logs import log, place
from schema.errors import Planned

DIGITS: Final = re.compile(r"\d(?:[ -]?\d){11,}")
SUGGESTION: Final = re.compile(r" Did you mean .*", re.DOTALL)
LONGEST: Final = 500


def planned(error: GraphQLError) -> bool:
    return isinstance(error, Planned) or isinstance(error.original_error, Planned)


def asked_wrongly(error: GraphQLError) -> bool:
    """Whether graphql-core itself refused the request: its text, its variables, an argument.

    What goes wrong while a field is resolved has a path; of that only a refused argument, which graphql-core raises
    with the argument's place in the document, is the caller's doing.
    """
    cause = error.original_error
    if error.path is None:
        return cause is None or any(isinstance(node, VariableDefinitionNode) for node in error.nodes or ())
    return isinstance(cause, GraphQLError) and bool(cause.nodes)


def shown(error: GraphQLError, request_id: str) -> GraphQLError:
    """The error as the caller sees it, always with a code."""
    if planned(error):
        return error
    if asked_wrongly(error):
        message, extensions = said(error.message), {"code": "BAD_REQUEST"}
    else:
        message, extensions = "Unexpected error", {"code": "INTERNAL", "requestId": request_id}
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=dict(extensions),
    )


def said(message: str) -> str:
    """graphql-core quotes what it was given: not so when it may be a card's number, and not without end."""
    return DIGITS.sub("…", SUGGESTION.sub("", message))[:LONGEST]


def report(errors: Iterable[GraphQLError], context: ExecutionContext | None) -> None:
    """One line an operation: codes and the document's digest, of a fault of ours also its type and place."""
    errors = list(errors)
    document = digest(context.query) if context is not None and context.query else None
    faults = [error for error in errors if not planned(error) and not asked_wrongly(error)]
    if faults:
        cause = faults[0].original_error or faults[0]
        log.error(
            "an operation failed",
            document=document,
            count=len(faults),
            error=type(cause).__qualname__,
            where=place(cause.__traceback__),
        )
    else:
        log.info("an operation was refused", document=document, codes=sorted({_code(error) for error in errors}))


def _code(error: GraphQLError) -> str:
    return str((error.extensions or {}).get("code", "BAD_REQUEST"))
