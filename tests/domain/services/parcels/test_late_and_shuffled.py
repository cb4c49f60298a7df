"""Late, repeated, shuffled."""

from datetime import timedelta
from itertools import permutations

from domain.model.actors import ActorKind, ActorRef
from domain.model.reports import TrackerReport
from domain.model.shipments import DeliveryEstimate, EstimateSource, PreparationStatus, TrackingStatus
from tests.domain.services.parcels.numbering import HANDED_OVER, LABELED, MOVING, OUT, PICKING, THERE, told
from tests.trade import Trade, number_of


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
