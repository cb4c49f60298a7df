from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.adapters.conditions_cel import CelConditions
from domain.model import events as e
from domain.model.actors import WORKFLOW, ActorKind, ActorRef
from domain.model.changes import Changes
from domain.model.effects import Effect, Retry
from domain.model.orders import OrderStatus, PersonalRef, TaskStatus
from domain.model.payments import PaymentStatus
from domain.model.shop import Shop, Windows
from domain.workflow import engine
from domain.workflow.conditions import ConditionFailed, Fact
from domain.workflow.definition import Definition, Milestone, RetryPolicy, State, Task, Transition
from domain.workflow.engine import EndlessLoop, Outcome, Rules, Trigger
from domain.workflow.facts import VARIABLES
from tests.factories import NOW, a_payment, a_shop, order_placed
from tests.workflows import a_definition

OPEN, HELD, OVER = OrderStatus.PENDING, OrderStatus.ON_HOLD, OrderStatus.CANCELED
CONDITIONS = CelConditions()
DONE = Outcome(TaskStatus.SUCCEEDED)
FAILED = Outcome(TaskStatus.FAILED, "BROKEN", "it broke")
LATER = NOW + timedelta(hours=1)


def rules(definition: Definition, shop: Shop | None = None) -> Rules:
    return Rules(definition, shop or a_shop(), CONDITIONS)


def to(name: str, when: str | None = None) -> tuple[Transition, ...]:
    return (Transition(name, when),)


def entered(definition: Definition, shop: Shop | None = None, **placed: object) -> Changes:
    """An order that was placed now and is in the definition's first state."""
    changes = Changes(None, WORKFLOW.ref, NOW, "a" * 32)
    changes.add(replace(order_placed(), **placed))  # type: ignore[arg-type]
    engine.start(changes, rules(definition, shop))
    return changes


def later(changes: Changes) -> Changes:
    """The next save."""
    return Changes(changes.order, WORKFLOW.ref, LATER)


def fired(changes: Changes, definition: Definition, name: str, shop: Shop | None = None, **occasion: Fact) -> bool:
    facts: Mapping[str, Fact] = {path.replace("_", "."): value for path, value in occasion.items()}
    return engine.fire(changes, rules(definition, shop), Trigger(name, facts))


def moves(changes: Changes) -> list[tuple[str, str, str | None]]:
    found = [event.data for event in changes.events]
    return [(one.to_state, one.trigger, one.because) for one in found if isinstance(one, e.WorkflowMoved)]


# ------------------------------------------------------------------ entering


TASKS = {
    "stock": Task("reserveStock"),
    "payment": Task("authorizePayment", RetryPolicy(6, "PT2S", "PT1M"), "PT15S"),
}


def test_a_placed_order_enters_the_first_state_and_owes_its_tasks() -> None:
    changes = entered(a_definition(a=State(OPEN, tasks=TASKS)))
    flow = changes.order.flow
    assert (flow.state, flow.status, flow.entry, flow.entered_at) == ("a", OPEN, 2, NOW)
    assert [(run.name, run.action, run.status) for run in flow.tasks] == [
        ("stock", "reserveStock", TaskStatus.RUNNING),
        ("payment", "authorizePayment", TaskStatus.RUNNING),
    ]
    order_id = "a" * 32
    assert changes.effects == [
        Effect(f"{order_id}:2:stock", "reserveStock", NOW, NOW, order_id, "stock", 2, timeout=30.0),
        Effect(
            f"{order_id}:2:payment", "authorizePayment", NOW, NOW, order_id, "payment", 2,
            retry=Retry(6, 2.0, 60.0), timeout=15.0,
        ),
    ]  # fmt: skip


def test_timers_are_owed_for_their_moment() -> None:
    state = State(OPEN, after={"PT15M": Transition("end"), "window:payment": Transition("end")})
    changes = entered(a_definition(a=state), a_shop(windows=Windows(payment="PT2H")))
    assert [(effect.action, effect.run_at - NOW, effect.entry, effect.payload) for effect in changes.effects] == [
        ("fireTimer", timedelta(minutes=15), 2, {"after": "PT15M"}),
        ("fireTimer", timedelta(hours=2), 2, {"after": "window:payment"}),
    ]
    assert len({effect.key for effect in changes.effects}) == 2


def test_a_milestone_is_reached_once_and_the_buyer_sees_a_status_once() -> None:
    definition = a_definition(
        milestones=(Milestone("placed", {"en": "Placed"}),),
        a=State(OPEN, milestone="placed", on={"go": to("b")}),
        b=State(OPEN, on={"go": to("c"), "back": to("a")}),
        c=State(HELD),
    )
    changes = entered(definition)
    for trigger in ("go", "back", "go", "go"):
        assert fired(changes, definition, trigger)
    assert [reached.handle for reached in changes.order.flow.milestones] == ["placed"]
    assert [event.public for event in changes.events[1:]] == [False, False, False, False, True]


def test_leaving_a_state_calls_off_what_nobody_has_begun() -> None:
    definition = a_definition(a=State(OPEN, tasks=TASKS, on={"go": to("end")}))
    changes = later(entered(definition))
    assert fired(changes, definition, "go")
    assert changes.left_entries == [2]
    assert changes.effects == []


def test_a_move_says_who_moved_it_and_why() -> None:
    definition = a_definition(a=State(OPEN, on={"go": to("end", "order.total > 5")}))
    note = PersonalRef("note", "digest")
    changes = Changes(entered(definition).order, ActorRef(ActorKind.STAFF, "olga"), LATER)
    assert engine.fire(changes, rules(definition), Trigger("go", note=note))
    (event,) = changes.events
    assert event.actor == ActorRef(ActorKind.STAFF, "olga")
    assert event.data == e.WorkflowMoved(
        "end", OrderStatus.COMPLETED, "go", "a", "order.total > 5", final=True, note=note
    )


# ------------------------------------------------------------------ choosing


def test_the_first_condition_that_holds_decides() -> None:
    ways = (
        Transition("a", "order.total > 1999"),
        Transition("b", "order.total > 1000"),
        Transition("c"),
    )
    definition = a_definition(a=State(OPEN, on={"go": ways}), b=State(OPEN), c=State(OPEN))
    for total, where in ((2000, "a"), (1999, "b"), (1000, "c")):
        changes = later(entered(definition, total=total))
        assert fired(changes, definition, "go")
        assert changes.order.flow.state == where


@pytest.mark.parametrize("trigger", ["other", "", "tasks.done", "stock.failed", "customer.cancel"])
def test_a_trigger_that_the_state_does_not_answer_changes_nothing(trigger: str) -> None:
    definition = a_definition(a=State(OPEN, on={"go": to("end")}))
    changes = later(entered(definition))
    before = changes.order
    assert not fired(changes, definition, trigger)
    assert (changes.order, changes.events, changes.effects, changes.left_entries) == (before, [], [], [])


def test_where_no_condition_holds_the_order_stays() -> None:
    definition = a_definition(a=State(OPEN, on={"go": to("end", "order.total > 999999")}))
    changes = later(entered(definition))
    assert not fired(changes, definition, "go")
    assert changes.events == []


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("error.code == 'DECLINED'", True),
        ("error.task == ''", True),
        ("result.amount == 0", True),
        ("trigger.by == 'WORKFLOW'", True),
        ("customer.tier == ''", True),
        ("customer.known", False),
        ("order.total == money('19.99', 'EUR')", True),
    ],
)
def test_a_condition_knows_the_order_the_shop_and_the_occasion(condition: str, holds: bool) -> None:
    definition = a_definition(a=State(OPEN, on={"go": to("end", condition)}))
    assert fired(later(entered(definition)), definition, "go", error_code="DECLINED") is holds


@pytest.mark.parametrize(
    "condition",
    ["order.totl > 1", "customer.teir == 'gold'", "order.total", "order.total > money('1', 'USD')", "1 / 0 == 1", "&&"],
)
def test_a_condition_that_fails_is_raised_and_nothing_is_added(condition: str) -> None:
    ways = (Transition("b", condition), Transition("end"))
    definition = a_definition(a=State(OPEN, on={"go": ways}), b=State(OPEN))
    changes = later(entered(definition))
    with pytest.raises(ConditionFailed):
        fired(changes, definition, "go")
    assert (changes.events, changes.effects) == ([], [])


def test_a_misspelled_path_fails_when_it_is_compiled_whatever_the_order() -> None:
    with pytest.raises(ConditionFailed, match=r"order\.totl"):
        CONDITIONS.compile("order.total > 5 || order.totl > 1", VARIABLES, "EUR")


# ------------------------------------------------------------------ tasks


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


# ------------------------------------------------------------------ timers


TIMED = a_definition(
    a=State(
        OPEN,
        on={"go": to("b")},
        after={"PT5M": Transition("late"), "PT9M": Transition("late", "order.total > 999999")},
    ),
    b=State(OPEN, on={"go": to("a")}, after={"PT5M": Transition("end")}),
    late=State(HELD),
)


def test_a_timer_moves_the_order_out_of_the_visit_it_was_set_for() -> None:
    changes = later(entered(TIMED))
    assert engine.fire_timer(changes, rules(TIMED), 2, "PT5M")
    assert moves(changes) == [("late", "after.PT5M", None)]


def test_a_timer_of_a_state_that_was_left_does_nothing() -> None:
    changes = later(entered(TIMED))
    fired(changes, TIMED, "go")
    second = later(changes)
    assert not engine.fire_timer(second, rules(TIMED), 2, "PT5M")
    fired(second, TIMED, "go")
    third = later(second)
    assert third.order.flow.state == "a"
    assert not engine.fire_timer(third, rules(TIMED), 2, "PT5M"), "another visit to the same state"
    assert third.events == []
    assert engine.fire_timer(third, rules(TIMED), third.order.flow.entry, "PT5M")


@pytest.mark.parametrize("after", ["PT9M", "PT1M", "window:payment"])
def test_a_timer_whose_condition_does_not_hold_or_that_is_none_does_nothing(after: str) -> None:
    changes = later(entered(TIMED))
    assert not engine.fire_timer(changes, rules(TIMED), 2, after)
    assert changes.events == []


def test_a_window_is_the_shops() -> None:
    shop = a_shop(windows=Windows(approval="P3D"))
    assert engine.window(shop, "window:approval") == timedelta(days=3)
    assert engine.window(shop, "PT1M") == timedelta(minutes=1)


# ------------------------------------------------------------------ ends


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
