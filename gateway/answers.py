"""How a door says no: always JSON in GraphQL's shape, always with a code."""

from collections.abc import Mapping

import orjson
from starlette.responses import Response


def refusal(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None, **extensions: str | int
) -> Response:
    error = {"message": message, "extensions": {"code": code, **extensions}}
    return Response(orjson.dumps({"errors": [error]}), status, headers, "application/json")


def bad_request(message: str, status: int = 400, headers: Mapping[str, str] | None = None) -> Response:
    return refusal(status, "BAD_REQUEST", message, headers)


def unauthenticated(message: str) -> Response:
    return refusal(401, "UNAUTHENTICATED", message, {"WWW-Authenticate": "Bearer"})
