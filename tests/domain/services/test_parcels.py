"""Parcels: planned, asked for, prepared, scanned and delivered, by the warehouse, the carrier, or staff's own hands."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from domain.model.actors import ActorKind, ActorRef
from domain.model.commands import LineQuantity, LineRequest, RecordTrackingEvent
from domain.model.errors import AccessDenied, NotFound, Refused
from domain.model.orders import Order, OrderStatus
from domain.model.payments import PaymentStatus
from domain.model.reports import PaymentOutcome, TrackerReport, WarehouseReport
from domain.model.shipments import DeliveryEstimate, EstimateSource, PreparationStatus, TrackingStatus
from domain.policies.progress import fulfillment_status, payment_status, quantities
from domain.services.inbox import receive
from domain.services.shipments import record_tracking_event
from tests.trade import PARTNER, Trade, number_of
from tests.world import STAFF

PICKING, PACKED = PreparationStatus.PICKING, PreparationStatus.PACKED
LABELED, HANDED_OVER = PreparationStatus.LABELED, PreparationStatus.HANDED_OVER
MOVING, OUT, THERE = TrackingStatus.IN_TRANSIT, TrackingStatus.OUT_FOR_DELIVERY, TrackingStatus.DELIVERED


async def refused(trade: Trade, order: Order, *lines: tuple[str, int], **changes: Any) -> list[tuple[str, str]]:
    asked = tuple(LineQuantity(*line) for line in lines)
    with pytest.raises(Refused) as caught:
        await trade.ship(order, lines=asked, **changes)
    return [(refusal.code.value, ".".join(refusal.field)) for refusal in caught.value.refusals]


# ------------------------------------------------------------------ the whole way


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


# ------------------------------------------------------------------ late, repeated, shuffled


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


async def test_whatever_order_the_warehouse_tells_its_steps_in_the_parcel_is_as_far(trade: Trade) -> None:
    some = await trade.placed()
    steps = [trade.step(some, step) for step in (PICKING, LABELED, HANDED_OVER)]
    ends = []
    for way in permutations(steps):
        order = await told(trade, *way, *way)
        ends.append((order.flow.state, order.shipments[0].preparation, order.shipments[0].status))
        await trade.stocked(MUG=2)
    assert set(ends) == {(trade.shipped.names["shipped"], HANDED_OVER, TrackingStatus.PRE_TRANSIT)}


async def test_scans_that_come_before_the_warehouse_has_told_its_part_count_all_the_same(trade: Trade) -> None:
    some = await trade.placed()
    label, gone = trade.step(some, LABELED), trade.step(some, HANDED_OVER)
    moving = TrackerReport("", (trade.scan("a", MOVING),))
    there = TrackerReport("", (trade.scan("b", THERE, trade.world.clock.now() + timedelta(hours=1)),))
    ends = []
    for way in ((label, gone, moving, there), (label, there, moving, gone), (there, label, moving, gone, there)):
        order = await told(trade, *way)
        parcel = order.shipments[0]
        ends.append((order.flow.state, parcel.status, parcel.delivered_at, [scan.key for scan in parcel.scans]))
        assert await trade.level() == (10 - 2 * len(ends), 1), "each parcel left its shelf once"
    assert len({repr(end) for end in ends}) == 1
    assert ends[0][0] == trade.shipped.names["delivered"]


async def test_a_repeated_event_is_read_once_and_a_repeated_report_changes_nothing(trade: Trade) -> None:
    order = await trade.placed()
    report = trade.step(order, PICKING)
    await trade.hears(report, event="evt_1")
    version = (await trade.now(order)).version
    await trade.hears(report, event="evt_1")
    await trade.hears(report, event="evt_2")
    await trade.hears(trade.step(order, PreparationStatus.QUEUED))
    assert (await trade.now(order)).version == version


async def test_old_scans_are_history_and_not_an_error(trade: Trade) -> None:
    order = await trade.delivered(await trade.placed())
    delivered_at = order.shipments[0].delivered_at
    order = await trade.scanned(order, trade.scan("old", OUT, trade.world.clock.now() - timedelta(hours=5)))
    parcel = order.shipments[0]
    assert (parcel.status, parcel.delivered_at) == (THERE, delivered_at)
    assert [scan.key for scan in parcel.scans] == ["old", "s1 there"]
    assert trade.is_in(order, "delivered")


async def test_a_scan_says_when_it_happened_and_when_we_heard(trade: Trade) -> None:
    order = await trade.handed_over(await trade.placed())
    then = trade.world.clock.now() - timedelta(hours=5)
    await trade.scanned(order, trade.scan("old", MOVING, then))
    last = next(event for event in reversed(await trade.events(order)) if event.type == "shipment.scanned")
    assert (last.occurred_at, last.recorded_at) == (then, trade.world.clock.now())
    assert last.actor == ActorRef(ActorKind.CARRIER)


async def test_an_estimate_counts_while_it_is_newer_and_says_something_else(trade: Trade) -> None:
    order = await trade.handed_over(await trade.placed())
    now = trade.world.clock.now()

    def window(days: int, told_at: int) -> TrackerReport:
        end = now + timedelta(days=days)
        estimate = DeliveryEstimate(end, end, EstimateSource.CARRIER, now + timedelta(hours=told_at))
        return TrackerReport(number_of(order), (), estimate=estimate)

    versions = []
    for report in (window(3, 0), window(3, 1), window(4, 2), window(9, 1)):
        await trade.hears(report)
        versions.append((await trade.now(order)).version)
    assert versions[0] == versions[1] < versions[2] == versions[3]
    estimate = (await trade.now(order)).shipments[0].estimate
    assert estimate is not None
    assert estimate.latest == now + timedelta(days=4)


# ------------------------------------------------------------------ early


async def test_a_tracker_report_waits_for_the_parcel_to_have_its_number(trade: Trade) -> None:
    order = await trade.placed()
    early = TrackerReport(number_of(order), (trade.scan("a", MOVING),))
    await trade.hears(early, event="evt_early")
    await trade.hears(TrackerReport(number_of(order), (trade.scan("b", OUT),)), event="evt_early_too")
    assert (await trade.now(order)).shipments[0].scans == ()
    order = await trade.prepared(order, LABELED)
    assert [scan.key for scan in order.shipments[0].scans] == ["a", "b"]
    assert (trade.is_in(order, "shipped"), await trade.level()) == (True, (9, 0))


async def test_a_warehouse_report_waits_for_its_parcel_to_be_planned(trade: Trade) -> None:
    order = await trade.placed(token="nope")
    await trade.hears(trade.step(order, PICKING))
    order = await trade.fire(order, "payment.retry")
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    order = await trade.now(order)
    assert trade.is_in(order, "picking")


async def test_a_payment_report_waits_for_the_payment_to_be_known(trade: Trade) -> None:
    """The provider's webhook overtakes its own answer, which is lost."""
    trade.world.payments.drop = 1
    placing = asyncio.create_task(trade.place(token="pm_card_authenticationRequired"))
    await asyncio.sleep(0.05)
    (order,) = await trade.orders()
    assert order.payments[0].reference is None
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED, reference="pi_1"))
    assert (await trade.now(order)).payments[0].status is PaymentStatus.PENDING
    await trade.world.wait(timedelta(seconds=10))
    await placing
    order = await trade.now(order)
    assert order.payments[0].status is PaymentStatus.AUTHORIZED
    assert trade.is_in(order, "scheduled")


@pytest.mark.parametrize("meanwhile", ["in review", "canceled"])
async def test_money_held_of_which_every_answer_was_lost_is_heard_of_from_the_provider(
    meanwhile: str, trade: Trade
) -> None:
    trade.world.payments.drop = 100
    placing = asyncio.create_task(trade.place())
    await asyncio.sleep(0.05)
    await trade.world.wait(timedelta(hours=1))
    await placing
    (order,) = await trade.orders()
    assert order.payments[0].reference is None
    trade.world.payments.drop = 0
    (reference,) = trade.world.payments.held
    if meanwhile == "canceled":
        await trade.cancel(order)
    told = trade.word(order, PaymentOutcome.AUTHORIZED, reference=reference)
    await trade.hears(replace(told, order_id=order.id, payment_id=order.payments[0].id))
    await trade.world.wait(timedelta(minutes=1))
    status = (await trade.now(order)).payments[0].status
    if meanwhile == "canceled":
        assert (status, trade.world.payments.held) == (PaymentStatus.VOIDED, {})
    else:
        assert status is PaymentStatus.AUTHORIZED
        assert (await trade.fire(order, "staff.approve")).flow.status is OrderStatus.CONFIRMED


async def test_what_nobody_ever_hears_of_stays_parked(trade: Trade) -> None:
    await trade.hears(TrackerReport("NOBODYS", (trade.scan("a", THERE),)))
    await trade.hears(WarehouseReport("0" * 32, "s1", PICKING, trade.world.clock.now()))
    assert await trade.orders() == []


async def test_a_carrier_that_knows_the_parcel_already_tells_at_once(trade: Trade) -> None:
    order = await trade.placed()
    trade.world.carriers.known[number_of(order)] = (trade.scan("a", MOVING), trade.scan("b", THERE))
    order = await trade.prepared(order, LABELED)
    assert [scan.key for scan in order.shipments[0].scans] == ["a", "b"]
    assert (trade.is_in(order, "delivered"), await trade.level()) == (True, (9, 0))


async def test_an_event_that_cannot_be_read_is_tried_again_and_then_left_to_people(trade: Trade) -> None:
    await receive(PARTNER, "evt", b"nobody knows this body", trade.world.ports)
    await receive("another", "evt", b"", trade.world.ports)
    await trade.world.wait(timedelta(hours=1))
    assert await trade.world.store.read(lambda reader: reader.next_due()) is None


# ------------------------------------------------------------------ called off by the warehouse


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


# ------------------------------------------------------------------ money on the way


async def test_money_that_cannot_be_taken_holds_the_order_until_somebody_decides(trade: Trade) -> None:
    order = await trade.placed()
    trade.world.payments.refuses_capture = True
    order = await trade.handed_over(order)
    assert (order.flow.status, trade.is_in(order, "unpaid")) == (OrderStatus.ON_HOLD, True)
    order = await trade.scanned(order, trade.scan("there", THERE))
    order = await trade.fire(order, "staff.capture")
    assert trade.is_in(order, "unpaid")
    trade.world.payments.refuses_capture = False
    other = await trade.fire(order, "staff.capture")
    assert trade.is_in(other, "delivered")
    assert trade.world.payments.taken == {"pi_1": order.total}


async def test_money_that_is_waived_is_not_asked_for_again(trade: Trade) -> None:
    trade.world.payments.refuses_capture = True
    order = await trade.delivered(await trade.placed())
    assert trade.is_in(order, "unpaid")
    order = await trade.fire(order, "staff.waive")
    assert trade.is_in(order, "delivered")
    await trade.world.wait(timedelta(days=14))
    assert (await trade.now(order)).flow.status is OrderStatus.COMPLETED


async def test_a_hold_that_the_provider_let_go_is_noticed_when_it_is_needed(trade: Trade) -> None:
    order = await trade.placed()
    await trade.hears(trade.word(order, PaymentOutcome.VOIDED, 0))
    order = await trade.handed_over(order)
    assert trade.is_in(order, "unpaid")


async def test_a_parcel_that_arrives_while_the_money_is_still_being_taken_waits_for_it(trade: Trade) -> None:
    order = await trade.placed()
    trade.world.payments.down = 2
    order = await trade.delivered(order)
    assert trade.is_in(order, "shipped")
    await trade.world.wait(timedelta(minutes=1))
    order = await trade.now(order)
    assert trade.is_in(order, "delivered")
    assert len(set(trade.world.payments.keys("capture"))) == 1


# ------------------------------------------------------------------ staff's own hands


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


# ------------------------------------------------------------------ scans by hand


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
