"""Tasks."""

from collections.abc import Mapping

import pytest

from domain.model import events as e
from domain.model.changes import Changes
from domain.model.effects import Retry
from domain.model.orders import TaskStatus
from domain.workflow import engine
from domain.workflow.conditions import Fact
from domain.workflow.definition import Definition, RetryPolicy, State, Task
from domain.workflow.engine import Outcome
from tests.domain.workflow.engine.made_up import FAILED, HELD, OPEN, entered, later, moves, rules, to
from tests.workflows import a_definition

DONE = Outcome(TaskStatus.SUCCEEDED)


PARALLEL = a_definition(
    a=State(
        OPEN,
        tasks={"stock": Task("reserveStock"), "payment": Task("authorizePayment"), "risk": Task("assessRisk")},
        on={"tasks.done": to("done"), "stock.failed": to("noStock"), "payment.failed": to("noMoney")},
    ),
    done=State(OPEN),
    noStock=State(OPEN),
    noMoney=State(OPEN),
)


def settled(*outcomes: tuple[str, Outcome], definition: Definition = PARALLEL) -> Changes:
    changes = later(entered(definition))
    for name, outcome in outcomes:
        engine.settle(changes, rules(definition), name, outcome)
    return changes


def test_the_join_waits_for_all_tasks() -> None:
    changes = settled(("stock", DONE), ("risk", DONE))
    assert changes.order.flow.state == "a"
    engine.settle(changes, rules(PARALLEL), "payment", DONE)
    assert moves(changes) == [("done", "tasks.done", None)]


def test_a_failure_waits_for_the_others_too() -> None:
    changes = settled(("payment", FAILED), ("risk", DONE))
    assert changes.order.flow.state == "a"
    engine.settle(changes, rules(PARALLEL), "stock", DONE)
    assert moves(changes) == [("noMoney", "payment.failed", None)]


@pytest.mark.parametrize("turned", [False, True])
def test_the_first_failed_task_in_the_order_written_speaks(turned: bool) -> None:
    outcomes = [("stock", FAILED), ("payment", FAILED), ("risk", FAILED)]
    changes = settled(*(reversed(outcomes) if turned else outcomes))
    assert moves(changes) == [("noStock", "stock.failed", None)]


def test_a_failure_that_nobody_answers_leaves_the_order_where_it_is() -> None:
    changes = settled(("stock", DONE), ("payment", DONE), ("risk", FAILED))
    assert moves(changes) == []
    assert [run.code for run in changes.order.flow.tasks] == [None, None, "BROKEN"]
    assert all(run.status is not TaskStatus.RUNNING for run in changes.order.flow.tasks)


def test_a_task_that_waits_for_somebody_outside_stays_open() -> None:
    changes = settled(("stock", DONE), ("risk", DONE), ("payment", Outcome(TaskStatus.RUNNING)))
    assert moves(changes) == []
    assert engine.running(changes.order.flow, "payment", 2)
    open_task = engine.running_task(changes.order.flow, "capturePayment", "authorizePayment")
    assert open_task is not None
    assert open_task.name == "payment"
    assert engine.running_task(changes.order.flow, "reserveStock") is None


def test_all_outcomes_of_one_save_move_the_order_once() -> None:
    changes = settled(("stock", DONE), ("payment", DONE), ("risk", DONE))
    assert [event.type for event in changes.events] == ["task.settled"] * 3 + ["workflow.moved"]
    assert changes.version == 6


@pytest.mark.parametrize(
    ("amount", "state", "code"),
    [(1999, "end", None), (1, "wrong", "UNEXPECTED_RESULT"), (None, "wrong", "UNEXPECTED_RESULT")],
)
def test_what_is_expected_of_a_result_is_asked_before_it_counts(
    amount: int | None, state: str, code: str | None
) -> None:
    definition = a_definition(
        a=State(
            OPEN,
            tasks={"payment": Task("authorizePayment", expect="result.amount == order.total")},
            on={"tasks.done": to("end"), "payment.failed": to("wrong", "error.code == 'UNEXPECTED_RESULT'")},
        ),
        wrong=State(HELD),
    )
    result: Mapping[str, Fact] = {} if amount is None else {"result.amount": amount}
    changes = settled(("payment", Outcome(TaskStatus.SUCCEEDED, result=result)), definition=definition)
    assert changes.order.flow.state == state
    settlement = changes.events[0].data
    assert isinstance(settlement, e.TaskSettled)
    assert settlement.code == code


def test_an_expectation_that_cannot_be_asked_fails_the_task() -> None:
    task = Task("authorizePayment", expect="result.amout == 1")
    ways = {"payment.failed": to("end", "error.code == 'CONDITION_FAILED'")}
    definition = a_definition(a=State(OPEN, tasks={"payment": task}, on=ways))
    changes = settled(("payment", DONE), definition=definition)
    assert changes.order.flow.state == "end"


WITH_FALLBACK = a_definition(
    a=State(
        OPEN,
        tasks={"payment": Task("authorizePayment", fallback="assessRisk", retry=RetryPolicy(3, "PT5S", "PT9S"))},
        on={"tasks.done": to("end"), "payment.failed": to("broken")},
    ),
    broken=State(HELD),
)


def test_a_fallback_takes_over_once_and_its_own_end_counts() -> None:
    changes = settled(("payment", FAILED), definition=WITH_FALLBACK)
    assert [event.type for event in changes.events] == ["task.started"]
    (effect,) = changes.effects
    assert (effect.action, effect.task, effect.entry, effect.retry) == ("assessRisk", "payment", 2, Retry(3, 5.0, 9.0))
    first = entered(WITH_FALLBACK).effects[0]
    assert effect.key != first.key
    assert engine.running(changes.order.flow, "payment", 2)
    for outcome, state in ((DONE, "end"), (FAILED, "broken")):
        second = later(changes)
        engine.settle(second, rules(WITH_FALLBACK), "payment", outcome)
        assert second.order.flow.state == state


def test_a_task_of_a_state_that_was_left_runs_no_more() -> None:
    changes = settled(("stock", DONE), ("payment", DONE), ("risk", DONE))
    flow = changes.order.flow
    assert not engine.running(flow, "payment", 2)
    assert not engine.running(flow, "payment", flow.entry)
    again = later(entered(PARALLEL))
    assert not engine.running(again.order.flow, "payment", 9)
