"""One shop a test."""

from collections.abc import AsyncIterator

import pytest

from tests.resolvers.asking import Asked, a_shop_floor


@pytest.fixture
async def shop() -> AsyncIterator[Asked]:
    async with a_shop_floor() as floor:
        yield floor
