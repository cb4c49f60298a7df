"""Staff's own hands."""

from typing import Any

import pytest

from domain.model.commands import LineQuantity, LineRequest
from domain.model.errors import AccessDenied, NotFound, Refused
from domain.model.orders import Order
from domain.model.reports import TrackerReport
from domain.policies.progress import fulfillment_status, quantities
from tests.domain.services.parcels.numbering import MOVING, OUT, PICKING, THERE
from tests.trade import Trade


async def refused(trade: Trade, order: Order, *lines: tuple[str, int], **changes: Any) -> list[tuple[str, str]]:
    asked = tuple(LineQuantity(*line) for line in lines)
    with pytest.raises(Refused) as caught:
        await trade.ship(order, lines=asked, **changes)
    return [(refusal.code.value, ".".join(refusal.field)) for refusal in caught.value.refusals]


async def test_staff_send_an_order_in_parts(trade: Trade) -> None:
    order = await trade.placed(quantity=5)
    order, first = await trade.ship(order, 2, tracking_number="jjd 0001-0002", carrier="DHL")
    await trade.world.settle()
    order = await trade.now(order)
    assert fulfillment_status(order) == "PARTIALLY_FULFILLED"
    assert await trade.level() == (8, 3)
    parcel = order.shipment(first)
    assert parcel is not None
    assert (parcel.tracking_number, parcel.carrier, parcel.carrier_name) == ("JJD00010002", "dhl", "DHL")
    assert trade.world.carriers.watched == ["JJD00010002"]
    stages = quantities(order, order.lines[0])
    assert (stages.shipped, stages.open) == (2, 3)
    assert f"{order.id}:s1:call_off" in trade.world.warehouse.called_off
    assert sum(line.quantity for line in trade.world.warehouse.requested[f"{order.id}:s3:request"].lines) == 3
    order, _ = await trade.ship(order, 3)
    await trade.world.settle()
    order = await trade.now(order)
    assert (trade.is_in(order, "shipped"), await trade.level()) == (True, (5, 0))


async def test_scans_of_one_parcel_never_take_what_is_set_aside_for_another(trade: Trade) -> None:
    order = await trade.placed(quantity=5)
    order, _ = await trade.ship(order, 2, tracking_number="JJD00010002")
    for key, status in (("a", MOVING), ("b", OUT), ("c", THERE)):
        await trade.hears(TrackerReport("JJD00010002", (trade.scan(key, status),)))
        assert await trade.level() == (8, 3)
    assert fulfillment_status(await trade.now(order)) == "PARTIALLY_DELIVERED"


async def test_two_parcels_under_one_number_are_both_seen_by_one_report(trade: Trade) -> None:
    order = await trade.placed(lines=(LineRequest("MUG", 2), LineRequest("TEE", 1)))
    order, _ = await trade.ship(order, 2, tracking_number="JJD00010002")
    order, _ = await trade.ship(order, 1, "l2", tracking_number="JJD00010002")
    await trade.world.settle()
    before = len(await trade.events(order))
    for _ in range(2):
        await trade.hears(TrackerReport("JJD00010002", (trade.scan("a", THERE),)))
    order = await trade.now(order)
    seen = [parcel for parcel in order.shipments if parcel.tracking_number == "JJD00010002"]
    assert [parcel.status for parcel in seen] == [THERE, THERE]
    assert trade.is_in(order, "delivered")
    assert (await trade.types(order))[before:].count("shipment.scanned") == 2


async def test_more_than_is_left_cannot_be_sent(trade: Trade) -> None:
    order = await trade.placed(lines=(LineRequest("MUG", 3), LineRequest("TEE", 1)))
    assert await refused(trade, order, ("l1", 4)) == [("QUANTITY_EXCEEDED", "lines.0.quantity")]
    assert await refused(trade, order, ("l1", 2), ("l1", 2)) == [("QUANTITY_EXCEEDED", "lines.1.quantity")]
    assert await refused(trade, order, ("l1", 0)) == [("QUANTITY_EXCEEDED", "lines.0.quantity")]
    assert await refused(trade, order, ("l1", -1)) == [("QUANTITY_EXCEEDED", "lines.0.quantity")]
    assert await refused(trade, order, ("l3", 1), ("l1", 9)) == [
        ("NOT_FOUND", "lines.0.lineId"), ("QUANTITY_EXCEEDED", "lines.1.quantity"),
    ]  # fmt: skip
    assert await refused(trade, order) == [("INVALID", "lines")]
    await trade.ship(order, 2)
    assert await refused(trade, order, ("l1", 2)) == [("QUANTITY_EXCEEDED", "lines.0.quantity")]
    assert (await trade.level(), await trade.level("TEE")) == ((8, 1), (10, 1))


async def test_what_the_warehouse_has_begun_is_the_warehouses(trade: Trade) -> None:
    order = await trade.prepared(await trade.placed(quantity=2), PICKING)
    assert await refused(trade, order, ("l1", 1)) == [("QUANTITY_EXCEEDED", "lines.0.quantity")]


async def test_a_parcel_leaves_from_where_its_goods_are_set_aside(trade: Trade) -> None:
    order = await trade.placed()
    assert await refused(trade, order, ("l1", 1), origin="newark") == [("NOT_ALLOWED", "lines.0.quantity")]
    with pytest.raises(NotFound) as caught:
        await trade.ship(order, origin="atlantis")
    assert caught.value.refusals[0].field == ("originId",)
    order, parcel = await trade.ship(order, origin="hamburg")
    assert (order.shipment(parcel) or order.shipments[0]).origin == "hamburg"


@pytest.mark.parametrize("token", ["nope", "pm_card_authenticationRequired", "pm_card_riskLevelElevated"])
async def test_only_a_confirmed_order_is_sent(trade: Trade, token: str) -> None:
    order = await trade.placed(token=token)
    assert await refused(trade, order, ("l1", 1)) == [("NOT_ALLOWED", "")]


@pytest.mark.parametrize("number", ["123", "x" * 41, "JJD#1234", "ÄÖÜ123"])
async def test_a_tracking_number_looks_like_one(trade: Trade, number: str) -> None:
    order = await trade.placed()
    assert await refused(trade, order, ("l1", 1), tracking_number=number) == [("INVALID", "trackingNumber")]


async def test_a_card_number_is_no_tracking_number_and_a_parcels_number_is_no_card(trade: Trade) -> None:
    order = await trade.placed()
    card = "4111 1111 1111 1111"
    assert await refused(trade, order, ("l1", 1), tracking_number=card) == [("CARD_DATA_REFUSED", "trackingNumber")]
    order, parcel = await trade.ship(order, tracking_number="1Z 999 AA1 01 2345 6784")
    assert (order.shipment(parcel) or order.shipments[0]).tracking_number == "1Z999AA10123456784"


async def test_only_staff_who_may_send_send(trade: Trade) -> None:
    order = await trade.placed()
    with pytest.raises(AccessDenied):
        await trade.ship(order, actor=trade.holder(order))
