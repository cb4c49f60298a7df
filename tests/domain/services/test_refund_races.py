"""Three who pay back at once, on both databases: what was taken is the most that goes back, and each unit goes once.

A buyer asks for returns and calls them off, a warehouse and staff receive them, staff pay back lines and goodwill, the
provider fails: all of it several at a time. `WAYMARK_TEST_ROUNDS` says how many rounds a history has (200 is the whole
measure), `WAYMARK_TEST_HISTORIES` how many histories there are.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from domain.adapters.sql.migrating import migrate
from domain.model.commands import CancelReturn, DecideReturn, LineQuantity, ReceivedLine, ReceiveReturn, RefundOrder
from domain.model.errors import Refused, StaleVersion
from domain.model.orders import Order
from domain.model.payments import Payment, RefundStatus
from domain.model.reports import FoundLine, ReturnReport
from domain.model.returns import Disposition, ItemCondition, ReturnMethod
from domain.policies.refunds import counts
from domain.ports import Declined, Unavailable
from domain.services.inbox import apply_report
from domain.services.refunds import refund_order
from domain.services.returns import cancel_return, decide_return, receive_return, request_return
from tests.domain.services.returning import a_request, back, bought, buyer_of, filled, now
from tests.servers.postgres import PostgresServer, on_own_loop
from tests.twins import TwinPayments
from tests.world import STAFF, World, a_world

ROUNDS = int(os.environ.get("WAYMARK_TEST_ROUNDS", "12"))
HISTORIES = int(os.environ.get("WAYMARK_TEST_HISTORIES", "6"))
SOURCES = 3
QUANTITIES = {"l1": 3, "l2": 2, "l3": 1}


@dataclass
class Ledger(TwinPayments):
    """A provider that keeps books: a key pays once, whatever is asked under it again. Its moods come from outside."""

    paid: dict[str, int] = field(default_factory=dict)
    moods: Iterator[str] = field(default_factory=lambda: iter(()))

    async def refund(self, key: str, payment: Payment, amount: int, currency: str) -> str:
        mood = next(self.moods, "fine")
        if mood == "down":
            raise Unavailable("down")
        if mood == "no":
            raise Declined("no")
        assert self.paid.setdefault(key, amount) == amount, "the same key, another amount"
        if mood == "lost":
            raise Unavailable("the answer was lost")
        return f"re_{key}"


Act = Callable[[World, Order, int], Awaitable[Any]]


@st.composite
def acts(draw: st.DrawFn) -> tuple[str, Act]:
    """One thing that somebody does, with whatever they happen to name."""
    number, units = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    line = draw(st.sampled_from(tuple(QUANTITIES)))
    return_id, cents = f"t{number}", draw(st.integers(1, 9000))
    key = f"k{next(KEYS)}"
    condition = draw(st.sampled_from(tuple(ItemCondition)))
    disposition = draw(st.sampled_from(tuple(Disposition)))
    method = draw(st.sampled_from((ReturnMethod.SHIP, ReturnMethod.KEEP, ReturnMethod.IN_STORE)))
    approve = draw(st.booleans())

    async def ask(world: World, order: Order, _: int) -> None:
        command = a_request(order, back(line, units), key=key, method=method)
        await request_return(command, buyer_of(order), world.ports)

    async def call_off(world: World, order: Order, _: int) -> None:
        await cancel_return(CancelReturn(key, order.id, return_id), buyer_of(order), world.ports)

    async def receive(world: World, order: Order, _: int) -> None:
        lines = (ReceivedLine(f"{return_id}l1", units, condition, disposition),)
        await receive_return(ReceiveReturn(key, order.id, return_id, lines), STAFF, world.ports)

    async def announce(world: World, order: Order, _: int) -> None:
        found = (FoundLine(f"{return_id}l1", 9, condition, disposition),)
        await apply_report(ReturnReport(order.id, return_id, world.clock.now(), found), world.ports)

    async def decide(world: World, order: Order, _: int) -> None:
        await decide_return(DecideReturn(key, order.id, return_id, approve), STAFF, world.ports)

    async def pay_lines(world: World, order: Order, _: int) -> None:
        lines = (LineQuantity(line, units),)
        await refund_order(RefundOrder(key, order.id, "damaged", lines), STAFF, world.ports)

    async def pay_goodwill(world: World, order: Order, _: int) -> None:
        amount = Decimal(cents).scaleb(-2)
        await refund_order(RefundOrder(key, order.id, "sorry", amount=amount), STAFF, world.ports)

    chosen = draw(st.sampled_from((ask, ask, call_off, receive, announce, announce, decide, pay_lines, pay_goodwill)))
    return chosen.__name__, chosen


KEYS = count()


class PayingBack(RuleBasedStateMachine):
    """Rounds of several acts at once on one delivered order."""

    database: Callable[[], AbstractContextManager[str]]

    @initialize()
    def a_delivered_order(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.stack, self.databases = AsyncExitStack(), ExitStack()
        self.loop.run_until_complete(self._open(self.databases.enter_context(type(self).database())))

    async def _open(self, url: str) -> None:
        self.world = await self.stack.enter_async_context(a_world(url, settle_for=0.0))
        self.books = Ledger()
        self.world.change(payments={"stripe": self.books})
        number = next(KEYS)
        skus = [f"S{number}{line}" for line in QUANTITIES]
        await filled(self.world, *((sku, price) for sku, price in zip(skus, ("19.99", "7.77", "33.31"), strict=True)))
        basket = zip(skus, QUANTITIES.values(), strict=True)
        self.order = await bought(self.world, *basket, key=f"order-{number}")
        assert self.order.captured == self.order.total

    @rule(
        round_=st.lists(acts(), min_size=SOURCES, max_size=SOURCES),
        moods=st.lists(st.sampled_from(("fine", "fine", "fine", "down", "lost", "no")), max_size=4),
    )
    def several_at_once(self, round_: list[tuple[str, Act]], moods: list[str]) -> None:
        self.books.moods = iter(moods)
        self.loop.run_until_complete(self._round([act for _, act in round_]))

    async def _round(self, round_: list[Act]) -> None:
        async def one(act: Act) -> None:
            try:
                await act(self.world, self.order, 0)
            except (Refused, StaleVersion):
                return

        await asyncio.gather(*(one(act) for act in round_))
        await self.world.settle()
        self.order = await now(self.world, self.order.id)

    @rule()
    def the_provider_recovers(self) -> None:
        self.books.moods = iter(())
        self.loop.run_until_complete(self._later())
        assert all(one.status is not RefundStatus.PENDING for one in self.order.refunds), "what was put off is paid"

    async def _later(self) -> None:
        await self.world.wait(timedelta(hours=2))
        self.order = await now(self.world, self.order.id)

    @invariant()
    def no_more_goes_back_than_was_taken(self) -> None:
        if not hasattr(self, "order"):
            return
        order = self.order
        for payment in order.payments:
            going = sum(one.amount for one in order.refunds if one.payment_id == payment.id and counts(one))
            assert going <= payment.captured
            assert payment.refunded <= payment.captured
        assert sum(self.books.paid.values()) <= order.captured

    @invariant()
    def what_the_books_say_is_what_the_provider_paid(self) -> None:
        if not hasattr(self, "order"):
            return
        paid = {key.split(":")[1]: amount for key, amount in self.books.paid.items()}
        for refund in self.order.refunds:
            if refund.status is RefundStatus.SUCCEEDED:
                assert paid[refund.id] == refund.amount
            assert sum(line.amount for line in refund.lines) == refund.amount

    @invariant()
    def each_unit_goes_back_once(self) -> None:
        if not hasattr(self, "order"):
            return
        order = self.order
        for line in order.lines:
            coming = sum(
                one.quantity - one.missing
                for rma in order.returns
                if not rma.is_given_up
                for one in rma.lines
                if one.line_id == line.id
            )
            bought_back = sum(
                one.quantity
                for refund in order.refunds
                if counts(refund) and refund.return_id is None
                for one in refund.lines
                if one.line_id == line.id
            )
            assert coming + bought_back <= line.quantity

    @invariant()
    def no_return_is_paid_twice(self) -> None:
        if not hasattr(self, "order"):
            return
        for rma in self.order.returns:
            assert sum(one.amount for one in self.order.refunds_of(rma.id) if counts(one)) <= rma.refund_total

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.loop.run_until_complete(self.stack.aclose())
            self.loop.close()
            self.databases.close()


MEASURE = settings(
    max_examples=HISTORIES,
    stateful_step_count=ROUNDS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)


def paying_back(database: Callable[[], AbstractContextManager[str]]) -> type[PayingBack]:
    """Each history in a database of its own."""
    return type("PayingBackThere", (PayingBack,), {"database": staticmethod(database)})


def test_three_who_pay_back_at_once_never_pay_more_than_was_taken_on_sqlite(tmp_path: Path) -> None:
    files = count()

    @contextmanager
    def a_file() -> Iterator[str]:
        url = f"sqlite:///{tmp_path}/{next(files)}.sqlite"
        on_own_loop(lambda: migrate(url))
        yield url

    run_state_machine_as_test(paying_back(a_file), settings=MEASURE)


def test_three_who_pay_back_at_once_never_pay_more_than_was_taken_on_postgres(postgres_server: PostgresServer) -> None:
    template = postgres_server.template("migrated", lambda url: on_own_loop(lambda: migrate(url)))

    @contextmanager
    def a_database() -> Iterator[str]:
        url = postgres_server.create(template)
        yield url
        postgres_server.drop(url)

    run_state_machine_as_test(paying_back(a_database), settings=MEASURE)
