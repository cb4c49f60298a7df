"""Logs: JSON lines on stderr. Only keys on the list pass, and only values that look like names, codes and numbers.

Personal words have no way in: our own events are constant texts; of an exception its type and place are told, never
its message; of what libraries log only who said it, where, and how loud.
"""

import contextlib
import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import orjson
import structlog
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars
from structlog.typing import FilteringBoundLogger

__all__ = ["bind_contextvars", "bound_contextvars", "clear_contextvars", "configure", "log"]

ROOMS: Final = ("domain", "schema", "resolvers", "gateway")
ROOT: Final = Path(__file__).resolve().parents[1]

KEYS: Final = frozenset(
    {
        "event", "level", "timestamp", "logger", "where", "error", "request_id", "order_id", "effect", "action",
        "attempt", "code", "codes", "document", "operation", "status", "seconds", "count", "provider", "reason",
        "method", "path", "mode", "host", "port", "version", "feed", "signal",
    }
)  # fmt: skip
HARMLESS: Final = re.compile(r"[A-Za-z0-9_.,:/{}<>\[\]#-]{0,200}")
PHONE_LIKE: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{7,}(?![0-9A-Za-z])")
SENTENCE: Final = re.compile(r"[A-Za-z0-9_.,:;/()' -]{1,200}")
PLACEHOLDER: Final = re.compile(r"%[a-z]")
WITHHELD: Final = "withheld"

Event = MutableMapping[str, Any]

log: FilteringBoundLogger = structlog.get_logger()


def configure(level: str = "info") -> None:
    """Every line that this process logs, ours or a library's, takes the same way through `harmless`."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _place_of_error,
            harmless,
            _as_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: Lines(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [FromLibraries()]
    root.setLevel(logging.WARNING if level != "debug" else logging.INFO)
    for name in ROOMS:
        logging.getLogger(name).setLevel(level.upper())


class Lines:
    """stderr, a line each. A full disk or a closed pipe costs the line, not the request."""

    def msg(self, message: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(message + "\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = exception = msg


class FromLibraries(logging.Handler):
    """What came through `logging`. Our rooms' messages are constant texts, whose arguments are left out; what others
    say may quote anybody.
    """

    def emit(self, record: logging.LogRecord) -> None:
        ours = record.name.split(".")[0] in ROOMS
        known = {key: value for key, value in vars(record).items() if key in KEYS} if ours else {}
        event = PLACEHOLDER.sub("..", str(record.msg)) if ours else "a library reports"
        where = f"{record.module}:{record.lineno}"
        error = record.exc_info[1] if record.exc_info else None
        level = record.levelname.lower() if record.levelno <= logging.CRITICAL else "error"
        report = getattr(log, level, log.error)
        report(event, **({"logger": record.name, "where": where, "exc_info": error or False} | known))


def harmless(_: object, __: str, event: Event) -> Event:
    """Only keys of the list, and of their values only those that no personal word can be written in."""
    return {
        key: value if key in ("timestamp", "level") else _sentence(value) if key == "event" else _value(value)
        for key, value in event.items()
        if key in KEYS and value is not None
    }


def _sentence(value: object) -> str:
    text = str(value)
    return text if SENTENCE.fullmatch(text) and not PHONE_LIKE.search(text) else WITHHELD


def _value(value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(one) for one in value]
    text = str(value)
    return text if HARMLESS.fullmatch(text) and not PHONE_LIKE.search(text) else WITHHELD


def _place_of_error(_: object, __: str, event: Event) -> Event:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        event["where"] = place(error.__traceback__) or event.get("where")
    return event


def place(trace: TracebackType | None) -> list[str]:
    """The last frames, innermost first: file, line, function; a library's file by its name alone."""
    frames = traceback.extract_tb(trace)[-8:]
    return [f"{_shown(frame.filename)}:{frame.lineno}:{frame.name}" for frame in reversed(frames)]


def _shown(filename: str) -> str:
    path = Path(filename)
    inside = path.is_relative_to(ROOT) and "site-packages" not in path.parts
    return str(path.relative_to(ROOT)) if inside else "/".join(path.parts[-2:])


def _as_json(_: object, __: str, event: Event) -> str:
    return orjson.dumps(event).decode()
