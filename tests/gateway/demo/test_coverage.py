"""Whatever an order can be so far, one of the demo's is."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from domain.model.orders import DeliveryMethod, Order, OrderStatus
from domain.model.payments import NextActionKind, PaymentStatus
from domain.model.shipments import PreparationStatus, TrackingStatus
from domain.policies.progress import (
    OrderFulfillmentStatus,
    OrderPaymentStatus,
    delayed,
    fulfillment_status,
    payment_status,
)
from tests.gateway.demo.shops import NOW, SHOP, Built

# Nothing leads there yet: refunds in parts and holds that run out by themselves come with returns, digital goods later.
NOT_YET_PAYMENT = {OrderPaymentStatus.PARTIALLY_REFUNDED, OrderPaymentStatus.EXPIRED}
NOT_YET_FULFILLMENT = {OrderFulfillmentStatus.NOT_REQUIRED}


@pytest.mark.parametrize("status", OrderStatus)
def test_an_order_has_every_status(built: Built, status: OrderStatus) -> None:
    assert status in {order.flow.status for order in built.orders.values()}


@pytest.mark.parametrize("status", sorted(set(OrderPaymentStatus) - NOT_YET_PAYMENT))
def test_an_order_has_every_payment_status_that_anything_leads_to(built: Built, status: OrderPaymentStatus) -> None:
    assert status in {payment_status(order) for order in built.orders.values()}


@pytest.mark.parametrize("status", sorted(set(OrderFulfillmentStatus) - NOT_YET_FULFILLMENT))
def test_an_order_has_every_fulfillment_status_that_anything_leads_to(
    built: Built, status: OrderFulfillmentStatus
) -> None:
    assert status in {fulfillment_status(order) for order in built.orders.values()}


@pytest.mark.parametrize("status", TrackingStatus)
def test_a_parcel_has_every_tracking_status(built: Built, status: TrackingStatus) -> None:
    assert status in {parcel.status for order in built.orders.values() for parcel in order.shipments}


@pytest.mark.parametrize("step", PreparationStatus)
def test_a_parcel_is_at_every_step_in_the_warehouse(built: Built, step: PreparationStatus) -> None:
    assert step in {parcel.preparation for order in built.orders.values() for parcel in order.shipments}


def test_nothing_is_called_unreachable_that_an_order_has_reached(built: Built) -> None:
    assert not NOT_YET_PAYMENT & {payment_status(order) for order in built.orders.values()}
    assert not NOT_YET_FULFILLMENT & {fulfillment_status(order) for order in built.orders.values()}


# ------------------------------------------------------------------ situations


def only(order: Order, status: TrackingStatus) -> bool:
    return [parcel.status for parcel in order.shipments] == [status]


SITUATIONS: dict[str, Callable[[Any], object]] = {
    "challenge waiting": lambda o: (
        o.flow.status is OrderStatus.PENDING
        and o.payments[0].status is PaymentStatus.REQUIRES_ACTION
        and o.payments[0].next_action.kind is NextActionKind.REDIRECT
    ),
    "declined": lambda o: o.flow.status is OrderStatus.ON_HOLD and o.payments[0].failure,
    "sold out in the race": lambda o: o.stock_lost and o.payments[0].status is PaymentStatus.VOIDED,
    "bought the last one": lambda o: o.flow.status is OrderStatus.COMPLETED,
    "waiting for stock": lambda o: sum(line.backordered for line in o.lines) == 2,
    "backordered, then delivered": lambda o: o.flow.status is OrderStatus.COMPLETED,
    "in review": lambda o: o.flow.status is OrderStatus.ON_HOLD and o.payments[0].risk.score > 0.6,
    "awaiting approval": lambda o: o.flow.status is OrderStatus.ON_HOLD and o.currency == "USD",
    "approved by staff": lambda o: o.customer_id and o.channel == "customer-service" and o.buyer.note,
    "large, but known well": lambda o: o.total > 100_000 and o.customer_tier == "gold" and o.shipments[0].canceled,
    "reviewed and rejected": lambda o: o.flow.status is OrderStatus.CANCELED and not o.cancellation,
    "canceled by the buyer": lambda o: o.cancellation.reason == "CHANGED_MIND" and o.shipments[0].canceled,
    "never paid": lambda o: o.flow.status is OrderStatus.CANCELED and not o.cancellation,
    "challenge ignored": lambda o: o.flow.status is OrderStatus.CANCELED and not o.cancellation,
    "refunded": lambda o: o.refunds[0].amount == o.total,
    "paid in part": lambda o: 0 < o.captured < o.total,
    "hold ran out before it was shipped": lambda o: o.flow.status is OrderStatus.ON_HOLD and not o.captured,
    "two parcels, both delivered": lambda o: len({parcel.origin for parcel in o.shipments}) == 2,
    "two parcels, one delivered": lambda o: len({parcel.origin for parcel in o.shipments}) == 2,
    "late by weather": lambda o: o.shipments[0].delivered_at > o.estimate.latest,
    "delayed on its way": lambda o: delayed(o, NOW) and o.shipments[0].detail == "weather_delay",
    "delivered at the second attempt": lambda o: (
        [scan.status for scan in o.shipments[0].scans].count(TrackingStatus.OUT_FOR_DELIVERY) == 2
        and only(o, TrackingStatus.DELIVERED)
    ),
    "returned to sender": lambda o: only(o, TrackingStatus.RETURN_TO_SENDER),
    "ready in the store": lambda o: o.delivery.method is DeliveryMethod.PICKUP,
    "express": lambda o: o.delivery.service == "express",
    "sent by hand": lambda o: o.shipments[1].scans and o.shipments[1].carrier_name == "Hermes Einrichtungs Service",
    "just placed": lambda o: o.version and o.shipments[0].preparation is PreparationStatus.QUEUED,
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_an_order_is_what_its_story_says(built: Built, name: str) -> None:
    assert SITUATIONS[name](built.orders[name])


def test_there_are_forty_orders_over_the_last_forty_days(built: Built) -> None:
    placed = sorted(order.placed_at for order in built.orders.values())
    assert len(placed) == built.summary.orders == 40
    assert timedelta(days=39) < NOW - placed[0] < timedelta(days=41)
    assert NOW - placed[-1] < timedelta(minutes=5)
    assert max(later - one for one, later in pairwise(placed)) < timedelta(days=5)


def test_orders_come_from_everywhere_the_shop_sells(built: Built) -> None:
    orders = list(built.orders.values())
    assert {order.currency for order in orders} == set(SHOP.currencies)
    assert {order.channel for order in orders} == {channel.handle for channel in SHOP.channels}
    assert len({order.country for order in orders}) >= 9
    assert {"de", "en", "fr", "es", "it", "nl", "sv"} <= {order.locale[:2] for order in orders}
    assert {parcel.origin for order in orders for parcel in order.shipments} == {one.handle for one in SHOP.locations}
    assert sum(order.customer_id is None for order in orders) >= 15
    assert len({order.customer_id for order in orders if order.customer_id}) == 5
    assert all(order.reference for order in orders)
    assert sum(bool(order.buyer and order.buyer.note) for order in orders) >= 4
    assert sum(bool(order.buyer and order.buyer.instructions) for order in orders) >= 3
    assert any(order.metadata for order in orders)
