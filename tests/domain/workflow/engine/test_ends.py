"""Ends."""

from dataclasses import replace

import pytest

from domain.model.payments import PaymentStatus
from domain.workflow import engine
from domain.workflow.definition import State, Task
from domain.workflow.engine import EndlessLoop
from tests.domain.workflow.engine.made_up import FAILED, OPEN, OVER, TASKS, entered, fired, later, rules, to
from tests.factories import a_payment
from tests.workflows import a_definition


def test_a_definition_that_never_rests_is_stopped() -> None:
    definition = a_definition(a=State(OPEN, on={"go": to("b")}), b=State(OPEN, on={"go": to("a")}))
    changes = later(entered(definition))
    for _ in range(engine.MOST_STEPS):
        assert fired(changes, definition, "go")
    with pytest.raises(EndlessLoop):
        fired(changes, definition, "go")
    assert len(changes.events) == engine.MOST_STEPS


def test_an_order_is_closed_in_a_final_state_once_all_its_tasks_are_over() -> None:
    definition = a_definition(a=State(OVER, tasks={"stock": Task("releaseStock")}, final=True))
    changes = entered(definition)
    assert not engine.is_closed(changes.order)
    engine.settle(changes, rules(definition), "stock", FAILED)
    assert engine.is_closed(changes.order)
    assert not engine.is_closed(entered(a_definition(a=State(OPEN))).order)


def test_what_happened_cannot_be_fired_by_hand() -> None:
    names = (
        "customer.cancel", "staff.approve", "tasks.done", "stock.failed", "stock.arrived", "stock.expired",
        "payment.authorized", "payment.retry", "shipments.changed", "task.late", "bank.failed",
    )  # fmt: skip
    definition = a_definition(a=State(OPEN, tasks=TASKS, on={name: to("end") for name in names}))
    flow = entered(definition).order.flow
    assert engine.triggers_open(definition, flow) == (
        "customer.cancel",
        "staff.approve",
        "payment.retry",
        "bank.failed",
    )
    assert engine.triggers_open(definition, replace(flow, state="gone")) == ()


def test_money_in_conditions_counts_in_the_shops_own_currency() -> None:
    definition = a_definition(a=State(OPEN, on={"go": to("end", "order.total >= shop.approvalFrom")}))
    for total, holds in ((108_695, False), (108_696, True)):
        paid = (replace(a_payment(), status=PaymentStatus.AUTHORIZED),)
        changes = later(entered(definition, total=total, currency="USD", payments=paid))
        assert fired(changes, definition, "go") is holds, "0.92 euros for a dollar, from 1,000 euros on"
