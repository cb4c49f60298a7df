"""What becomes of an order while its caller waits, and afterwards."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.adapters.ids import SeededIds
from domain.model.actors import Actor, ActorKind
from domain.model.commands import LineRequest, PaymentRequest
from domain.model.effects import EffectStatus
from domain.model.errors import ErrorCode, Refusal, Refused
from domain.model.orders import OrderStatus, TaskStatus, UnavailablePolicy
from domain.model.payments import PaymentMethod, PaymentStatus, RiskLevel
from domain.model.reports import PaymentOutcome
from domain.policies.progress import fulfillment_status, payment_status
from tests.trade import Trade
from tests.world import STAFF, FixedShop


def codes(refusals: tuple[Refusal, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(refusal.code, refusal.field) for refusal in refusals]


# ------------------------------------------------------------------ as it should be


async def test_a_paid_order_is_confirmed_in_the_answer_itself(trade: Trade) -> None:
    placement = await trade.place(quantity=2)
    order = placement.order
    assert placement.refusals == ()
    assert order.flow.status is OrderStatus.CONFIRMED
    assert (order.total, order.subtotal, order.shipping_total, order.tax_total) == (4470, 3980, 490, 713)
    assert order.payments[0].status is PaymentStatus.AUTHORIZED
    assert (order.payments[0].brand, order.payments[0].last4) == ("visa", "4242")
    assert await trade.level() == (10, 2)
    assert trade.world.payments.held == {"pi_1": 4470}
    await trade.world.settle()
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert [shipment.origin for shipment in trade.world.warehouse.requested.values()] == ["hamburg"]


async def test_the_three_first_outcomes_are_one_version(trade: Trade) -> None:
    """Nobody sees the order between them: the journal has them in one save, that of one moment."""
    placement = await trade.place()
    types = await trade.types(placement.order)
    assert types[:2] == ["order.placed", "workflow.moved"]
    assert types[2:9] == [
        "stock.reserved", "task.settled", "payment.authorized", "task.settled", "risk.assessed", "task.settled",
        "workflow.moved",
    ]  # fmt: skip


async def test_a_guest_is_given_the_token_of_the_orders_link(trade: Trade) -> None:
    placement = await trade.place()
    assert placement.token == trade.world.ports.links.token(placement.order.id)
    link = await trade.world.store.read(lambda reader: reader.link(placement.order.id))
    assert link is not None
    assert link.token_hash == trade.world.ports.links.digest(placement.token or "")
    assert link.expires_at == placement.order.placed_at + timedelta(days=90)


async def test_a_customer_needs_no_token_and_staff_order_for_one(trade: Trade) -> None:
    customer = await trade.customer(name="Grace Hopper", phone="+4930901821", tier="gold", locale="de")
    own = await trade.place(actor=Actor(ActorKind.CUSTOMER, customer.id), email=None)
    for_them = await trade.place(actor=STAFF, customer_id=customer.id, email=None)
    for placement in (own, for_them):
        assert (placement.order.customer_id, placement.order.customer_tier) == (customer.id, "gold")
        assert placement.order.locale == "de"
        assert placement.order.buyer is not None
        assert (placement.order.buyer.email, placement.order.buyer.phone) == ("grace@example.org", "+4930901821")
    assert own.token is None


async def test_an_order_is_its_customers_even_if_the_shop_does_not_know_them_yet(trade: Trade) -> None:
    placement = await trade.place(actor=Actor(ActorKind.CUSTOMER, "c-unknown"))
    assert placement.order.customer_id == "c-unknown"


async def test_personal_words_stand_beside_the_order_and_nowhere_in_its_journal(trade: Trade) -> None:
    placement = await trade.place(note="for my niece", phone="030 901820")
    buyer = (await trade.now(placement.order)).buyer
    assert buyer is not None
    assert (buyer.name, buyer.email, buyer.phone, buyer.note) == (
        "Ada Lovelace", "ada@example.org", "+4930901820", "for my niece",
    )  # fmt: skip
    told = " ".join(repr(event.data) for event in await trade.events(placement.order))
    for word in ("Lovelace", "ada@example.org", "901820", "Torstr", "niece"):
        assert word not in told


async def test_an_order_is_found_by_what_people_know_of_it(trade: Trade) -> None:
    order = (await trade.place(reference="PO 4711")).order
    lookup = trade.world.ports.personals.lookup
    for kind, value in (
        ("number", order.number),
        ("reference", "PO 4711"),
        ("sku", "MUG"),
        ("email", lookup("email", "Ada@Example.org")),
        ("name", lookup("name", "ada lovelace")),
        ("payment", "pi_1"),
    ):
        found = await trade.world.store.read(lambda reader, kind=kind, value=value: reader.order_id(kind, value))  # type: ignore[misc]
        assert found == order.id, kind


async def test_a_number_that_is_taken_is_drawn_again(trade: Trade) -> None:
    class Repeating(SeededIds):
        drawn = [7, 7, 8]  # noqa: RUF012 - one test, one draw

        def bits(self, n: int) -> int:
            return self.drawn.pop(0)

    ids = Repeating(5)
    trade.world.change(ids=ids)
    first, second = await trade.place(), await trade.place()
    assert first.order.number != second.order.number
    assert ids.drawn == []


async def test_an_order_may_be_paid_in_parts(trade: Trade) -> None:
    cart = trade.cart(
        payments=(
            PaymentRequest(PaymentMethod.CARD, "pm_card_visa", amount=Decimal("10.00")),
            PaymentRequest(PaymentMethod.CARD, "pm_card_visa"),
        )
    )
    order = (await trade.place(cart)).order
    assert [payment.amount for payment in order.payments] == [1000, 1480]
    assert order.flow.status is OrderStatus.CONFIRMED
    assert len(set(trade.world.payments.keys("authorize"))) == 2
    assert sum(trade.world.payments.held.values()) == order.total == 2480


# ------------------------------------------------------------------ declined


async def test_a_declined_payment_leaves_the_order_on_hold_with_its_stock(trade: Trade) -> None:
    placement = await trade.place(token="pm_card_chargeDeclined")
    order = placement.order
    assert codes(placement.refusals) == [("PAYMENT_DECLINED", ("payments", "0"))]
    assert placement.refusals[0].message == "Your card was declined."
    assert (order.flow.status, payment_status(order)) == (OrderStatus.ON_HOLD, "FAILED")
    assert trade.is_in(order, "awaitingPayment")
    assert await trade.level() == (10, 1)


async def test_the_declined_one_of_several_payments_is_named(trade: Trade) -> None:
    payments = (
        PaymentRequest(PaymentMethod.CARD, "pm_card_visa", amount=Decimal("10.00")),
        PaymentRequest(PaymentMethod.CARD, "nope"),
    )
    placement = await trade.place(trade.cart(payments=payments))
    assert codes(placement.refusals) == [("PAYMENT_DECLINED", ("payments", "1"))]
    nothing_left = (PaymentRequest(PaymentMethod.CARD, "pm_card_visa"), replace(payments[1], amount=Decimal("24.80")))
    placement = await trade.place(trade.cart(payments=nothing_left))
    assert codes(placement.refusals) == [("PAYMENT_DECLINED", ("payments", "1"))]


async def test_an_order_that_is_not_paid_in_time_is_canceled_and_its_stock_is_free(trade: Trade) -> None:
    order = (await trade.place(token="nope")).order
    await trade.world.wait(timedelta(hours=1, minutes=59))
    assert trade.is_in(await trade.now(order), "awaitingPayment")
    await trade.world.wait(timedelta(minutes=1))
    order = await trade.now(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert await trade.level() == (10, 0)
    assert order.cancellation is None


async def test_a_payment_that_is_tried_again_confirms_the_order(trade: Trade) -> None:
    order = (await trade.place(token="nope")).order
    order = await trade.fire(order, "payment.retry")
    assert trade.is_in(order, "awaitingPayment")
    declined = [event for event in await trade.events(order) if event.type == "payment.declined"]
    assert len(declined) == 2, "the second no is on record too"
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert await trade.level() == (10, 1)


# ------------------------------------------------------------------ sold out in between


async def test_stock_that_is_lost_in_the_race_cancels_the_order_and_lets_its_money_go(trade: Trade) -> None:
    held = trade.hold_back()
    lines = (LineRequest("MUG", 1), LineRequest("TEE", 3))
    placing = asyncio.create_task(trade.place(lines=lines))
    await held.something()
    await trade.adjust("TEE", -8)
    held.let_go()
    placement = await placing
    order = placement.order
    assert codes(placement.refusals) == [("OUT_OF_STOCK", ("lines", "1", "quantity"))]
    assert order.flow.status is OrderStatus.CANCELED
    assert order.payments[0].status is PaymentStatus.VOIDED
    assert trade.world.payments.held == {}
    assert (await trade.level("MUG"), await trade.level("TEE")) == ((10, 0), (2, 0))
    assert payment_status(order) == "VOIDED"


async def test_of_buyers_who_all_saw_the_last_ones_some_have_them(trade: Trade) -> None:
    """Everybody passed the check: twelve want one each of ten."""
    held = trade.hold_back()
    placing = [asyncio.create_task(trade.place()) for _ in range(12)]
    await held.something(12 * 3)
    held.let_go()
    placements = await asyncio.gather(*placing)
    statuses = [placement.order.flow.status for placement in placements]
    assert statuses.count(OrderStatus.CONFIRMED) == 10
    assert statuses.count(OrderStatus.CANCELED) == 2
    assert await trade.level() == (10, 10)
    assert len(trade.world.payments.held) == 10


# ------------------------------------------------------------------ challenged


async def test_a_challenge_keeps_the_order_pending_with_its_stock_until_the_bank_has_spoken(trade: Trade) -> None:
    placement = await trade.place(token="pm_card_authenticationRequired")
    order = placement.order
    assert placement.refusals == ()
    assert (order.flow.status, payment_status(order)) == (OrderStatus.PENDING, "PENDING")
    assert order.payments[0].next_action is not None
    assert order.payments[0].next_action.url == "https://pay.example/challenge"
    assert await trade.level() == (10, 1)
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED, brand="visa"))
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert (order.payments[0].status, order.payments[0].next_action) == (PaymentStatus.AUTHORIZED, None)


async def test_a_failed_challenge_is_a_decline(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_authenticationRequired")).order
    await trade.hears(trade.word(order, PaymentOutcome.DECLINED, 0, code="authentication_failed", message="No."))
    order = await trade.now(order)
    assert trade.is_in(order, "awaitingPayment")
    assert order.payments[0].failure == "No."


async def test_a_challenge_that_succeeds_at_the_second_attempt_counts(trade: Trade) -> None:
    """The provider lets a buyer try again with the same payment: its later word is the truer one."""
    order = (await trade.place(token="pm_card_authenticationRequired")).order
    await trade.hears(trade.word(order, PaymentOutcome.DECLINED, 0))
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert order.payments[0].status is PaymentStatus.AUTHORIZED


async def test_a_decline_that_is_told_after_the_success_that_followed_it_changes_nothing(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_authenticationRequired")).order
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    await trade.hears(trade.word(order, PaymentOutcome.DECLINED, 0))
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    assert order.payments[0].status is PaymentStatus.AUTHORIZED


async def test_a_challenge_that_the_provider_gives_up_is_a_decline(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_authenticationRequired")).order
    await trade.hears(trade.word(order, PaymentOutcome.VOIDED, 0))
    order = await trade.now(order)
    assert trade.is_in(order, "awaitingPayment")
    order = await trade.fire(order, "payment.retry")
    assert order.payments[0].status is PaymentStatus.REQUIRES_ACTION, "it is asked for anew"
    assert order.payments[0].reference == "pi_2"


async def test_money_that_comes_by_a_payment_that_was_given_up_is_money(trade: Trade) -> None:
    """A second try is under way at the bank when the first one succeeds after all."""
    first = await trade.placed(token="pm_card_authenticationRequired")
    await trade.hears(trade.word(first, PaymentOutcome.DECLINED, 0))
    second = await trade.fire(first, "payment.retry")
    assert (second.payments[0].reference, second.payments[0].status) == ("pi_2", PaymentStatus.REQUIRES_ACTION)
    await trade.hears(trade.word(first, PaymentOutcome.DECLINED, 0, reference="pi_1"))
    assert (await trade.now(second)).version == second.version, "an old no is history"
    await trade.hears(trade.word(first, PaymentOutcome.AUTHORIZED, reference="pi_1"))
    order = await trade.now(second)
    assert (order.payments[0].reference, order.payments[0].status) == ("pi_1", PaymentStatus.AUTHORIZED)
    assert trade.is_in(order, "scheduled")


async def test_a_challenge_that_nobody_meets_ends_with_the_time_to_pay(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_authenticationRequired")).order
    await trade.world.wait(timedelta(hours=2))
    order = await trade.now(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert order.payments[0].status is PaymentStatus.VOIDED
    assert await trade.level() == (10, 0)


# ------------------------------------------------------------------ slow, broken, strange


async def test_what_is_still_running_when_the_caller_has_waited_enough_is_pending_without_an_error(
    trade: Trade,
) -> None:
    gate = trade.world.payments.gate = asyncio.Event()
    placing = asyncio.create_task(trade.place())
    await trade.until(lambda: trade.world.payments.waiting == 1)
    trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=2))
    placement = await placing
    assert placement.refusals == ()
    assert placement.order.flow.status is OrderStatus.PENDING
    gate.set()
    await trade.world.settle()
    order = await trade.now(placement.order)
    assert trade.is_in(order, "scheduled")


@pytest.mark.parametrize("fault", ["down", "drop"])
async def test_a_gateway_that_does_not_answer_is_asked_again_with_the_same_key(trade: Trade, fault: str) -> None:
    setattr(trade.world.payments, fault, 2)
    order = (await trade.patiently(trade.place())).order
    assert order.flow.status is OrderStatus.PENDING
    await trade.world.wait(timedelta(minutes=1))
    order = await trade.now(order)
    assert trade.is_in(order, "scheduled")
    asked = trade.world.payments.keys("authorize")
    assert (len(asked), len(set(asked))) == (3, 1)
    assert trade.world.payments.held == {"pi_1": order.total}


async def test_retries_wait_longer_each_time_and_not_all_alike(trade: Trade) -> None:
    trade.world.payments.down = 3
    order = (await trade.patiently(trade.place())).order
    waits, tried_at = [], order.placed_at
    for _ in range(3):
        (effect,) = [one for one in await trade.effects(order) if one.action == "authorizePayment"]
        assert (effect.status, effect.failure) == (EffectStatus.PENDING, "Unavailable: down")
        waits.append((effect.run_at - tried_at).total_seconds())
        tried_at = max(effect.run_at, trade.world.clock.now())
        trade.world.clock.set(tried_at)
        await trade.world.settle()
    assert 1 <= waits[0] <= 2 <= waits[1] <= 4 <= waits[2] <= 8
    assert len(set(waits)) == 3


async def test_a_gateway_that_stays_silent_leaves_the_order_to_a_person(trade: Trade) -> None:
    trade.world.payments.down = 99
    order = (await trade.patiently(trade.place())).order
    await trade.world.wait(timedelta(minutes=10))
    order = await trade.now(order)
    assert (order.flow.status, trade.is_in(order, "inReview")) == (OrderStatus.ON_HOLD, True)
    (effect,) = [one for one in await trade.effects(order) if one.action == "authorizePayment"]
    assert (effect.status, effect.attempt, effect.failure) == (EffectStatus.FAILED, 6, "Unavailable: down")
    trade.world.payments.down = 0
    order = await trade.fire(order, "payment.retry")
    assert trade.is_in(order, "scheduled")


async def test_a_hold_of_another_amount_is_looked_at_by_a_person(trade: Trade) -> None:
    trade.world.payments.wrong_by = -1
    order = (await trade.place()).order
    assert (order.flow.status, trade.is_in(order, "inReview")) == (OrderStatus.ON_HOLD, True)
    assert order.payments[0].authorized == order.total - 1
    assert [task.code for task in order.flow.tasks] == []
    settled = [event.data for event in await trade.events(order) if event.type == "task.settled"]
    assert "WRONG_AMOUNT" in repr(settled)
    order = await trade.fire(order, "staff.approve")
    assert trade.is_in(order, "awaitingPayment"), "too little is no payment, whoever approves of it"


async def test_never_more_is_taken_than_was_agreed(trade: Trade) -> None:
    trade.world.payments.wrong_by = 1
    order = (await trade.place()).order
    assert trade.is_in(order, "inReview")
    order = await trade.fire(order, "staff.approve")
    order = await trade.delivered(order)
    assert trade.is_in(order, "delivered")
    assert trade.world.payments.taken == {"pi_1": order.total}


async def test_an_elevated_risk_holds_the_order_until_a_person_has_looked(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_riskLevelElevated")).order
    assert (order.flow.status, trade.is_in(order, "inReview")) == (OrderStatus.ON_HOLD, True)
    assert order.payments[0].risk is not None
    assert order.payments[0].risk.level is RiskLevel.HIGH
    assert fulfillment_status(order) == "ON_HOLD"
    order = await trade.fire(order, "staff.approve")
    assert trade.is_in(order, "scheduled")


async def test_a_rejected_order_gives_everything_back(trade: Trade) -> None:
    order = (await trade.place(token="pm_card_riskLevelElevated")).order
    order = await trade.fire(order, "staff.reject", note="stolen card")
    assert order.flow.status is OrderStatus.CANCELED
    assert order.payments[0].status is PaymentStatus.VOIDED
    assert (await trade.level(), trade.world.payments.held) == ((10, 0), {})


# ------------------------------------------------------------------ approval


@pytest.fixture
async def clocks(trade: Trade) -> Trade:
    await trade.stocked(CLOCK=3)
    return trade


async def test_a_large_order_waits_for_an_approval(clocks: Trade) -> None:
    order = (await clocks.place(sku="CLOCK")).order
    assert (order.flow.status, clocks.is_in(order, "awaitingApproval")) == (OrderStatus.ON_HOLD, True)
    order = await clocks.fire(order, "staff.approve")
    assert clocks.is_in(order, "scheduled")


async def test_a_gold_customer_needs_no_approval(clocks: Trade) -> None:
    customer = await clocks.customer(tier="gold")
    order = (await clocks.place(sku="CLOCK", actor=Actor(ActorKind.CUSTOMER, customer.id))).order
    assert order.flow.status is OrderStatus.CONFIRMED


async def test_an_approval_that_nobody_gives_runs_out(clocks: Trade) -> None:
    order = (await clocks.place(sku="CLOCK")).order
    await clocks.world.wait(timedelta(days=3))
    order = await clocks.now(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert (await clocks.level("CLOCK"), clocks.world.payments.held) == ((3, 0), {})


async def test_the_limit_counts_in_the_shops_own_currency(clocks: Trade) -> None:
    """1,200 dollars are 1,104 euros; 12 dollars are nothing to speak of."""
    order = (await clocks.place(sku="CLOCK", currency="USD")).order
    assert clocks.is_in(order, "awaitingApproval")
    order = (await clocks.place(sku="TEE", currency="USD")).order
    assert order.flow.status is OrderStatus.CONFIRMED


# ------------------------------------------------------------------ reservations


async def test_a_reservation_ends_with_the_shops_window_for_it(trade: Trade) -> None:
    shop = trade.world.ports.shops.current()
    short = replace(shop, windows=replace(shop.windows, payment="P9D", reservation="PT30M"))
    trade.world.change(shops=FixedShop(short))
    order = (await trade.place(token="nope")).order
    await trade.world.wait(timedelta(minutes=29))
    assert await trade.level() == (10, 1)
    await trade.world.wait(timedelta(minutes=1))
    order = await trade.now(order)
    assert order.flow.status is OrderStatus.CANCELED
    assert await trade.level() == (10, 0)


async def test_a_confirmed_order_keeps_its_stock_however_long_it_takes(trade: Trade) -> None:
    order = (await trade.place()).order
    await trade.world.wait(timedelta(days=30))
    assert trade.is_in(await trade.now(order), "scheduled")
    assert await trade.level() == (10, 1)


# ------------------------------------------------------------------ backorders


async def test_who_waits_for_stock_is_confirmed_and_served_oldest_first(trade: Trade) -> None:
    """Three wait for four each; six come: enough for one, and nobody overtakes."""
    orders = [await trade.placed(quantity=4, sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER) for _ in range(3)]
    for order in orders:
        assert (order.flow.status, trade.is_in(order, "backordered")) == (OrderStatus.CONFIRMED, True)
        assert (order.lines[0].backordered, fulfillment_status(order)) == (4, "ON_HOLD")
        trade.world.clock.set(trade.world.clock.now() + timedelta(seconds=1))
    await trade.stocked(BOOK=6)
    states = [trade.is_in(await trade.now(order), "scheduled") for order in orders]
    assert states == [True, False, False]
    assert await trade.level("BOOK") == (6, 4)
    await trade.stocked(BOOK=6)
    assert await trade.level("BOOK") == (12, 12)
    for order in orders:
        assert trade.is_in(await trade.now(order), "scheduled")


async def test_who_waits_for_several_things_does_not_hold_up_others(trade: Trade) -> None:
    both = (LineRequest("BOOK", 1), LineRequest("CLOCK", 1))
    first = await trade.placed(lines=both, if_unavailable=UnavailablePolicy.BACKORDER)
    second = await trade.placed(sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER)
    await trade.stocked(BOOK=2)
    assert trade.is_in(await trade.now(second), "scheduled")
    first = await trade.now(first)
    assert trade.is_in(first, "backordered")
    assert [line.backordered for line in first.lines] == [0, 1]
    await trade.stocked(CLOCK=1)
    assert trade.is_in(await trade.now(first), "awaitingApproval"), "a clock is dear"
    assert (await trade.level("BOOK"), await trade.level("CLOCK")) == ((2, 2), (1, 1))


async def test_stock_that_a_canceled_order_frees_goes_to_who_waits(trade: Trade) -> None:
    holding = await trade.placed(quantity=10)
    waiting = await trade.placed(quantity=2, if_unavailable=UnavailablePolicy.BACKORDER)
    assert trade.is_in(waiting, "backordered")
    await trade.cancel(holding)
    await trade.world.settle()
    assert trade.is_in(await trade.now(waiting), "scheduled")
    assert await trade.level() == (10, 2)


async def test_who_waits_no_more_is_not_served(trade: Trade) -> None:
    gone = await trade.placed(sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER)
    waiting = await trade.placed(sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER)
    await trade.cancel(gone)
    await trade.stocked(BOOK=1)
    assert trade.is_in(await trade.now(waiting), "scheduled")
    assert await trade.level("BOOK") == (1, 1)


async def test_an_unpaid_order_that_waits_for_stock_is_served_and_waits_for_its_money(trade: Trade) -> None:
    order = await trade.placed(sku="BOOK", token="nope", if_unavailable=UnavailablePolicy.BACKORDER)
    assert trade.is_in(order, "awaitingPayment")
    await trade.stocked(BOOK=1)
    order = await trade.now(order)
    assert (trade.is_in(order, "awaitingPayment"), order.lines[0].backordered) == (True, 0)
    await trade.hears(trade.word(order, PaymentOutcome.AUTHORIZED))
    assert trade.is_in(await trade.now(order), "scheduled")


async def test_many_who_wait_are_served_in_several_goes(trade: Trade) -> None:
    orders = []
    for _ in range(25):
        orders.append(await trade.placed(sku="BOOK", if_unavailable=UnavailablePolicy.BACKORDER))
        trade.world.clock.set(trade.world.clock.now() + timedelta(milliseconds=1))
    await trade.stocked(BOOK=24)
    served = [trade.is_in(await trade.now(order), "scheduled") for order in orders]
    assert served == [True] * 24 + [False]


async def test_outcomes_do_not_wait_for_a_slow_one_for_ever(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("domain.services.effects.TOGETHER", 0.01)
    gate = trade.world.payments.gate = asyncio.Event()
    order = (await trade.patiently(trade.place())).order
    gate.set()
    assert [task.name for task in order.flow.tasks if task.status is TaskStatus.RUNNING] == ["payment"]
    assert await trade.level() == (10, 1)


async def test_a_card_number_anywhere_is_refused_and_nothing_is_stored(trade: Trade) -> None:
    with pytest.raises(Refused) as refused:
        await trade.place(note="4111 1111 1111 1111")
    assert codes(refused.value.refusals) == [(ErrorCode.CARD_DATA_REFUSED, ("note",))]
    assert "4111" not in str(refused.value)
    assert await trade.orders() == []
