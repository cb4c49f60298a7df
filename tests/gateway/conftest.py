"""One gateway a module, where tests do not get into each other's way; logging as it was before."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
import structlog

from gateway import logs
from tests.gateway.served import Gateway, serving, stocked


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def gateway() -> AsyncIterator[Gateway]:
    """In development, with something to sell."""
    async with serving() as running:
        await stocked(running)
        yield running


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Whatever the test makes of logging is undone after it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    rooms = {name: logging.getLogger(name).level for name in logs.ROOMS}
    configured = structlog.get_config()
    yield
    root.handlers[:], root.level = handlers, level
    for name, before in rooms.items():
        logging.getLogger(name).setLevel(before)
    structlog.configure(**configured)
    logs.clear_contextvars()
