"""The quote."""

from datetime import timedelta

import pytest

from domain.model.commands import LineQuantity, LineRequest
from domain.model.orders import OrderStatus
from domain.model.reports import PaymentOutcome
from tests.domain.services.cancellations.calling_off import quoted, refused
from tests.trade import Trade


async def test_a_quote_says_what_would_come_back_and_for_what_reasons(trade: Trade) -> None:
    order = await trade.placed(quantity=2)
    quote = await quoted(trade, order)
    assert quote.valid_until == trade.world.clock.now() + timedelta(minutes=15)
    assert [(line.line_id, line.quantity, line.amount) for line in quote.lines] == [("l1", 2, 3980)]
    assert [reason.handle for reason in quote.reasons] == ["CHANGED_MIND", "OTHER"]
    assert (await trade.now(order)).version == order.version


async def test_a_quote_holds_for_its_time_and_no_longer(trade: Trade) -> None:
    order, late = await trade.placed(), await trade.placed()
    quotes = [await quoted(trade, one) for one in (order, late)]
    trade.world.clock.set(trade.world.clock.now() + timedelta(minutes=15))
    assert (await trade.cancel(order, quote_id=quotes[0].id)).flow.status is OrderStatus.CANCELED
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=2))
    assert await refused(trade, late, quote_id=quotes[1].id) == ("QUOTE_EXPIRED", "quoteId")


async def test_a_quote_is_of_one_order_and_cannot_be_made_up(trade: Trade) -> None:
    order, other = await trade.placed(), await trade.placed()
    quote = (await quoted(trade, order)).id or ""
    assert await refused(trade, other, quote_id=quote) == ("NOT_FOUND", "quoteId")
    for forged in (quote[:-1], "x" + quote[1:], quote.replace(".0.", ".1."), "", "....", "\ud800", quote + "\udfff"):
        assert await refused(trade, order, quote_id=forged) == ("NOT_FOUND", "quoteId")
    assert (await trade.cancel(order, quote_id=quote)).flow.status is OrderStatus.CANCELED


async def test_a_quote_is_void_once_the_order_would_pay_back_something_else(trade: Trade) -> None:
    order = await trade.placed()
    quote = await quoted(trade, order)
    await trade.hears(trade.word(order, PaymentOutcome.CAPTURED))
    assert await refused(trade, order, quote_id=quote.id) == ("CONFLICT", "quoteId")


@pytest.mark.parametrize(
    ("lines", "code", "place"),
    [
        ((("l1", 2), ("l2", 1)), None, None),
        ((("l1", 1), ("l1", 1), ("l2", 1)), None, None),
        ((("l1", 1),), "NOT_ALLOWED", "lines"),
        ((("l1", 2),), "NOT_ALLOWED", "lines"),
        ((("l1", 2), ("l1", 2), ("l2", 1)), "NOT_ALLOWED", "lines"),
        ((("l3", 1),), "NOT_FOUND", "lines.0.lineId"),
        ((("l1", 3),), "QUANTITY_EXCEEDED", "lines.0.quantity"),
        ((("l1", 2), ("l2", 0)), "QUANTITY_EXCEEDED", "lines.1.quantity"),
    ],
)
async def test_lines_may_be_named_if_they_are_all_there_is(
    trade: Trade, lines: tuple[tuple[str, int], ...], code: str | None, place: str | None
) -> None:
    order = await trade.placed(lines=(LineRequest("MUG", 2), LineRequest("TEE", 1)))
    named = tuple(LineQuantity(*line) for line in lines)
    quote = await quoted(trade, order, *named)
    if code is None:
        assert quote.refusals == ()
        assert (await trade.cancel(order, lines=named)).flow.status is OrderStatus.CANCELED
    else:
        assert [(one.code, ".".join(one.field)) for one in quote.refusals] == [(code, place)]
        assert await refused(trade, order, lines=named) == (code, place)
