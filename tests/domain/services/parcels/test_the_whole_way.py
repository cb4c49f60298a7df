"""The whole way."""

from datetime import timedelta

from domain.model.commands import LineRequest
from domain.model.orders import OrderStatus
from domain.policies.progress import fulfillment_status, payment_status
from tests.domain.services.parcels.numbering import HANDED_OVER, LABELED, MOVING, OUT, PACKED, PICKING, THERE
from tests.trade import Trade, number_of


async def test_an_order_goes_its_whole_way(trade: Trade) -> None:
    order = await trade.placed(quantity=2)
    assert list(trade.world.warehouse.requested) == [f"{order.id}:s1:request"]
    for step, state, status in (
        (PICKING, "picking", "IN_PROGRESS"),
        (PACKED, "packed", "IN_PROGRESS"),
        (LABELED, "labelled", "IN_PROGRESS"),
        (HANDED_OVER, "shipped", "FULFILLED"),
    ):
        order = await trade.prepared(order, step)
        assert (trade.is_in(order, state), fulfillment_status(order)) == (True, status), step
    assert trade.world.carriers.watched == [number_of(order)]
    assert order.shipments[0].tracker_reference == "trk_1"
    assert (payment_status(order), trade.world.payments.taken) == ("PAID", {"pi_1": order.total})
    assert await trade.level() == (8, 0)
    for number, scan in enumerate((MOVING, OUT)):
        order = await trade.scanned(order, trade.scan(f"scan {number}", scan))
        assert trade.is_in(order, "shipped")
    order = await trade.scanned(order, trade.scan("there", THERE))
    assert (trade.is_in(order, "delivered"), fulfillment_status(order)) == (True, "DELIVERED")
    assert [reached.handle for reached in order.flow.milestones] == [
        "placed", "confirmed", "packed", "shipped", "delivered",
    ]  # fmt: skip
    await trade.world.wait(timedelta(days=13, hours=23))
    assert not (await trade.now(order)).flow.final
    await trade.world.wait(timedelta(hours=1))
    order = await trade.now(order)
    assert (order.flow.status, order.flow.final) == (OrderStatus.COMPLETED, True)
    assert len(trade.world.payments.keys("capture")) == 1


async def test_lines_from_two_places_are_two_parcels(trade: Trade) -> None:
    await trade.adjust("TEE", -10)
    await trade.adjust("TEE", 5, "newark")
    order = await trade.placed(lines=(LineRequest("MUG", 1), LineRequest("TEE", 2)))
    assert [(one.origin, [(line.line_id, line.quantity) for line in one.lines]) for one in order.shipments] == [
        ("hamburg", [("l1", 1)]),
        ("newark", [("l2", 2)]),
    ]
    order = await trade.handed_over(order, "s1")
    assert (fulfillment_status(order), order.flow.status) == ("PARTIALLY_FULFILLED", OrderStatus.CONFIRMED)
    assert trade.world.payments.taken == {}
    order = await trade.delivered(order, "s2")
    assert (fulfillment_status(order), trade.is_in(order, "shipped")) == ("PARTIALLY_DELIVERED", True)
    order = await trade.scanned(order, trade.scan("s1 there", THERE), shipment="s1")
    assert trade.is_in(order, "delivered")
    assert (await trade.level("MUG"), await trade.level("TEE", "newark")) == ((9, 0), (3, 0))
