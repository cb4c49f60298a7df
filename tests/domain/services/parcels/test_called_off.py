"""Called off by the warehouse."""

from domain.model.orders import OrderStatus
from tests.domain.services.parcels.numbering import LABELED, MOVING, PICKING
from tests.trade import Trade


async def test_a_parcel_that_the_warehouse_will_not_send_is_looked_at_and_planned_anew(trade: Trade) -> None:
    order = await trade.placed()
    order = await trade.prepared(order, PICKING)
    await trade.hears(trade.step(order, None))
    order = await trade.now(order)
    assert (order.shipments[0].canceled, trade.is_in(order, "inReview")) == (True, True)
    assert await trade.level() == (10, 1)
    order = await trade.fire(order, "staff.approve")
    assert [shipment.canceled for shipment in order.shipments] == [True, False]
    order = await trade.delivered(order, "s2")
    assert trade.is_in(order, "delivered")
    assert await trade.level() == (9, 0)


async def test_what_is_planned_anew_is_all_that_has_not_left(trade: Trade) -> None:
    order = await trade.placed(quantity=5)
    await trade.ship(order, 2)
    await trade.world.settle()
    await trade.hears(trade.step(order, None, "s3"))
    order = await trade.fire(await trade.now(order), "staff.approve")
    (planned,) = [parcel for parcel in order.shipments if not parcel.canceled and parcel.shipped_at is None]
    assert [(line.line_id, line.quantity) for line in planned.lines] == [("l1", 3)]
    order = await trade.handed_over(order, planned.id)
    assert (trade.is_in(order, "shipped"), await trade.level()) == (True, (5, 0))


async def test_a_scan_of_a_parcel_that_was_called_off_takes_nothing_from_the_one_in_its_place(trade: Trade) -> None:
    order = await trade.prepared(await trade.placed(), LABELED)
    await trade.hears(trade.step(order, None))
    order = await trade.fire(await trade.now(order), "staff.approve")
    assert [parcel.canceled for parcel in order.shipments] == [True, False]
    order = await trade.scanned(order, trade.scan("a", MOVING))
    assert await trade.level() == (10, 1)
    order = await trade.handed_over(order, "s2")
    assert (trade.is_in(order, "shipped"), await trade.level()) == (True, (9, 0))


async def test_a_warehouse_that_refuses_leaves_the_order_to_a_person(trade: Trade) -> None:
    trade.world.warehouse.refuses = True
    order = await trade.placed()
    assert (order.flow.status, trade.is_in(order, "inReview")) == (OrderStatus.ON_HOLD, True)
    trade.world.warehouse.refuses = False
    order = await trade.fire(order, "staff.approve")
    assert trade.is_in(order, "scheduled")
    assert len(order.shipments) == 1, "the plan stands"


async def test_a_word_that_a_parcel_is_called_off_after_it_left_changes_nothing(trade: Trade) -> None:
    order = await trade.handed_over(await trade.placed())
    version = order.version
    await trade.hears(trade.step(order, None))
    assert (await trade.now(order)).version == version
