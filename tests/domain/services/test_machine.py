"""Anything in any order: people, partners and time do what they like, and the books are right after every step."""

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager, suppress
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, precondition, rule

from domain.model.errors import Refused
from domain.model.orders import Order, OrderStatus, UnavailablePolicy
from domain.model.payments import PaymentStatus
from domain.model.reports import PaymentOutcome, TrackerReport
from domain.model.shipments import PreparationStatus, TrackingStatus
from domain.services.cancellations import cancel_quote
from tests.books import complaints
from tests.trade import Trade, a_trade, number_of
from tests.workflows import as_shipped, renamed

TOKENS = ("pm_card_visa", "pm_card_visa", "nope", "pm_card_authenticationRequired", "pm_card_riskLevelElevated")
SKUS = ("MUG", "TEE")
TRIGGERS = ("staff.approve", "staff.reject", "payment.retry", "staff.capture", "staff.waive", "customer.cancel")


class Trading(RuleBasedStateMachine):
    """`definition` is the workflow that the orders follow; partners fall silent, repeat themselves and come late."""

    orders: Bundle[str] = Bundle("orders")

    @initialize(seed=st.sampled_from((None, 1, 2)))
    def open(self, seed: int | None) -> None:
        self.loop = asyncio.new_event_loop()
        self.opening: AbstractAsyncContextManager[Trade] = a_trade(
            as_shipped() if seed is None else renamed(seed), MUG=6, TEE=3
        )
        self.trade = self.do(self.opening.__aenter__())

    def do(self, asking: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(asking)

    def may(self, asking: Coroutine[Any, Any, Any]) -> Any:
        """It may be refused."""
        with suppress(Refused):
            return self.do(asking)

    def now(self, order_id: str) -> Order:
        order: Order = self.do(self.trade.now(order_id))
        return order

    # ------------------------------------------------------------------ people

    @rule(
        target=orders,
        sku=st.sampled_from(SKUS),
        quantity=st.integers(1, 3),
        token=st.sampled_from(TOKENS),
        policy=st.sampled_from((UnavailablePolicy.REJECT, UnavailablePolicy.BACKORDER)),
    )
    def place(self, sku: str, quantity: int, token: str, policy: UnavailablePolicy) -> Any:
        cart = self.trade.cart(quantity, sku, token, if_unavailable=policy)
        placement = self.may(self.trade.patiently(self.trade.place(cart)))
        return placement.order.id if placement is not None else multiple()

    @rule(order_id=orders)
    def cancel(self, order_id: str) -> None:
        self.may(self.trade.patiently(self.trade.cancel(self.now(order_id))))

    @rule(order_id=orders, trigger=st.sampled_from(TRIGGERS))
    def fire(self, order_id: str, trigger: str) -> None:
        self.may(self.trade.fire(self.now(order_id), trigger))

    @rule(order_id=orders, quantity=st.integers(1, 2))
    def ship(self, order_id: str, quantity: int) -> None:
        self.may(self.trade.ship(self.now(order_id), quantity))

    @rule(
        sku=st.sampled_from(SKUS), delta=st.integers(-4, 4).filter(bool), place=st.sampled_from(("hamburg", "newark"))
    )
    def count(self, sku: str, delta: int, place: str) -> None:
        self.may(self.trade.adjust(sku, delta, place))

    # ------------------------------------------------------------------ partners

    @rule(
        order_id=orders,
        number=st.integers(1, 3),
        step=st.sampled_from((*PreparationStatus, None)),
        event=st.none() | st.sampled_from("abc"),
    )
    def prepare(self, order_id: str, number: int, step: PreparationStatus | None, event: str | None) -> None:
        report = self.trade.step(self.now(order_id), step, f"s{number}")
        self.hears(report, event and f"{order_id}{event}")

    @rule(order_id=orders, number=st.integers(1, 3))
    def hand_over(self, order_id: str, number: int) -> None:
        self.do(self.trade.handed_over(self.now(order_id), f"s{number}"))

    @rule(
        order_id=orders,
        number=st.integers(1, 3),
        scans=st.lists(st.tuples(st.integers(0, 5), st.sampled_from(TrackingStatus)), min_size=1, max_size=3),
        event=st.none() | st.sampled_from("def"),
    )
    def scan(self, order_id: str, number: int, scans: list[tuple[int, TrackingStatus]], event: str | None) -> None:
        order = self.now(order_id)
        told = tuple(
            self.trade.scan(f"{hour}{status}", status, order.placed_at + timedelta(hours=hour))
            for hour, status in scans
        )
        self.hears(TrackerReport(number_of(order, f"s{number}"), told), event and f"{order_id}{event}")

    @rule(
        order_id=orders,
        outcome=st.sampled_from(sorted(set(PaymentOutcome) - {PaymentOutcome.ACTION_REQUIRED})),
        reference=st.sampled_from((None, "pi_1", "pi_2")),
    )
    def pay(self, order_id: str, outcome: PaymentOutcome, reference: str | None) -> None:
        order = self.now(order_id)
        reference = reference or order.payments[0].reference
        if reference:
            self.hears(self.trade.word(order, outcome, reference=reference), None)

    def hears(self, report: Any, event: str | None) -> None:
        """An event that was sent before under this name is not read again, whatever it says now."""
        self.do(self.trade.hears(report, event=event))

    @rule(
        calls=st.integers(1, 3),
        partner=st.sampled_from(("payments", "warehouse", "carriers")),
        how=st.sampled_from(("down", "drop")),
    )
    def fail(self, calls: int, partner: str, how: str) -> None:  # fmt: skip
        setattr(getattr(self.trade.world, partner), how, calls)

    @rule(stoppable=st.booleans())
    def stop(self, stoppable: bool) -> None:
        self.trade.world.warehouse.stoppable = stoppable

    # ------------------------------------------------------------------ time

    @rule(span=st.sampled_from((timedelta(seconds=5), timedelta(minutes=20), timedelta(hours=3), timedelta(days=15))))
    def wait(self, span: timedelta) -> None:
        self.do(self.trade.world.wait(span))

    # ------------------------------------------------------------------ what must hold

    @invariant()
    def the_books_are_right(self) -> None:
        if hasattr(self, "trade"):
            assert self.do(complaints(self.trade.world.store)) == []

    @precondition(lambda self: hasattr(self, "trade"))
    @rule(order_id=orders)
    def a_quote_says_what_the_mutation_would(self, order_id: str) -> None:
        order = self.now(order_id)
        quote = self.do(cancel_quote(order_id, (), self.trade.holder(order), self.trade.world.ports))
        assert (quote.id is None) is bool(quote.refusals)
        seen = quote.order  # money may have been taken since the first look
        assert seen.version >= order.version
        assert quote.refund_total == seen.captured - seen.refunded

    def teardown(self) -> None:
        """The partners are well again, and a month passes: nothing is left undone."""
        if not hasattr(self, "trade"):
            return
        try:
            self.do(self.come_to_rest())
        finally:
            self.do(self.opening.__aexit__(None, None, None))
            self.loop.close()

    async def come_to_rest(self) -> None:
        world = self.trade.world
        for partner in (world.payments, world.warehouse, world.carriers):
            partner.down = partner.drop = 0
        await world.wait(timedelta(days=30))
        assert await world.store.read(lambda reader: reader.next_due()) is None
        assert await complaints(world.store) == []
        for order in await self.trade.orders():
            if order.flow.status is OrderStatus.CANCELED:
                assert order.allocations == ()
                assert not any(payment.status is PaymentStatus.AUTHORIZED for payment in order.payments)


Trading.TestCase.settings = settings(
    deadline=None,
    max_examples=20,
    stateful_step_count=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestTrading = Trading.TestCase
