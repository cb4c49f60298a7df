"""The demo's books are in order: stock, money, time, journal."""

from collections import Counter

from domain.adapters.sql.replay import Replay
from domain.model import events as e
from domain.model.effects import EffectStatus
from domain.model.orders import OrderStatus
from domain.model.payments import TransactionKind, TransactionStatus
from domain.policies.card_data import looks_like_card
from domain.policies.tracking_numbers import is_tracking_number
from gateway.demo.catalogue import first_stock
from gateway.demo.table import SUPPLIES
from tests.gateway.demo.shops import NOW, Built


def test_what_came_in_less_what_was_shipped_is_on_the_shelves(built: Built) -> None:
    expected = Counter({(sku, location): units for sku, location, units in first_stock()})
    for one in SUPPLIES:
        expected[one.sku, one.location] += one.units
    for events in built.events.values():
        for event in events:
            if isinstance(event.data, e.StockShipped):
                for gone in event.data.allocations:
                    expected[gone.sku, gone.location_id] -= gone.quantity
    assert {(level.sku, level.location_id): level.on_hand for level in built.stock} == dict(expected)


def test_what_is_reserved_is_what_open_orders_hold(built: Built) -> None:
    held: Counter[tuple[str, str]] = Counter()
    for order in built.orders.values():
        for allocation in order.allocations:
            assert order.flow.status not in (OrderStatus.CANCELED, OrderStatus.COMPLETED)
            held[allocation.sku, allocation.location_id] += allocation.quantity
    assert {(one.sku, one.location_id): one.reserved for one in built.stock if one.reserved} == dict(held)


def test_money_was_only_taken_where_it_was_held(built: Built) -> None:
    for name, order in built.orders.items():
        assert order.total == sum(line.total for line in order.lines) + order.shipping_total, name
        for payment in order.payments:
            done = [one for one in payment.transactions if one.status is TransactionStatus.SUCCEEDED]
            taken = sum(one.amount for one in done if one.kind is TransactionKind.CAPTURE)
            held = sum(one.amount for one in done if one.kind is TransactionKind.AUTHORIZATION)
            assert taken == payment.captured <= held, name


def test_the_journal_runs_forward_and_nothing_is_recorded_before_it_happened(built: Built) -> None:
    for name, events in built.events.items():
        recorded = [event.recorded_at for event in events]
        assert recorded == sorted(recorded), name
        assert recorded[-1] <= NOW, name
        assert all(event.occurred_at <= event.recorded_at for event in events), name


def test_scans_are_at_places_and_in_the_order_in_which_they_were_told(built: Built) -> None:
    for name, order in built.orders.items():
        told = [
            scan
            for event in built.events[name]
            if isinstance(event.data, e.ShipmentScanned)
            for scan in event.data.scans
        ]
        assert [scan.occurred_at for scan in told] == sorted(scan.occurred_at for scan in told), name
        for parcel in order.shipments:
            assert all(scan.location and (scan.latitude or not scan.raw_code) for scan in parcel.scans), name
            assert all("{" not in scan.description for scan in parcel.scans), name


def test_parcels_have_numbers_of_their_carriers_and_no_two_the_same(built: Built) -> None:
    parcels = [parcel for order in built.orders.values() for parcel in order.shipments if parcel.tracking_number]
    numbers = [parcel.tracking_number or "" for parcel in parcels]
    assert len(set(numbers)) == len(numbers) >= 25
    assert not any(looks_like_card(number) for number in numbers)
    known = [
        number for parcel, number in zip(parcels, numbers, strict=True) if parcel.carrier in ("dhl", "ups", "usps")
    ]
    assert known
    assert all(is_tracking_number(number) for number in known)


def test_every_effect_was_carried_out_or_is_due_later(built: Built) -> None:
    unfinished = [one for one in built.effects if one.status in (EffectStatus.PENDING, EffectStatus.RUNNING)]
    assert all(effect.run_at > NOW for effect in unfinished)
    assert all(effect.status is EffectStatus.PENDING for effect in unfinished)
    assert not [effect.key for effect in built.effects if effect.status is EffectStatus.FAILED]


async def test_reading_the_whole_journal_again_finds_nothing(built: Built) -> None:
    replay = Replay(built.url)
    assert [finding async for finding in replay.findings()] == []
    assert replay.orders == 40
    assert replay.events == sum(len(events) for events in built.events.values())
