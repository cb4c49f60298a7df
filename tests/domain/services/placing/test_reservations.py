"""Reservations."""

from dataclasses import replace
from datetime import timedelta

from domain.model.orders import OrderStatus
from tests.trade import Trade
from tests.world import FixedShop


async def test_a_reservation_ends_with_the_shops_window_for_it(trade: Trade) -> None:
    shop = trade.world.ports.shops.current()
    short = replace(shop, windows=replace(shop.windows, payment="P9D", reservation="PT30M"))
    trade.world.change(shops=FixedShop(short))
    order = (await trade.place(token="nope")).order
    await trade.world.wait(timedelta(minutes=29))
    assert await trade.level() == (10, 1)
    await trade.world.wait(timedelta(minutes=1))
    order = await trade.now(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert await trade.level() == (10, 0)


async def test_a_confirmed_order_keeps_its_stock_however_long_it_takes(trade: Trade) -> None:
    order = (await trade.place()).order
    await trade.world.wait(timedelta(days=30))
    assert trade.is_in(await trade.now(order), "scheduled")
    assert await trade.level() == (10, 1)
