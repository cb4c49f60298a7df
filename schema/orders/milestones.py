"""The progress bar."""

from datetime import datetime

import strawberry

from domain.workflow.milestones import milestones
from schema.orders.seen import Seen


@strawberry.type
class Milestone:
    handle: str
    title: str
    reached_at: datetime | None
    current: bool


def milestones_of(seen: Seen) -> list[Milestone]:
    """As the order's own workflow names them, in the viewer's language."""
    order, viewing = seen.order, seen.viewing
    definition = viewing.definition(order.flow.workflow, order.flow.version)
    return [
        Milestone(handle=one.handle, title=one.title, reached_at=one.reached_at, current=one.current)
        for one in milestones(order, definition, viewing.locale)
    ]
