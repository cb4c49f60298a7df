"""Who, and why."""

from datetime import timedelta
from typing import Any

import pytest

from domain.model.actors import ANONYMOUS, AccessScope, Actor, ActorKind, Role
from domain.model.errors import AccessDenied, NotFound
from domain.model.orders import OrderStatus
from tests.domain.services.cancellations.calling_off import quoted, refused
from tests.trade import Trade
from tests.world import STAFF


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"reason": "BECAUSE"}, "INVALID", "reason"),
        ({"reason": ""}, "INVALID", "reason"),
        ({"reason": "OTHER"}, "INVALID", "note"),
        ({"reason": "OTHER", "note": "  "}, "INVALID", "note"),
        ({"note": "4111 1111 1111 1111"}, "CARD_DATA_REFUSED", "note"),
        ({"note": "\x00"}, "INVALID", "note"),
    ],
)
async def test_a_cancellation_says_why(trade: Trade, changes: dict[str, Any], code: str, place: str) -> None:
    order = await trade.placed()
    assert await refused(trade, order, **changes) == (code, place)
    assert (await trade.now(order)).flow.status is OrderStatus.CONFIRMED


async def test_a_note_is_kept_apart_from_the_journal(trade: Trade) -> None:
    order = await trade.placed()
    await trade.cancel(order, reason="OTHER", note="it is for my aunt Erna")
    assert "Erna" not in repr([event.data for event in await trade.events(order)])


async def test_only_who_may_change_the_order_may_call_it_off(trade: Trade) -> None:
    customer = await trade.customer()
    order = await trade.placed(actor=Actor(ActorKind.CUSTOMER, customer.id))
    foreign = await trade.placed()
    strangers = (ANONYMOUS, Actor(ActorKind.CUSTOMER, "c2"), trade.holder(foreign))
    for stranger in strangers:
        with pytest.raises(NotFound):
            await trade.cancel(order, stranger)
        with pytest.raises(NotFound):
            await quoted(trade, order, actor=stranger)
    gift = trade.holder(order, AccessScope.VIEW)
    assert await refused(trade, order, gift) == ("VIEW_ONLY_LINK", "")
    with pytest.raises(AccessDenied):
        await trade.cancel(order, Actor(ActorKind.STAFF, "wim", frozenset({Role.WAREHOUSE})))
    assert (await trade.now(order)).flow.status is OrderStatus.CONFIRMED
    assert (await trade.cancel(order, Actor(ActorKind.CUSTOMER, customer.id))).flow.status is OrderStatus.CANCELED
    assert (await trade.cancel(foreign, STAFF)).flow.status is OrderStatus.CANCELED


async def test_who_canceled_is_in_the_journal(trade: Trade) -> None:
    order = await trade.placed()
    await trade.cancel(order, STAFF)
    (request,) = [event for event in await trade.events(order) if event.type == "order.cancel_requested"]
    assert (request.actor.kind, request.actor.name) == (ActorKind.STAFF, "olga")


async def test_a_revoked_link_cancels_nothing(trade: Trade) -> None:
    order = await trade.placed()
    holder = await trade.link(order)
    await trade.world.store.write(lambda uow: uow.revoke_link("f" * 32, trade.world.clock.now()))
    with pytest.raises(NotFound):
        await trade.cancel(order, holder)
    with pytest.raises(NotFound):
        await quoted(trade, order, actor=holder)


async def test_a_link_that_has_run_out_cancels_nothing(trade: Trade) -> None:
    order = await trade.placed()
    holder = trade.holder(order)
    trade.world.clock.set(trade.world.clock.now() + timedelta(days=91))
    with pytest.raises(NotFound):
        await trade.cancel(order, holder)
