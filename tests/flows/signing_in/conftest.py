"""A gateway that sends letters."""

from collections.abc import AsyncIterator

import pytest

from tests.gateway.served import Gateway, serving, stocked


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    async with serving() as running:
        await stocked(running)
        yield running
