"""The progress bar: the steps as the order's own definition names them, and how far it is."""

from dataclasses import dataclass
from datetime import datetime

from domain.model.orders import Order
from domain.model.shop import in_language
from domain.workflow.definition import Definition


@dataclass(frozen=True, slots=True)
class Milestone:
    handle: str
    title: str
    reached_at: datetime | None
    current: bool


def milestones(order: Order, definition: Definition, locale: str) -> tuple[Milestone, ...]:
    """The steps of the progress bar, as the order's own definition names them; exactly one is current."""
    reached = {one.handle: one.at for one in order.flow.milestones}
    shown = [one for one in definition.milestones if not one.exceptional or one.handle in reached]
    last = order.flow.milestones[-1].handle if order.flow.milestones else None
    return tuple(
        Milestone(one.handle, in_language(one.titles, locale), reached.get(one.handle), one.handle == last)
        for one in shown
    )
