"""One gateway a module, where tests do not get into each other's way."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.gateway.served import Gateway, serving, stocked


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def gateway() -> AsyncIterator[Gateway]:
    """In development, with something to sell."""
    async with serving() as running:
        await stocked(running)
        yield running
