"""Entering."""

from datetime import timedelta

from domain.model import events as e
from domain.model.actors import ActorKind, ActorRef
from domain.model.changes import Changes
from domain.model.effects import Effect, Retry
from domain.model.orders import OrderStatus, PersonalRef, TaskStatus
from domain.model.shop import Windows
from domain.workflow import engine
from domain.workflow.definition import Milestone, State, Transition
from domain.workflow.engine import Trigger
from tests.domain.workflow.engine.made_up import HELD, LATER, OPEN, TASKS, entered, fired, later, rules, to
from tests.factories import NOW, a_shop
from tests.workflows import a_definition


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
