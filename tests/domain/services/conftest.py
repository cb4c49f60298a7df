from collections.abc import AsyncIterator

import pytest

from tests.books import complaints
from tests.trade import Trade, a_trade
from tests.workflows import Shipped, as_shipped, renamed


@pytest.fixture(params=["as shipped", "renamed"])
def definition(request: pytest.FixtureRequest) -> Shipped:
    """Everything holds of the shipped workflow, and of the same under any other names."""
    return as_shipped() if request.param == "as shipped" else renamed(20_261_122)


@pytest.fixture
async def trade(definition: Shipped) -> AsyncIterator[Trade]:
    """Ten mugs and ten tees are there, and when all is over the books are in order."""
    async with a_trade(definition, MUG=10, TEE=10) as trade:
        yield trade
        await trade.world.settle()
        assert await complaints(trade.world.store) == []
