"""What the tests of parcels begin with."""

from dataclasses import replace

from domain.model.orders import Order
from domain.model.reports import TrackerReport, WarehouseReport
from domain.model.shipments import PreparationStatus, TrackingStatus
from tests.trade import Trade, number_of

PICKING, PACKED = PreparationStatus.PICKING, PreparationStatus.PACKED
LABELED, HANDED_OVER = PreparationStatus.LABELED, PreparationStatus.HANDED_OVER
MOVING, OUT, THERE = TrackingStatus.IN_TRANSIT, TrackingStatus.OUT_FOR_DELIVERY, TrackingStatus.DELIVERED


async def told(trade: Trade, *reports: WarehouseReport | TrackerReport) -> Order:
    """An order after all this was told of it, one by one."""
    order = await trade.placed(quantity=2)
    for report in reports:
        if isinstance(report, WarehouseReport):
            number = report.tracking_number and number_of(order)
            await trade.hears(replace(report, order_id=order.id, tracking_number=number))
        else:
            await trade.hears(replace(report, tracking_number=number_of(order)))
    return await trade.now(order)
