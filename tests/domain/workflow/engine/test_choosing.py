"""Choosing."""

import pytest

from domain.workflow.conditions import ConditionFailed
from domain.workflow.definition import State, Transition
from domain.workflow.facts import VARIABLES
from tests.domain.workflow.engine.made_up import CONDITIONS, OPEN, entered, fired, later, to
from tests.workflows import a_definition


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
