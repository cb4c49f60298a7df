"""A shop to look at: 60 products, 5 customers and 40 orders with their histories, all made by the real use cases.

`build` lives through six weeks of orders in seconds, under a clock that the caller lets it set. What is in the shop is
in catalogue.json and people.json; what happened to the orders, in the modules named stories_....
"""

from gateway.demo.acts import StoryBroken
from gateway.demo.building import build
from gateway.demo.summary import GuestOrder, Summary, is_empty, is_half_built, summarize

__all__ = ["GuestOrder", "StoryBroken", "Summary", "build", "is_empty", "is_half_built", "summarize"]
