"""Timers."""

from datetime import timedelta

import pytest

from domain.model.shop import Windows
from domain.workflow import engine
from domain.workflow.definition import State, Transition
from tests.domain.workflow.engine.made_up import HELD, OPEN, entered, fired, later, moves, rules, to
from tests.factories import a_shop
from tests.workflows import a_definition

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
