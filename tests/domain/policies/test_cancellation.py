from dataclasses import replace

import pytest

from domain.model.actors import ALL_SCOPES, ANONYMOUS, AccessScope, Actor, ActorKind
from domain.model.errors import ErrorCode
from domain.model.orders import Order, OrderStatus
from domain.model.shipments import PreparationStatus, Shipment
from domain.policies.actions import Moment, available_actions
from domain.policies.cancellation import CUSTOMER_CANCEL, CustomerAction, why_not_cancel
from tests.domain.policies.orders import a_parcel, with_parcels, with_status
from tests.factories import NOW, a_shop, an_order

OPEN = (CUSTOMER_CANCEL,)
CONFIRMED = with_status(an_order("a" * 32), OrderStatus.CONFIRMED)
LABELED = a_parcel(preparation=PreparationStatus.LABELED)
GONE = a_parcel(2, shipped_at=NOW)


def at(triggers: tuple[str, ...]) -> Moment:
    return Moment(triggers, {}, a_shop(), NOW)


def holder(*scopes: AccessScope) -> Actor:
    return Actor(ActorKind.GUEST, "link", order_id="a" * 32, scopes=frozenset(scopes) or ALL_SCOPES)


@pytest.mark.parametrize(
    ("order", "triggers", "code"),
    [
        (CONFIRMED, OPEN, None),
        (CONFIRMED, (), ErrorCode.NOT_ALLOWED),
        (with_parcels(CONFIRMED, LABELED), OPEN, None),
        (with_parcels(CONFIRMED, LABELED, GONE), OPEN, ErrorCode.ALREADY_SHIPPED),
        (with_parcels(CONFIRMED, GONE), (), ErrorCode.ALREADY_SHIPPED),
        (with_parcels(CONFIRMED, replace(GONE, canceled=True)), OPEN, None),
        (with_status(CONFIRMED, OrderStatus.CANCELED), OPEN, ErrorCode.ALREADY_CANCELED),
        (with_status(with_parcels(CONFIRMED, GONE), OrderStatus.CANCELED), (), ErrorCode.ALREADY_CANCELED),
    ],
)
def test_an_order_may_be_called_off_until_a_parcel_left_if_its_workflow_says_so(
    order: Order, triggers: tuple[str, ...], code: ErrorCode | None
) -> None:
    refusal = why_not_cancel(order, triggers)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize("parcels", [(), (GONE,)])
@pytest.mark.parametrize("triggers", [(), OPEN])
def test_what_is_shown_as_possible_is_what_the_mutation_asks(
    parcels: tuple[Shipment, ...], triggers: tuple[str, ...]
) -> None:
    order = with_parcels(CONFIRMED, *parcels)
    action = available_actions(holder(), order, at(triggers))[0]
    refusal = why_not_cancel(order, triggers)
    assert action.action is CustomerAction.CANCEL_ORDER
    assert action.allowed is (refusal is None)
    assert (action.reason_code, action.message) == ((refusal.code, refusal.message) if refusal else (None, None))


def test_a_link_that_only_shows_the_order_may_not_change_it() -> None:
    action = available_actions(holder(AccessScope.VIEW), CONFIRMED, at(OPEN))[0]
    assert (action.allowed, action.reason_code) == (False, ErrorCode.VIEW_ONLY_LINK)


def test_who_may_not_see_the_order_has_no_actions_on_it() -> None:
    assert available_actions(ANONYMOUS, CONFIRMED, at(OPEN)) == ()
