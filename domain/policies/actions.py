"""What a viewer may do with an order, or with a return of it, and why not where they may not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.model.actors import AccessScope, Actor
from domain.model.orders import Order
from domain.model.returns import Return
from domain.model.shop import Shop
from domain.policies.access import scopes
from domain.policies.cancellation import (
    CUSTOMER_CANCEL,
    AvailableAction,
    CustomerAction,
    foretold,
    why_not_cancel,
)
from domain.policies.returns import return_until, why_no_return, why_not_cancel_return


@dataclass(frozen=True, slots=True)
class Moment:
    """What decides beside the order: the triggers that it and each of its returns answer, the shop, the time."""

    triggers: tuple[str, ...]
    return_triggers: Mapping[str, tuple[str, ...]]
    shop: Shop
    now: datetime


def available_actions(actor: Actor, order: Order, at: Moment) -> tuple[AvailableAction, ...]:
    """Of the order; nothing for who may not see it."""
    if AccessScope.VIEW not in scopes(actor, order):
        return ()
    cancel = foretold(actor, order, CustomerAction.CANCEL_ORDER, why_not_cancel(order, at.triggers))
    refusal = why_no_return(order, at.shop, at.now)
    until = return_until(order, at.shop, at.now)
    found = [cancel, foretold(actor, order, CustomerAction.REQUEST_RETURN, refusal, until)]
    if order.returns:
        each = [cancel_of(actor, order, rma, at) for rma in order.returns]
        found.append(next((one for one in each if one.allowed), each[-1]))
    return tuple(found)


def return_actions(actor: Actor, order: Order, rma: Return, at: Moment) -> tuple[AvailableAction, ...]:
    """Of one return; nothing for who may not see its order."""
    return (cancel_of(actor, order, rma, at),) if AccessScope.VIEW in scopes(actor, order) else ()


def cancel_of(actor: Actor, order: Order, rma: Return, at: Moment) -> AvailableAction:
    refusal = why_not_cancel_return(rma, at.return_triggers.get(rma.id, ()), CUSTOMER_CANCEL)
    return foretold(actor, order, CustomerAction.CANCEL_RETURN, refusal)
