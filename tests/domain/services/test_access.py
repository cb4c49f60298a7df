"""Who may ask what. Not yours is not there; what your role does not cover is denied before anything is looked at."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.model.actors import ANONYMOUS, AccessScope, Actor, ActorKind, Role
from domain.model.commands import (
    AddShipment,
    AdjustStock,
    CancelOrder,
    CancelReturn,
    CustomerEntry,
    DecideReturn,
    FireTrigger,
    LineQuantity,
    ProductEntry,
    ReceiveReturn,
    RecordTrackingEvent,
    RefundOrder,
    RequestReturn,
)
from domain.model.errors import AccessDenied, DomainError, NotFound, Refused
from domain.model.orders import Order
from domain.model.shipments import TrackingStatus
from domain.policies.access import ROLES_BY_VERB
from domain.services.cancellations import cancel_order, cancel_quote
from domain.services.customers import upsert_customers
from domain.services.products import upsert_products
from domain.services.refunds import refund_order
from domain.services.returns import cancel_return, decide_return, receive_return, request_return
from domain.services.shipments import add_shipment, record_tracking_event
from domain.services.stock import adjust_stock
from domain.services.tracking import track_order
from domain.services.triggers import fire_trigger
from tests.factories import NOW
from tests.trade import Trade

Asking = Callable[[Order, Actor, Trade], Awaitable[Any]]


def staff(*roles: Role) -> Actor:
    return Actor(ActorKind.STAFF, "olga", frozenset(roles))


async def fires(order: Order, actor: Actor, trade: Trade) -> Any:
    return await fire_trigger(FireTrigger(trade.key(), order.id, "customer.cancel"), actor, trade.world.ports)


async def adds(order: Order, actor: Actor, trade: Trade) -> Any:
    command = AddShipment(trade.key(), order.id, (LineQuantity("l1", 1),))
    return await add_shipment(command, actor, trade.world.ports)


async def scans(order: Order, actor: Actor, trade: Trade) -> Any:
    at = trade.world.clock.now()
    command = RecordTrackingEvent(trade.key(), order.id, "s1", TrackingStatus.IN_TRANSIT, "Seen", at)
    return await record_tracking_event(command, actor, trade.world.ports)


async def counts(order: Order, actor: Actor, trade: Trade) -> Any:
    return await adjust_stock(AdjustStock(trade.key(), "MUG", "hamburg", 1, "count"), actor, trade.world.ports)


async def sells(order: Order, actor: Actor, trade: Trade) -> Any:
    return await upsert_products((ProductEntry("NEW", "New", Decimal("1.00"), "EUR"),), actor, trade.world.ports)


async def knows(order: Order, actor: Actor, trade: Trade) -> Any:
    return await upsert_customers((CustomerEntry("new@example.org"),), actor, trade.world.ports)


async def orders_for(order: Order, actor: Actor, trade: Trade) -> Any:
    customer = await trade.customer()
    return await trade.place(actor=actor, customer_id=customer.id)


async def cancels(order: Order, actor: Actor, trade: Trade) -> Any:
    return await cancel_order(CancelOrder(trade.key(), order.id, "CHANGED_MIND"), actor, trade.world.ports)


async def asks_back(order: Order, actor: Actor, trade: Trade) -> Any:
    return await request_return(RequestReturn(trade.key(), order.id, ()), actor, trade.world.ports)


async def keeps(order: Order, actor: Actor, trade: Trade) -> Any:
    return await cancel_return(CancelReturn(trade.key(), order.id, "t1"), actor, trade.world.ports)


async def decides(order: Order, actor: Actor, trade: Trade) -> Any:
    return await decide_return(DecideReturn(trade.key(), order.id, "t1", approve=True), actor, trade.world.ports)


async def receives(order: Order, actor: Actor, trade: Trade) -> Any:
    return await receive_return(ReceiveReturn(trade.key(), order.id, "t1", ()), actor, trade.world.ports)


async def refunds(order: Order, actor: Actor, trade: Trade) -> Any:
    return await refund_order(RefundOrder(trade.key(), order.id, "GOODWILL"), actor, trade.world.ports)


STAFF_ONLY: dict[str, Asking] = {
    "fireTrigger": fires,
    "addShipment": adds,
    "recordTrackingEvent": scans,
    "adjustStock": counts,
    "upsertProducts": sells,
    "upsertCustomers": knows,
    "placeOrderFor": orders_for,
}
EVERYBODYS = {"cancelOrder": cancels}
TOO_EARLY: dict[str, Asking] = {
    "requestReturn": asks_back,
    "cancelReturn": keeps,
    "decideReturn": decides,
    "receiveReturn": receives,
    "refundOrder": refunds,
}
"""What nobody can do with an order that was only just placed, whether or not they may."""
ELSEWHERE = {"viewOrders", "viewStock"}
"""Verbs that are asked for outside the use cases, where lists are read."""


def test_every_verb_of_the_table_is_asked_for_somewhere() -> None:
    assert set(STAFF_ONLY) | set(EVERYBODYS) | set(TOO_EARLY) | ELSEWHERE == set(ROLES_BY_VERB)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("verb", [*STAFF_ONLY, *EVERYBODYS])
async def test_staff_may_what_their_role_covers(trade: Trade, verb: str, role: Role) -> None:
    order = await trade.placed()
    asking = (STAFF_ONLY | EVERYBODYS)[verb](order, staff(role), trade)
    if role in ROLES_BY_VERB[verb]:
        await asking
    else:
        with pytest.raises(AccessDenied):
            await asking
        assert (await trade.now(order)).version == order.version


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("verb", TOO_EARLY)
async def test_staff_learn_why_not_only_where_their_role_reaches(trade: Trade, verb: str, role: Role) -> None:
    order = await trade.placed()
    expected = (NotFound, Refused) if role in ROLES_BY_VERB[verb] else AccessDenied
    with pytest.raises(expected):
        await TOO_EARLY[verb](order, staff(role), trade)
    assert (await trade.now(order)).version == order.version


@pytest.mark.parametrize("verb", STAFF_ONLY)
async def test_nobody_else_may_what_is_for_staff(trade: Trade, verb: str) -> None:
    customer = await trade.customer()
    order = await trade.placed(actor=Actor(ActorKind.CUSTOMER, customer.id))
    for actor in (ANONYMOUS, trade.holder(order), Actor(ActorKind.CUSTOMER, customer.id), staff()):
        with pytest.raises(AccessDenied):
            await STAFF_ONLY[verb](order, actor, trade)
    assert (await trade.now(order)).version == order.version


async def outcome(asking: Awaitable[Any]) -> tuple[type[DomainError], object]:
    try:
        await asking
    except DomainError as error:
        return type(error), getattr(error, "refusals", None)
    raise AssertionError("it was allowed")


async def looks(order: Order, actor: Actor, trade: Trade) -> Any:
    return await cancel_quote(order.id, (), actor, trade.world.ports)


async def follows(order: Order, actor: Actor, trade: Trade) -> Any:
    return await anext(track_order(order.id, None, actor, trade.world.ports))


@pytest.mark.parametrize("asking", [cancels, looks, follows])
async def test_what_is_not_yours_is_not_there_to_the_last_word(trade: Trade, asking: Asking) -> None:
    customer = await trade.customer()
    order = await trade.placed(actor=Actor(ActorKind.CUSTOMER, customer.id))
    other, missing = await trade.placed(), replace(order, id="0" * 32)
    expired = Actor(ActorKind.CUSTOMER, customer.id, expires_at=trade.world.clock.now())
    strangers = (
        ANONYMOUS,
        Actor(ActorKind.CUSTOMER, "c2"),
        trade.holder(other),
        Actor(ActorKind.GUEST, "0" * 32, order_id=order.id, scopes=frozenset({AccessScope.VIEW})),
        Actor(ActorKind.CARRIER),
        staff(),
        expired,
    )
    for actor in strangers:
        assert await outcome(asking(order, actor, trade)) == await outcome(asking(missing, actor, trade))


async def test_a_link_runs_out_and_can_be_revoked(trade: Trade) -> None:
    order = await trade.placed()
    holder, other = trade.holder(order), await trade.link(order)
    for actor in (holder, other):
        await looks(order, actor, trade)
    await trade.world.store.write(lambda uow: uow.revoke_link(order.id, NOW))
    for asking in (looks, follows, cancels):
        with pytest.raises(NotFound):
            await asking(order, holder, trade)
    await looks(order, other, trade)
    trade.world.clock.set(trade.world.clock.now() + timedelta(days=40_000))
    with pytest.raises(NotFound):
        await looks(order, other, trade)
