from collections.abc import AsyncIterator

import pytest

from domain.model.orders import Order
from tests.books import complaints
from tests.domain.services.returning import BASKET, bought, filled
from tests.trade import Trade, a_trade
from tests.workflows import Shipped, as_shipped, renamed
from tests.world import World, a_world


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


@pytest.fixture(params=["as shipped", "renamed"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Everything holds of the shipped workflows, and of the same under any other names."""
    other = {name: renamed(20_261_122, name).document for name in ("order", "return")}
    async with a_world(workflows=None if request.param == "as shipped" else other) as opened:
        await filled(opened, ("TEE", "19.99"), ("MUG", "9.00"))
        yield opened


@pytest.fixture
async def order(world: World) -> Order:
    return await bought(world, *BASKET)
