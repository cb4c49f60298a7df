"""What the tests of cancellations begin with."""

from typing import Any

import pytest

from domain.model.actors import Actor
from domain.model.commands import LineQuantity
from domain.model.errors import Refused
from domain.model.orders import Order
from domain.services.cancellations import CancelQuote, cancel_quote
from tests.trade import Trade


async def quoted(trade: Trade, order: Order, *lines: LineQuantity, actor: Actor | None = None) -> CancelQuote:
    return await cancel_quote(order.id, lines, actor or trade.holder(order), trade.world.ports)


async def refused(trade: Trade, order: Order, actor: Actor | None = None, **changes: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await trade.cancel(order, actor, **changes)
    (refusal,) = caught.value.refusals
    return refusal.code.value, ".".join(refusal.field)


async def scheduled(trade: Trade) -> Order:
    return await trade.placed()


async def shipped(trade: Trade) -> Order:
    return await trade.handed_over(await trade.placed())
