"""May an order still be called off, and what may its buyer do at all. The same answer serves the mutation."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.actors import AccessScope, Actor
from domain.model.errors import ErrorCode, Refusal
from domain.model.orders import Order, OrderStatus
from domain.policies.access import scopes
from domain.policies.progress import has_left, open_shipments

CUSTOMER_CANCEL = "customer.cancel"


class CustomerAction(StrEnum):
    CANCEL_ORDER = "CANCEL_ORDER"
    CHANGE_SHIPPING_ADDRESS = "CHANGE_SHIPPING_ADDRESS"
    CHANGE_DELIVERY = "CHANGE_DELIVERY"
    PAY_ORDER = "PAY_ORDER"
    REQUEST_RETURN = "REQUEST_RETURN"
    CANCEL_RETURN = "CANCEL_RETURN"
    REPORT_PROBLEM = "REPORT_PROBLEM"
    GIVE_FEEDBACK = "GIVE_FEEDBACK"
    CREATE_TRACKING_LINK = "CREATE_TRACKING_LINK"


@dataclass(frozen=True, slots=True)
class AvailableAction:
    """`until` is the last moment for it, where one is known."""

    action: CustomerAction
    allowed: bool
    reason_code: ErrorCode | None = None
    message: str | None = None
    until: datetime | None = None


def why_not_cancel(order: Order, triggers: tuple[str, ...]) -> Refusal | None:
    """None if the order may be called off now; `triggers` are those that its workflow's state answers."""
    if order.flow.status is OrderStatus.CANCELED:
        return Refusal(ErrorCode.ALREADY_CANCELED, "This order is already canceled.")
    if any(has_left(shipment) for shipment in open_shipments(order)):
        return Refusal(ErrorCode.ALREADY_SHIPPED, "This order has been shipped. You can send it back once it arrives.")
    if CUSTOMER_CANCEL not in triggers:
        return Refusal(ErrorCode.NOT_ALLOWED, "This order can no longer be canceled: it is about to leave us.")
    return None


def foretold(
    actor: Actor, order: Order, action: CustomerAction, refusal: Refusal | None, until: datetime | None = None
) -> AvailableAction:
    """What the mutation of that name would answer this viewer now."""
    if refusal is None and AccessScope.SELF_SERVICE not in scopes(actor, order):
        refusal = Refusal(ErrorCode.VIEW_ONLY_LINK, "This link shows the order but may not change it.")
    if refusal is not None:
        return AvailableAction(action, False, refusal.code, refusal.message)
    return AvailableAction(action, True, until=until)
