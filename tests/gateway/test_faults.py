"""The end at a named point that tests of recovery ask for."""

import os
import signal

import pytest

from gateway.config import ConfigError, from_environment
from gateway.lifecycle.faults import fatal_at


def test_a_process_ends_at_the_passing_that_was_named_and_at_no_other_point(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[tuple[int, int]] = []
    monkeypatch.setattr("gateway.lifecycle.faults.os.kill", lambda pid, how: ended.append((pid, how)))
    fault = fatal_at("after_commit:3")
    for point in ("after_commit", "after_provider_call", "after_commit", "elsewhere"):
        fault(point)
    assert ended == []
    fault("after_commit")
    assert ended == [(os.getpid(), signal.SIGKILL)]


def test_without_a_number_the_first_passing_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []
    monkeypatch.setattr("gateway.lifecycle.faults.os.kill", lambda pid, how: ended.append(how))
    fatal_at("after_commit")("after_commit")
    assert ended == [signal.SIGKILL]


@pytest.mark.parametrize("text", ["after commit", "after_commit:", "after_commit:0", "after_commit:-1", ":2"])
def test_a_fault_that_cannot_be_read_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_FAULT", text)
    with pytest.raises(ConfigError, match="WAYMARK_FAULT"):
        from_environment()


def test_by_default_no_process_ends_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYMARK_FAULT", raising=False)
    assert from_environment().fault is None
