"""One line for people: where an order or a parcel is, in the viewer's language; and the timeline's titles."""

from collections.abc import Callable
from datetime import datetime

from domain.model import events as e
from domain.model.orders import Order, OrderStatus
from domain.model.payments import PaymentStatus, RefundStatus
from domain.model.returns import Return, ReturnMethod, ReturnStatus
from domain.model.shipments import DeliveryEstimate, PreparationStatus, Shipment, TrackingStatus
from domain.policies.progress import (
    OrderFulfillmentStatus,
    OrderReturnStatus,
    fulfillment_status,
    has_left,
    is_sent_back,
    open_shipments,
    return_status,
)
from domain.policies.words import (
    EVENT_TITLES,
    PREPARATION_TITLES,
    RETURN_HEADLINES,
    RETURN_TITLES,
    STATUS_TITLES,
    WORDS,
    language,
)

Day = Callable[[datetime], str]
"""Prints a moment as a day where the parcel is going, in the viewer's language: 'Tuesday 24 November'."""

_PARCEL = {
    TrackingStatus.UNKNOWN: "unknown",
    TrackingStatus.PRE_TRANSIT: "label",
    TrackingStatus.IN_TRANSIT: "shipped",
    TrackingStatus.OUT_FOR_DELIVERY: "out",
    TrackingStatus.ATTEMPTED_DELIVERY: "attempted",
    TrackingStatus.AVAILABLE_FOR_PICKUP: "pickup",
    TrackingStatus.DELIVERED: "delivered",
    TrackingStatus.EXCEPTION: "problem",
    TrackingStatus.RETURN_TO_SENDER: "returning",
    TrackingStatus.EXPIRED: "problem",
    TrackingStatus.CANCELED: "canceled",
}
_EXPECTABLE = ("confirmed", "preparing", "packed", "shipped", "part_shipped", "out", "label", "unknown")


def shipment_headline(shipment: Shipment, locale: str, day: Day) -> str:
    """Where the parcel is; with the day it is expected, while that is still to come."""
    words = WORDS[language(locale)]
    if shipment.delivered_at is not None and shipment.status is TrackingStatus.DELIVERED:
        return words["delivered_on"].format(day=day(shipment.delivered_at))
    return _with_day(_parcel_word(shipment), words, shipment.estimate, day)


def _parcel_word(shipment: Shipment) -> str:
    if shipment.status in (TrackingStatus.UNKNOWN, TrackingStatus.PRE_TRANSIT):
        if shipment.preparation in (PreparationStatus.PACKED, PreparationStatus.LABELED):
            return "packed"
        if has_left(shipment):
            return "shipped"  # as the order says, though its carrier has not seen it yet
        if shipment.preparation is not PreparationStatus.QUEUED:
            return "preparing"
    return _PARCEL[shipment.status]


def headline(order: Order, locale: str, day: Day) -> str:
    """Where the order is; with the day it is expected, while that is still to come."""
    words = WORDS[language(locale)]
    key = _order_word(order)
    coming_back = return_status(order)
    if key in ("delivered", "part_delivered") and coming_back is not OrderReturnStatus.NO_RETURN:
        return words[coming_back.value.lower()]
    if key == "delivered":
        last = max(one.delivered_at for one in open_shipments(order) if one.delivered_at is not None)
        return words["delivered_on"].format(day=day(last))
    ends = [one.estimate for one in open_shipments(order) if one.estimate and one.delivered_at is None]
    estimate = max(ends, key=lambda one: one.latest) if ends else order.estimate
    return _with_day(key, words, estimate, day)


def _with_day(key: str, words: dict[str, str], estimate: DeliveryEstimate | None, day: Day) -> str:
    line = words[key]
    if estimate is None or key not in _EXPECTABLE:
        return line
    first, last = day(estimate.earliest), day(estimate.latest)
    if key == "out" or first == last:
        return words["expected"].format(headline=line, day=last)
    return words["between"].format(headline=line, day=first, end=last)


def _order_word(order: Order) -> str:
    status = order.flow.status
    if status is OrderStatus.CANCELED:
        return _why_canceled(order)
    reached = fulfillment_status(order)
    by_fulfillment = {
        OrderFulfillmentStatus.DELIVERED: "delivered",
        OrderFulfillmentStatus.PARTIALLY_DELIVERED: "part_delivered",
        OrderFulfillmentStatus.READY_FOR_PICKUP: "pickup",
        OrderFulfillmentStatus.PARTIALLY_FULFILLED: "part_shipped",
    }
    if reached in by_fulfillment:
        return by_fulfillment[reached]
    if reached is OrderFulfillmentStatus.FULFILLED or any(map(is_sent_back, order.shipments)):
        return _latest_parcel_word(order)
    payments = {payment.status for payment in order.payments}
    if PaymentStatus.REQUIRES_ACTION in payments:
        return "challenge"
    if status is OrderStatus.ON_HOLD:
        return "declined" if PaymentStatus.FAILED in payments and order.outstanding else "review"
    if status is OrderStatus.PENDING:
        return "placed"
    if any(line.backordered for line in order.lines):
        return "backordered"
    steps = {one.preparation for one in open_shipments(order)}
    if steps and steps <= {PreparationStatus.PACKED, PreparationStatus.LABELED}:
        return "packed"
    return "preparing" if steps - {PreparationStatus.QUEUED} else "confirmed"


def _latest_parcel_word(order: Order) -> str:
    """The least advanced parcel speaks for the order."""
    under_way = (one for one in open_shipments(order) if one.delivered_at is None or is_sent_back(one))
    words = [_PARCEL[one.status] for one in under_way]
    for word in ("problem", "returning", "attempted", "pickup"):
        if word in words:
            return word
    return "out" if words and all(word == "out" for word in words) else "shipped"


def _why_canceled(order: Order) -> str:
    if order.cancellation is not None:
        return "canceled"
    if order.stock_lost:
        return "canceled_stock"
    unpaid = {PaymentStatus.FAILED, PaymentStatus.EXPIRED}
    if order.payments and all(payment.status in unpaid for payment in order.payments):
        return "canceled_unpaid"
    return "canceled"


def return_headline(rma: Return, order: Order, locale: str, day: Day) -> str:
    """Where the return is; with the last day to send it, while that is still to come."""
    words = RETURN_HEADLINES[language(locale)]
    if rma.status is ReturnStatus.APPROVED and rma.expires_at is not None and rma.method is not ReturnMethod.KEEP:
        return words["APPROVED_UNTIL"].format(day=day(rma.expires_at))
    paid = any(refund.status is RefundStatus.SUCCEEDED for refund in order.refunds_of(rma.id))
    return words["REFUNDED" if paid and rma.status is ReturnStatus.CLOSED else rma.status.value]


def event_title(event: e.Event, locale: str) -> str:
    """What happened, in a few words."""
    short = language(locale)
    if isinstance(event.data, e.WorkflowMoved):
        return STATUS_TITLES[short][event.data.status.value]
    if isinstance(event.data, e.ReturnMoved):
        return RETURN_TITLES[short][event.data.status.value]
    if isinstance(event.data, e.ShipmentPrepared):
        return PREPARATION_TITLES[short][event.data.preparation.value]
    if isinstance(event.data, e.ShipmentScanned) and event.data.scans:
        latest = max(event.data.scans, key=lambda scan: scan.occurred_at)
        return WORDS[short][_PARCEL[latest.status]]
    return EVENT_TITLES[short][event.type]


def event_message(event: e.Event, locale: str) -> str | None:
    """The carrier's or the provider's own words, where there are any."""
    match event.data:
        case e.ShipmentScanned(scans=scans) | e.ReturnScanned(scans=scans) if scans:
            latest = max(scans, key=lambda scan: scan.occurred_at)
            return ", ".join(word for word in (latest.description, latest.location) if word) or None
        case e.PaymentDeclined(message=message):
            return message or None
        case e.ShipmentPrepared(carrier_name=name, tracking_number=number) if number:
            return f"{name} {number}" if name else number
        case _:
            return None
