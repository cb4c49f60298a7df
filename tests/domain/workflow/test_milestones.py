from dataclasses import replace
from datetime import timedelta

from domain.model.orders import MilestoneReached, Order
from domain.workflow.definition import Milestone
from domain.workflow.milestones import milestones
from tests.factories import NOW, an_order
from tests.workflows import a_definition

STEPS = a_definition(
    milestones=(
        Milestone("placed", {"en": "Placed", "de": "Bestellt"}),
        Milestone("shipped", {"en": "Shipped"}),
        Milestone("canceled", {"en": "Canceled"}, exceptional=True),
    )
)


def having_reached(*handles: str) -> Order:
    order = an_order()
    reached = tuple(MilestoneReached(handle, NOW + timedelta(hours=hour)) for hour, handle in enumerate(handles))
    return replace(order, flow=replace(order.flow, milestones=reached))


def shown(order: Order, locale: str = "en") -> list[tuple[str, bool, bool]]:
    return [(one.title, one.reached_at is not None, one.current) for one in milestones(order, STEPS, locale)]


def test_the_step_reached_last_is_the_current_one() -> None:
    assert shown(having_reached("placed")) == [("Placed", True, True), ("Shipped", False, False)]
    assert shown(having_reached("placed", "shipped")) == [("Placed", True, False), ("Shipped", True, True)]


def test_an_exceptional_step_shows_once_it_was_reached() -> None:
    assert shown(having_reached("placed", "canceled"))[-1] == ("Canceled", True, True)


def test_steps_are_titled_in_the_viewers_language_or_in_english() -> None:
    assert [title for title, _, _ in shown(having_reached("placed"), "de-AT")] == ["Bestellt", "Shipped"]


def test_an_order_that_has_reached_nothing_has_no_current_step() -> None:
    assert shown(having_reached()) == [("Placed", False, False), ("Shipped", False, False)]
