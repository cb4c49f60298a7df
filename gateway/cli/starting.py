"""What most commands begin with: settings, logs, an event loop; and what they end with: a line."""

import asyncio
import gc
import os
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvloop

from gateway import logs
from gateway.config import Mode, Settings, complete, from_environment, unknown
from gateway.development import prepared
from gateway.lifecycle.chance import token_bytes

T = TypeVar("T")


def settings_of(*, whole: bool = True, development: bool = False, **changes: Any) -> Settings:
    """From the environment, with the `changes` that are not None. `whole`: nothing may be missing.

    Raises: ConfigError.
    """
    changes = {name: value for name, value in changes.items() if value is not None}
    if development:
        changes["mode"] = Mode.DEVELOPMENT
    settings = from_environment(**changes)
    logs.configure(settings.log_level)
    for name in unknown(os.environ):
        logs.log.warning("there is no such setting", reason=name)
    return complete(prepared(settings, token_bytes)) if whole else settings


def run(work: Coroutine[Any, Any, T]) -> T:
    """What was loaded up to here is never garbage, and is not looked through again: see `main`."""
    gc.freeze()
    gc.enable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
