"""How far an order is: the statuses that follow from its payments, parcels and lines. Nothing here is stored twice."""

from dataclasses import astuple, dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.orders import Order, OrderLine, OrderStatus
from domain.model.payments import PaymentStatus
from domain.model.returns import ReturnMethod, ReturnStatus
from domain.model.shipments import PreparationStatus, Shipment, TrackingStatus


class OrderPaymentStatus(StrEnum):
    PENDING = "PENDING"
    AUTHORIZED = "AUTHORIZED"
    PARTIALLY_PAID = "PARTIALLY_PAID"
    PAID = "PAID"
    PARTIALLY_REFUNDED = "PARTIALLY_REFUNDED"
    REFUNDED = "REFUNDED"
    VOIDED = "VOIDED"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"


class OrderFulfillmentStatus(StrEnum):
    UNFULFILLED = "UNFULFILLED"
    SCHEDULED = "SCHEDULED"
    ON_HOLD = "ON_HOLD"
    IN_PROGRESS = "IN_PROGRESS"
    PARTIALLY_FULFILLED = "PARTIALLY_FULFILLED"
    FULFILLED = "FULFILLED"
    READY_FOR_PICKUP = "READY_FOR_PICKUP"
    PARTIALLY_DELIVERED = "PARTIALLY_DELIVERED"
    DELIVERED = "DELIVERED"
    NOT_REQUIRED = "NOT_REQUIRED"


class OrderReturnStatus(StrEnum):
    NO_RETURN = "NO_RETURN"
    RETURN_REQUESTED = "RETURN_REQUESTED"
    IN_PROGRESS = "IN_PROGRESS"
    INSPECTION_COMPLETE = "INSPECTION_COMPLETE"
    PARTIALLY_RETURNED = "PARTIALLY_RETURNED"
    RETURNED = "RETURNED"


@dataclass(frozen=True, slots=True)
class QuantityByStage:
    """Units of one line; they always add up to its quantity."""

    backordered: int
    open: int
    shipped: int
    delivered: int
    canceled: int
    returned: int


def payment_status(order: Order) -> OrderPaymentStatus:
    """Of the whole order, over all its payments; what failed or was voided beside a good one does not count."""
    if order.captured:
        if order.refunded >= order.captured:
            return OrderPaymentStatus.REFUNDED
        if order.refunded:
            return OrderPaymentStatus.PARTIALLY_REFUNDED
        return OrderPaymentStatus.PAID if order.captured >= order.total else OrderPaymentStatus.PARTIALLY_PAID
    statuses = {payment.status for payment in order.payments}
    if not order.total:
        return OrderPaymentStatus.PAID
    if PaymentStatus.AUTHORIZED in statuses and not statuses & {PaymentStatus.PENDING, PaymentStatus.REQUIRES_ACTION}:
        held = sum(p.authorized for p in order.payments if p.status is PaymentStatus.AUTHORIZED)
        return OrderPaymentStatus.AUTHORIZED if held >= order.total else OrderPaymentStatus.PENDING
    for status, word in (
        (PaymentStatus.PENDING, OrderPaymentStatus.PENDING),
        (PaymentStatus.REQUIRES_ACTION, OrderPaymentStatus.PENDING),
        (PaymentStatus.FAILED, OrderPaymentStatus.FAILED),
        (PaymentStatus.EXPIRED, OrderPaymentStatus.EXPIRED),
        (PaymentStatus.VOIDED, OrderPaymentStatus.VOIDED),
    ):
        if status in statuses:
            return word
    return OrderPaymentStatus.PENDING


def open_shipments(order: Order) -> tuple[Shipment, ...]:
    """The parcels that were not called off."""
    return tuple(shipment for shipment in order.shipments if not shipment.canceled)


def has_left(shipment: Shipment) -> bool:
    """The parcel is out of the house: handed over, or seen moving by its carrier."""
    return shipment.shipped_at is not None or shipment.preparation is PreparationStatus.HANDED_OVER


def is_sent_back(shipment: Shipment) -> bool:
    """Its carrier returned it to its sender, delivered before or not: its buyer does not have it, and will not."""
    return shipment.status is TrackingStatus.RETURN_TO_SENDER and not shipment.canceled


def sent_back(order: Order, line_id: str) -> int:
    """Units of a line that the carrier returned to us."""
    parcels = filter(is_sent_back, order.shipments)
    return sum(one.quantity for parcel in parcels for one in parcel.lines if one.line_id == line_id)


def will_not_come(order: Order, line: OrderLine) -> int:
    """Units of a line that were returned to us, or were not there when it came to it: nobody sends them again."""
    return sent_back(order, line.id) + sum(units for line_id, units in order.stock_lost if line_id == line.id)


def quantities(order: Order, line: OrderLine) -> QuantityByStage:
    """Where the units of a line are; more shipped than ordered counts no further than ordered."""
    shipped = delivered = 0
    for shipment in open_shipments(order):
        count = sum(one.quantity for one in shipment.lines if one.line_id == line.id)
        if is_sent_back(shipment):
            continue
        if shipment.delivered_at is not None:
            delivered += count
        elif has_left(shipment):
            shipped += count
    called_off = line.canceled + will_not_come(order, line)
    canceled = line.quantity if order.flow.status is OrderStatus.CANCELED else called_off
    delivered = min(delivered, line.quantity)
    returned = min(came_back(order, line.id), delivered)
    shipped = min(shipped, line.quantity - delivered)
    canceled = min(canceled, line.quantity - delivered - shipped)
    rest = line.quantity - delivered - shipped - canceled
    backordered = min(line.backordered, rest)
    return QuantityByStage(backordered, rest - backordered, shipped, delivered - returned, canceled, returned)


def came_back(order: Order, line_id: str) -> int:
    """Units of a line that are with us again; what its buyer may keep counts once the return is closed."""
    found = 0
    for rma in order.returns:
        kept = rma.method is ReturnMethod.KEEP and rma.status is ReturnStatus.CLOSED
        for line in rma.lines if not rma.is_given_up else ():
            if line.line_id == line_id:
                found += line.quantity if kept else line.here
    return found


def fulfillment_status(order: Order) -> OrderFulfillmentStatus:
    """Of the whole order, over all its lines."""
    stages = [quantities(order, line) for line in order.lines]
    wanted = sum(line.quantity for line in order.lines) - sum(stage.canceled for stage in stages)
    delivered = sum(stage.delivered + stage.returned for stage in stages)
    out = delivered + sum(stage.shipped for stage in stages)
    if wanted > 0 and delivered >= wanted:
        return OrderFulfillmentStatus.DELIVERED
    if delivered:
        return OrderFulfillmentStatus.PARTIALLY_DELIVERED
    if wanted > 0 and out >= wanted:
        waiting = [one for one in open_shipments(order) if one.delivered_at is None]
        if waiting and all(one.status is TrackingStatus.AVAILABLE_FOR_PICKUP for one in waiting):
            return OrderFulfillmentStatus.READY_FOR_PICKUP
        return OrderFulfillmentStatus.FULFILLED
    if out:
        return OrderFulfillmentStatus.PARTIALLY_FULFILLED
    if order.flow.status is OrderStatus.CANCELED:
        return OrderFulfillmentStatus.UNFULFILLED
    if any(one.preparation is not PreparationStatus.QUEUED for one in open_shipments(order)):
        return OrderFulfillmentStatus.IN_PROGRESS
    if order.flow.status is OrderStatus.ON_HOLD or any(stage.backordered for stage in stages):
        return OrderFulfillmentStatus.ON_HOLD
    return OrderFulfillmentStatus.SCHEDULED if open_shipments(order) else OrderFulfillmentStatus.UNFULFILLED


_UNDER_WAY = frozenset({ReturnStatus.APPROVED, ReturnStatus.IN_TRANSIT, ReturnStatus.RECEIVED})


def return_status(order: Order) -> OrderReturnStatus:
    """Of the whole order, over all that comes back; of several returns the one that has furthest to go speaks."""
    statuses = {rma.status for rma in order.returns}
    if ReturnStatus.REQUESTED in statuses:
        return OrderReturnStatus.RETURN_REQUESTED
    if statuses & _UNDER_WAY:
        return OrderReturnStatus.IN_PROGRESS
    if ReturnStatus.INSPECTED in statuses:
        return OrderReturnStatus.INSPECTION_COMPLETE
    stages = [quantities(order, line) for line in order.lines] if order.returns else []
    if not any(stage.returned for stage in stages):
        return OrderReturnStatus.NO_RETURN
    whole = all(stage.returned + stage.canceled == sum(astuple(stage)) for stage in stages)
    return OrderReturnStatus.RETURNED if whole else OrderReturnStatus.PARTIALLY_RETURNED


def expected_at(order: Order) -> datetime | None:
    """The latest moment at which the last parcel is expected; None once all are there, or nothing will come."""
    if order.flow.status is OrderStatus.CANCELED or fulfillment_status(order) is OrderFulfillmentStatus.DELIVERED:
        return None
    ends = [one.estimate.latest for one in open_shipments(order) if one.estimate and one.delivered_at is None]
    if ends:
        return max(ends)
    return order.estimate.latest if order.estimate else None


def is_late(shipment: Shipment, order: Order, now: datetime) -> bool:
    """The parcel to the buyer is, or by its carrier's own word will be, later than what they were told."""
    promised = order.estimate.latest if order.estimate else None
    if promised is None or order.rma_of(shipment.id) is not None:
        return False
    if shipment.delivered_at is not None:
        return shipment.delivered_at > promised
    expected = shipment.estimate.latest if shipment.estimate else promised
    return expected > promised or now > promised


def delayed(order: Order, now: datetime) -> bool:
    """Any parcel is late, or none has left and the promise has passed."""
    if expected_at(order) is None:
        return False
    parcels = open_shipments(order)
    if not parcels:
        return order.estimate is not None and now > order.estimate.latest
    return any(is_late(parcel, order, now) for parcel in parcels if parcel.delivered_at is None)
