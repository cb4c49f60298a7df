"""Which events people are told of, by which ways unless they chose otherwise, and until when that is worth it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.model.orders import NotificationChannel


class Topic(StrEnum):
    """What a message is about, as people choose by it."""

    ORDER = "ORDER"
    PAYMENT = "PAYMENT"
    SHIPPING = "SHIPPING"
    DELIVERY = "DELIVERY"
    RETURNS = "RETURNS"


class Urgency(StrEnum):
    """How soon a message is stale: who could not be told in time is better not told at all."""

    AT_ONCE = "AT_ONCE"
    TODAY = "TODAY"
    WHENEVER = "WHENEVER"


WORTH: dict[Urgency, timedelta] = {
    Urgency.AT_ONCE: timedelta(hours=6),
    Urgency.TODAY: timedelta(hours=24),
    Urgency.WHENEVER: timedelta(days=3),
}


class Kind(StrEnum):
    """The value is what the public schema calls it, and the name of its template."""

    CONFIRMED = "order.confirmed"
    PAYMENT_NEEDED = "payment.needed"
    DECLINED = "payment.declined"
    ON_HOLD = "order.on_hold"
    SHIPPED = "shipment.shipped"
    OUT_FOR_DELIVERY = "shipment.out_for_delivery"
    ATTEMPTED = "shipment.attempted"
    READY_FOR_PICKUP = "shipment.ready_for_pickup"
    DELIVERED = "shipment.delivered"
    CANCELED = "order.canceled"
    RETURN_APPROVED = "return.approved"
    RETURN_DECLINED = "return.declined"
    RETURN_RECEIVED = "return.received"
    REFUNDED = "refund.paid"


@dataclass(frozen=True, slots=True)
class Rule:
    topic: Topic
    urgency: Urgency
    email: bool = True
    sms: bool = False
    websocket: bool = True

    @property
    def channels(self) -> tuple[NotificationChannel, ...]:
        """The ways that are on by default."""
        ways = {
            NotificationChannel.WEBSOCKET: self.websocket,
            NotificationChannel.EMAIL: self.email,
            NotificationChannel.SMS: self.sms,
        }
        return tuple(channel for channel, on in ways.items() if on)


RULES: dict[Kind, Rule] = {
    Kind.CONFIRMED: Rule(Topic.ORDER, Urgency.WHENEVER),
    Kind.PAYMENT_NEEDED: Rule(Topic.PAYMENT, Urgency.AT_ONCE),
    Kind.DECLINED: Rule(Topic.PAYMENT, Urgency.AT_ONCE),
    Kind.ON_HOLD: Rule(Topic.ORDER, Urgency.TODAY, sms=True),
    Kind.SHIPPED: Rule(Topic.SHIPPING, Urgency.WHENEVER, sms=True),
    Kind.OUT_FOR_DELIVERY: Rule(Topic.DELIVERY, Urgency.AT_ONCE, sms=True),
    Kind.ATTEMPTED: Rule(Topic.DELIVERY, Urgency.TODAY, sms=True),
    Kind.READY_FOR_PICKUP: Rule(Topic.DELIVERY, Urgency.WHENEVER),
    Kind.DELIVERED: Rule(Topic.DELIVERY, Urgency.TODAY, sms=True),
    Kind.CANCELED: Rule(Topic.ORDER, Urgency.WHENEVER),
    Kind.RETURN_APPROVED: Rule(Topic.RETURNS, Urgency.WHENEVER),
    Kind.RETURN_DECLINED: Rule(Topic.RETURNS, Urgency.WHENEVER),
    Kind.RETURN_RECEIVED: Rule(Topic.RETURNS, Urgency.WHENEVER),
    Kind.REFUNDED: Rule(Topic.PAYMENT, Urgency.WHENEVER),
}
