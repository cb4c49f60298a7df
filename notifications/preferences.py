"""By which ways this buyer is told, and why not by the others."""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.model.orders import NotificationChannel, Order
from domain.model.products import Customer
from notifications.rules import Rule, Topic

NOT_WANTED = "NOT_WANTED"
"""notifyBy of the order names other ways."""
NO_ADDRESS = "NO_ADDRESS"
NO_CONSENT = "NO_CONSENT"
"""The number was given for this order alone: it gets what concerns the parcel, nothing else."""

GIVEN_AT_CHECKOUT = frozenset({Topic.SHIPPING, Topic.DELIVERY})
"""What a phone number given with an order may be used for."""


@dataclass(frozen=True, slots=True)
class Way:
    """`refusal` says why it is not taken. `address` None is the inbox, or nothing known."""

    channel: NotificationChannel
    address: str | None
    refusal: str | None = None


def ways(rule: Rule, order: Order, customer: Customer | None) -> Iterator[Way]:
    """Every way that is on by default for this rule. `notifyBy` narrows them; it opens none."""
    for channel in rule.channels:
        address = address_of(order, channel)
        yield Way(channel, address, _refusal(channel, address, rule, order, customer))


def address_of(order: Order, channel: NotificationChannel) -> str | None:
    """Where the buyer is reached; None once their words were erased."""
    if order.buyer is None:
        return None
    match channel:
        case NotificationChannel.EMAIL:
            return order.buyer.email
        case NotificationChannel.SMS:
            return order.buyer.phone
        case _:
            return None


def _refusal(
    channel: NotificationChannel, address: str | None, rule: Rule, order: Order, customer: Customer | None
) -> str | None:
    if order.notify_by is not None and channel not in order.notify_by:
        return NOT_WANTED
    if channel is NotificationChannel.WEBSOCKET:
        return None
    if address is None:
        return NO_ADDRESS
    if channel is NotificationChannel.SMS and rule.topic not in GIVEN_AT_CHECKOUT:
        own = customer is not None and customer.phone == address
        return None if own else NO_CONSENT
    return None
