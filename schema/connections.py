"""Lists that grow: pages, edges, and a total that is counted only when somebody asks."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import strawberry

from schema.fields import field

Item = TypeVar("Item")


@strawberry.type
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[Item]):
    cursor: str
    node: Item


@strawberry.type
class Listed(Generic[Item]):
    """What every connection has."""

    edges: list[Edge[Item]]
    page_info: PageInfo

    @field
    def nodes(self) -> list[Item]:
        return [edge.node for edge in self.edges]


@strawberry.type
class Connection(Listed[Item], Generic[Item]):
    """A connection that can tell how long the whole list is; `count` None: counting would cost too much."""

    count: strawberry.Private[Callable[[], Awaitable[int]] | None] = None

    @field
    async def total_count(self) -> int | None:
        return await self.count() if self.count is not None else None
