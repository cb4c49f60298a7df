"""All stories of the demo, and the shop's own number of each order, by which it is found again."""

from gateway.demo.stories import Story
from gateway.demo.stories_of_old import OLD, SUPPLIES
from gateway.demo.stories_of_today import LIVE, LIVE_SINCE, TODAY
from gateway.demo.stories_under_way import UNDER_WAY

__all__ = ["LIVE", "LIVE_SINCE", "OLD", "STORIES", "SUPPLIES", "reference_of"]

STORIES: tuple[Story, ...] = OLD + UNDER_WAY + TODAY


def reference_of(number: int) -> str:
    """Of the story at that place of STORIES."""
    return f"AF-{2001 + number}"
