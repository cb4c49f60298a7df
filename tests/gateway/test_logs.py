"""Logs: JSON lines that personal words cannot get into."""

import json
import logging
import sys
from collections.abc import Callable

import pytest

from gateway import logs

CANARIES = (
    "canary@example.org",
    "+4915112345678",
    "4915112345678",
    "Kanarienweg 7",
    "wml_k3Yz-token",
    "4242424242424242",
)

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines(own_logging: None, capsys: pytest.CaptureFixture[str]) -> Lines:
    logs.configure()
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_what_was_bound(lines: Lines) -> None:
    with logs.bound_contextvars(request_id="4f1c", order_id="0190a1b2c3d4e5f60718293a4b5c6d7e"):
        logs.log.info("an operation was refused", codes=["NOT_FOUND"], seconds=0.25)
    (line,) = lines()
    assert line.pop("timestamp")
    assert line == {
        "event": "an operation was refused",
        "level": "info",
        "request_id": "4f1c",
        "order_id": "0190a1b2c3d4e5f60718293a4b5c6d7e",
        "codes": ["NOT_FOUND"],
        "seconds": 0.25,
    }


@pytest.mark.parametrize("canary", CANARIES)
def test_no_way_of_logging_lets_a_personal_word_through(
    canary: str, lines: Lines, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.log.info("seen", email=canary, variables={"email": canary}, whatever=canary)
    logs.log.info("seen", exception=canary, stack=canary, message=canary)
    logging.getLogger("asyncio").error("lost %s", canary)
    logging.getLogger("uvicorn.error").error(f"lost {canary}")
    logging.getLogger("domain.services").error("lost %s", canary, extra={"email": canary})
    for name in ("domain.services", "asyncpg"):
        try:
            raise ValueError(canary)
        except ValueError as error:
            logging.getLogger(name).exception("lost")
            logs.log.error("lost", exc_info=error)
    sys.stderr.flush()
    written = capsys.readouterr().err
    assert canary not in written
    assert written.count("\n") == 9


@pytest.mark.parametrize("canary", [one for one in CANARIES if not one.startswith("wml_")])
def test_a_key_of_the_list_is_no_way_either_for_what_looks_personal(canary: str, lines: Lines) -> None:
    logs.log.info(f"seen {canary}", order_id=canary, reason=[canary], where=canary)
    assert canary not in json.dumps([line for line in lines() if line.pop("event")])


def test_of_an_exception_its_type_and_place_are_told(lines: Lines) -> None:
    try:
        raise KeyError("canary")
    except KeyError:
        logs.log.error("an operation failed", exc_info=True)
    (line,) = lines()
    assert line["error"] == "KeyError"
    where = line["where"]
    assert isinstance(where, list)
    assert where[0].startswith("tests/gateway/test_logs.py:")
    assert where[0].endswith(":test_of_an_exception_its_type_and_place_are_told")


def test_of_a_library_only_who_spoke_and_where_is_told(lines: Lines) -> None:
    logging.getLogger("asyncpg.pool").warning("the password of %s is wrong", "olga")
    (line,) = lines()
    assert line["event"] == "a library reports"
    assert line["logger"] == "asyncpg.pool"
    assert line["level"] == "warning"


def test_our_rooms_speak_for_themselves(lines: Lines) -> None:
    logging.getLogger("domain.adapters.feeds.redis").warning("the live feed is cut off: %s", "ConnectionError")
    (line,) = lines()
    assert line["event"] == "the live feed is cut off: .."


def test_a_closed_pipe_costs_the_line_not_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Closed())
    logs.Lines().info("anything")
