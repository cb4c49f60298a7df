"""Scans by hand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.model.actors import ActorKind, ActorRef
from domain.model.commands import RecordTrackingEvent
from domain.model.errors import Refused
from domain.model.orders import Order
from domain.model.shipments import TrackingStatus
from domain.services.shipments import record_tracking_event
from tests.domain.services.parcels.numbering import MOVING, THERE
from tests.trade import Trade
from tests.world import STAFF


def a_report(trade: Trade, order: Order, status: TrackingStatus = MOVING, **changes: Any) -> RecordTrackingEvent:
    command = RecordTrackingEvent(trade.key(), order.id, "s1", status, "Seen by hand", trade.world.clock.now())
    return replace(command, **changes)


async def by_hand(trade: Trade, command: RecordTrackingEvent) -> Order:
    order, _ = await record_tracking_event(command, STAFF, trade.world.ports)
    await trade.world.settle()
    return await trade.now(order)


async def test_staff_enter_a_scan_as_if_the_carrier_had_sent_it(trade: Trade) -> None:
    order = await trade.handed_over(await trade.placed())
    order = await by_hand(trade, a_report(trade, order, THERE, location="Berlin", detail="left_with_neighbor"))
    (scan,) = order.shipments[0].scans
    assert (scan.status, scan.location, scan.detail) == (THERE, "Berlin", "left_with_neighbor")
    assert trade.is_in(order, "delivered")
    last = next(event for event in reversed(await trade.events(order)) if event.type == "shipment.scanned")
    assert last.actor == ActorRef(ActorKind.STAFF, "olga")


async def test_the_same_scan_by_hand_is_entered_once(trade: Trade) -> None:
    order = await trade.handed_over(await trade.placed())
    command = a_report(trade, order)
    for _ in range(3):
        order = await by_hand(trade, command)
    assert len(order.shipments[0].scans) == 1


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"status": TrackingStatus.UNKNOWN}, "INVALID", "status"),
        ({"description": "4111 1111 1111 1111"}, "CARD_DATA_REFUSED", "description"),
        ({"location": "\x00"}, "INVALID", "location"),
        ({"detail": "x" * 61}, "INVALID", "statusDetail"),
        ({"later": timedelta(seconds=1)}, "INVALID", "occurredAt"),
        ({"shipment_id": "s9"}, "NOT_FOUND", "shipmentId"),
        ({"order_id": "0" * 32}, "NOT_FOUND", "shipmentId"),
    ],
)
async def test_a_scan_by_hand_makes_sense(trade: Trade, changes: dict[str, Any], code: str, place: str) -> None:
    order = await trade.handed_over(await trade.placed())
    command = a_report(trade, order)
    given = {name: value for name, value in changes.items() if name != "later"}
    command = replace(command, occurred_at=command.occurred_at + changes.get("later", timedelta()), **given)
    with pytest.raises(Refused) as caught:
        await record_tracking_event(command, STAFF, trade.world.ports)
    assert [(one.code, ".".join(one.field)) for one in caught.value.refusals] == [(code, place)]
    assert (await trade.now(order)).shipments[0].scans == ()
