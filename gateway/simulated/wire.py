"""Reading requests and shaping answers; whatever is malformed is refused with a JSON body, never with a crash."""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class Refused(Exception):
    """The request is answered with this status and error, and nothing is done."""

    def __init__(self, status: int, message: str, **more: object) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": "invalid_request_error", "message": message, **more}}


@dataclass(frozen=True)
class Answer:
    """What a program answers, in a form that can be stored and repeated."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        return JSONResponse(dict(self.body), self.status, dict(self.headers))


def refused(status: int, message: str, **more: object) -> Answer:
    return Answer(status, Refused(status, message, **more).body)


async def shown(request: Request, error: Exception) -> Response:
    """The exception handler for `Refused`."""
    assert isinstance(error, Refused)
    return JSONResponse(error.body, error.status)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


async def document(request: Request) -> dict[str, Any]:
    """The body as a JSON object. The media type is asked for, so that no web page can send one unasked."""
    if _media_type(request) != "application/json":
        raise Refused(400, "send application/json")
    try:
        found = json.loads(await request.body(), parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Refused(400, "the body is not valid JSON") from None
    if not isinstance(found, dict):
        raise Refused(400, "the body is not a JSON object")
    return found


async def form(request: Request) -> dict[str, str]:
    """The body as form fields, each at most once."""
    raw = await request.body()
    if raw and _media_type(request) != "application/x-www-form-urlencoded":
        raise Refused(400, "send application/x-www-form-urlencoded")
    try:
        pairs = parse_qsl(raw.decode("ascii"), True, bool(raw), errors="strict", max_num_fields=200)
    except ValueError:
        raise Refused(400, "the body is not a valid form") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Refused(400, "a field is given twice")
    return fields


def text(source: Mapping[str, Any], name: str, default: str | None = None, limit: int = 500) -> str:
    """A string of 1 to `limit` characters; absent or null, the default if there is one."""
    value = source.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or not 1 <= len(value) <= limit:
        raise Refused(400, f"{name} must be a text of 1 to {limit} characters", param=name)
    return value


def whole(source: Mapping[str, Any], name: str, default: int | None = None, limit: int = 99_999_999) -> int:
    """A whole number from 1 to `limit`, also when written as text, as forms do."""
    value = source.get(name)
    if value is None and default is not None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= limit:
        raise Refused(400, f"{name} must be a whole number from 1 to {limit}", param=name)
    return value


def section(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = source.get(name)
    if not isinstance(value, dict):
        raise Refused(400, f"{name} must be an object", param=name)
    return value


def seconds(source: Mapping[str, Any], name: str, limit: float = 366 * 86_400) -> float:
    value = source.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= limit:
        raise Refused(400, f"{name} must be a number from 0 to {limit:.0f}", param=name)
    return float(value)


def idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= 255:
        raise Refused(400, "an Idempotency-Key has 1 to 255 characters")
    return key


def check_key(request: Request, key: str) -> None:
    """Raises: Refused unless the request carries `key`, as bearer or as the user of HTTP basic."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given.strip(), validate=True).decode().partition(":")[0]
        except (ValueError, binascii.Error):
            given = ""
    elif scheme.lower() != "bearer":
        given = ""
    if not key or not hmac.compare_digest(given.strip().encode(), key.encode()):
        raise Refused(401, "the key is missing or wrong", type="authentication_error")
