"""Is this event an occasion to tell people something, and does it still hold? Pure: the journal up to it decides.

The order before and after the event are folds of the journal, so whoever asks again gets the same answer, however late.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.model import events as e
from domain.model.fold import fold
from domain.model.orders import Order, OrderStatus
from domain.model.payments import PaymentStatus
from domain.model.shipments import Shipment, TrackingStatus
from domain.policies.progress import has_left, open_shipments
from notifications.rules import Kind


@dataclass(frozen=True, slots=True)
class Occasion:
    """`about` is the local id of the payment, parcel, refund or return that it is about."""

    kind: Kind
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """An event, and the order on both sides of it."""

    event: e.Event
    past: Sequence[e.Event]
    before: Order
    after: Order


def moment_of(journal: Sequence[e.Event]) -> Moment | None:
    """The last event of a journal that begins with the first; None for the placement itself."""
    before: Order | None = None
    for event in journal[:-1]:
        before = fold(before, event)
    if before is None:
        return None
    return Moment(journal[-1], journal[:-1], before, fold(before, journal[-1]))


# ------------------------------------------------------------------ which occasion an event is


def _moved(moment: Moment) -> Occasion | None:
    old, new = moment.before.flow.status, moment.after.flow.status
    if new is OrderStatus.CANCELED and old is not new:
        return Occasion(Kind.CANCELED)
    if new is OrderStatus.CONFIRMED and not _was_ever(OrderStatus.CONFIRMED, moment.past):
        return Occasion(Kind.CONFIRMED)
    if new is OrderStatus.ON_HOLD and old is not new and not _knows_why(moment.after):
        return Occasion(Kind.ON_HOLD)
    return None


def _was_ever(status: OrderStatus, past: Sequence[e.Event]) -> bool:
    return any(isinstance(event.data, e.WorkflowMoved) and event.data.status is status for event in past)


def _knows_why(order: Order) -> bool:
    """The buyer was told of a payment that failed or waits for them; or it is no hold that they would notice."""
    stopped = {payment.status for payment in order.payments} & {PaymentStatus.FAILED, PaymentStatus.REQUIRES_ACTION}
    return bool(stopped and order.outstanding) or any(has_left(parcel) for parcel in open_shipments(order))


def _action_required(moment: Moment) -> Occasion | None:
    data = moment.event.data
    return Occasion(Kind.PAYMENT_NEEDED, data.payment_id) if isinstance(data, e.PaymentActionRequired) else None


def _declined(moment: Moment) -> Occasion | None:
    data = moment.event.data
    return Occasion(Kind.DECLINED, data.payment_id) if isinstance(data, e.PaymentDeclined) else None


ARRIVING = {
    TrackingStatus.OUT_FOR_DELIVERY: Kind.OUT_FOR_DELIVERY,
    TrackingStatus.ATTEMPTED_DELIVERY: Kind.ATTEMPTED,
    TrackingStatus.AVAILABLE_FOR_PICKUP: Kind.READY_FOR_PICKUP,
    TrackingStatus.DELIVERED: Kind.DELIVERED,
}


def _parcel(moment: Moment) -> Occasion | None:
    """A parcel left the house or came nearer; of several steps that became known at once, the last."""
    data = moment.event.data
    if not isinstance(data, e.ShipmentPrepared | e.ShipmentScanned):
        return None
    old, new = moment.before.shipment(data.shipment_id), moment.after.shipment(data.shipment_id)
    if old is None or new is None or new.canceled:
        return None
    if new.status is not old.status and new.status in ARRIVING:
        return Occasion(ARRIVING[new.status], new.id)
    if has_left(new) and not has_left(old):
        return Occasion(Kind.SHIPPED, new.id)
    return None


def _refunded(moment: Moment) -> Occasion | None:
    data = moment.event.data
    return Occasion(Kind.REFUNDED, data.refund_id) if isinstance(data, e.RefundSucceeded) else None


def _return(kinds: dict[str, Kind]) -> Callable[[Moment], Occasion | None]:
    """Of a return's event, by the status that it brought; "" for one that brings none."""

    def occasion(moment: Moment) -> Occasion | None:
        kind = kinds.get(str(getattr(moment.event.data, "status", "")))
        return Occasion(kind, getattr(moment.event.data, "return_id", None)) if kind is not None else None

    return occasion


OCCASIONS: dict[str, Callable[[Moment], Occasion | None]] = {
    "workflow.moved": _moved,
    "payment.action_required": _action_required,
    "payment.declined": _declined,
    "shipment.prepared": _parcel,
    "shipment.scanned": _parcel,
    "refund.succeeded": _refunded,
    "return.moved": _return({"APPROVED": Kind.RETURN_APPROVED, "DECLINED": Kind.RETURN_DECLINED}),
    "return.received": _return({"": Kind.RETURN_RECEIVED}),
}
"""By the type of the event; all others are never one."""


def occasion_of(moment: Moment) -> Occasion | None:
    return OCCASIONS[moment.event.type](moment) if moment.event.type in OCCASIONS else None


# ------------------------------------------------------------------ whether it still holds


def holds(occasion: Occasion, order: Order) -> bool:
    """Nothing that came since has made this message old news."""
    canceled = order.flow.status is OrderStatus.CANCELED
    payment = order.payment(occasion.about) if occasion.about else None
    parcel = order.shipment(occasion.about) if occasion.about else None
    match occasion.kind:
        case Kind.CONFIRMED:
            return not canceled
        case Kind.PAYMENT_NEEDED:
            return not canceled and payment is not None and payment.status is PaymentStatus.REQUIRES_ACTION
        case Kind.DECLINED:
            return not canceled and payment is not None and payment.status is PaymentStatus.FAILED
        case Kind.ON_HOLD:
            return order.flow.status is OrderStatus.ON_HOLD
        case Kind.SHIPPED:
            return parcel is not None and not parcel.canceled and parcel.status not in ARRIVING
        case Kind.OUT_FOR_DELIVERY | Kind.ATTEMPTED | Kind.READY_FOR_PICKUP | Kind.DELIVERED:
            return parcel is not None and _is_still(occasion.kind, parcel)
        case _:
            return True


def _is_still(kind: Kind, parcel: Shipment) -> bool:
    return ARRIVING.get(parcel.status) is kind
