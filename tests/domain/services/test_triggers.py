"""Staff move an order by hand, as far as its workflow allows and no further."""

import pytest

from domain.model.actors import ActorKind, ActorRef
from domain.model.commands import FireTrigger
from domain.model.errors import ErrorCode, NotFound, Refused
from domain.model.events import WorkflowMoved
from domain.model.orders import Order, OrderStatus, UnavailablePolicy
from domain.services.triggers import fire_trigger
from domain.workflow.triggers import FACTS
from tests.trade import Trade
from tests.world import STAFF


async def refused(trade: Trade, order: Order, trigger: str, **changes: str) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await trade.fire(order, trigger, **changes)
    (refusal,) = caught.value.refusals
    return refusal.code.value, ".".join(refusal.field)


async def test_a_trigger_says_who_fired_it_and_keeps_their_note_apart(trade: Trade) -> None:
    order = await trade.placed(token="pm_card_riskLevelElevated")
    order = await trade.fire(order, "staff.approve", note="I called Mrs. Lovelace")
    moved = next(event for event in await trade.events(order) if getattr(event.data, "trigger", "") == "staff.approve")
    assert moved.actor == ActorRef(ActorKind.STAFF, "olga")
    assert isinstance(moved.data, WorkflowMoved)
    assert moved.data.note is not None
    assert "Lovelace" not in repr([event.data for event in await trade.events(order)])


async def test_what_the_state_does_not_answer_is_refused_and_names_what_it_does(trade: Trade) -> None:
    order = await trade.placed(token="nope")
    with pytest.raises(Refused) as caught:
        await trade.fire(order, "staff.approve")
    (refusal,) = caught.value.refusals
    assert (refusal.code, refusal.field) == (ErrorCode.NOT_ALLOWED, ("trigger",))
    assert refusal.message.endswith("It takes: payment.retry, customer.cancel.")
    assert (await trade.now(order)).version == order.version


@pytest.mark.parametrize("trigger", sorted(FACTS))
async def test_nobody_makes_a_fact_by_saying_it(trade: Trade, trigger: str) -> None:
    waiting = await trade.placed(sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER)
    unpaid = await trade.placed(token="nope")
    sent = await trade.handed_over(await trade.placed())
    for order in (waiting, unpaid, sent):
        assert await refused(trade, order, trigger) == ("NOT_ALLOWED", "trigger")
        assert (await trade.now(order)).version == order.version


async def test_a_trigger_whose_conditions_do_not_hold_is_refused(trade: Trade) -> None:
    trade.world.payments.refuses_capture = True
    order = await trade.handed_over(await trade.placed())
    assert trade.is_in(order, "unpaid")
    assert await refused(trade, order, "staff.waive") == ("NOT_ALLOWED", "trigger"), "it has not arrived yet"


@pytest.mark.parametrize("note", ["4111 1111 1111 1111", "\x00", "x" * 2001])
async def test_a_note_is_plain_text(trade: Trade, note: str) -> None:
    order = await trade.placed(token="pm_card_riskLevelElevated")
    assert (await refused(trade, order, "staff.approve", note=note))[1] == "note"


async def test_an_order_that_is_not_there_takes_no_trigger(trade: Trade) -> None:
    with pytest.raises(NotFound):
        await fire_trigger(FireTrigger("k", "0" * 32, "staff.approve"), STAFF, trade.world.ports)


async def test_a_refusal_does_not_use_the_key_up(trade: Trade) -> None:
    order = await trade.placed(token="nope")
    assert (await refused(trade, order, "staff.approve", key="k"))[0] == "NOT_ALLOWED"
    order = await trade.fire(order, "customer.cancel", key="k")
    assert order.flow.status is OrderStatus.CANCELED
