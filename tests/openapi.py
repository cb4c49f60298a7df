"""Does a request that was really sent fit a provider's own OpenAPI document? What it does not know is wrong.

complaints(document("twilio_messages"), "POST", "/2010-04-01/Accounts/AC.../Messages.json", headers, body) == []
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

FOLDER = Path(__file__).resolve().parent / "data" / "contracts"
Json = dict[str, Any]

FORMATS = {
    "uri": re.compile(r"https?://\S+"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "phone-number": re.compile(r"\+\d{5,15}"),
}


def document(name: str) -> Json:
    found: Json = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def complaints(api: Json, method: str, target: str, headers: Mapping[str, str], body: bytes) -> list[str]:
    """A line for everything in the request that the document does not allow; names of headers in small letters."""
    path = urlsplit(target).path
    operation = _operation(api, method, path)
    if operation is None:
        return [f"{method} {path} is no operation"]
    wanted = _resolved(api, operation.get("requestBody", {})).get("content", {})
    kind = headers.get("content-type", "").partition(";")[0]
    if kind not in wanted:
        return [f"the body is {kind or 'of no type'}, not {' or '.join(wanted)}"]
    schema = wanted[kind]["schema"]
    sent = _form(api, schema, body) if kind == "application/x-www-form-urlencoded" else json.loads(body)
    return list(_faults(api, schema, sent, ""))


def _operation(api: Json, method: str, path: str) -> Json | None:
    for template, operations in api["paths"].items():
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path) and method.lower() in operations:
            found: Json = operations[method.lower()]
            return found
    return None


def _resolved(api: Json, schema: Json) -> Json:
    while "$ref" in schema:
        found = api
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def _form(api: Json, schema: Json, body: bytes) -> Json:
    """The form's fields, each read as what the document says that it is."""
    known = _resolved(api, schema).get("properties", {})
    sent: Json = {}
    for name, values in parse_qs(body.decode(), keep_blank_values=True, strict_parsing=True).items():
        field = _resolved(api, known.get(name, {}))
        if field.get("type") == "array":
            sent[name] = values
        else:
            sent[name] = _read(field.get("type"), values[0]) if len(values) == 1 else values
    return sent


def _read(kind: str | None, text: str) -> object:
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if kind == "boolean" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text


TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "array": (list,),
    "object": (dict,),
}  # fmt: skip


def _faults(api: Json, schema: Json, value: Any, place: str) -> Iterator[str]:
    schema = _merged(api, schema)
    kind = schema.get("type")
    right = TYPES.get(kind or "", (object,))
    if not isinstance(value, right) or (isinstance(value, bool) and kind in ("integer", "number")):
        yield f"{place or '/'} is no {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place} is none of {schema['enum']}"
    if isinstance(value, str):
        yield from _text_faults(schema, value, place)
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{place} has {len(value)} items"
        for index, one in enumerate(value):
            yield from _faults(api, schema.get("items", {}), one, f"{place}/{index}")
    if isinstance(value, dict):
        known = schema.get("properties")
        yield from (f"{place}/{name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, one in value.items():
            if known is not None and name in known:
                yield from _faults(api, known[name], one, f"{place}/{name}")
            elif isinstance(schema.get("additionalProperties"), dict):
                yield from _faults(api, schema["additionalProperties"], one, f"{place}/{name}")
            elif known:
                yield f"{place}/{name} is unknown"


def _merged(api: Json, schema: Json) -> Json:
    schema = _resolved(api, schema)
    for part in schema.get("allOf", ()):
        more = _merged(api, part)
        both = {**more.get("properties", {}), **schema.get("properties", {})}
        schema = {**more, **schema, "required": [*more.get("required", ()), *schema.get("required", ())]}
        if both:
            schema["properties"] = both
    return schema


def _text_faults(schema: Json, value: str, place: str) -> Iterator[str]:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{place} has {len(value)} characters"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{place} does not fit {schema['pattern']}"
    form = FORMATS.get(schema.get("format", ""))
    if form is not None and not form.fullmatch(value):
        yield f"{place} is no {schema['format']}"
