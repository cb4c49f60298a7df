"""Pages of a list: how many, from where on, and what comes back."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from domain.ports import Page, Position
from resolvers.given import given
from schema.connections import Edge, PageInfo
from schema.errors import BadRequest

Item = TypeVar("Item")
Node = TypeVar("Node")
Key = str | int | None

USUAL, MOST = 20, 100


class Cursors(Protocol):
    """Places in a list, good for that list and that viewer alone. `decode` answers None for any other text."""

    def encode(self, list_name: str, viewer: str | None, *key: Key) -> str: ...
    def decode(self, list_name: str, viewer: str | None, text: str) -> tuple[Key, ...] | None: ...


def page_size(asked: int | None) -> int:
    """Raises: BadRequest unless it is 1 to 100; 20 where nothing was said."""
    size = given(asked)
    if size is None:
        return USUAL
    if not 1 <= size <= MOST:
        raise BadRequest("A page holds 1 to 100.")
    return size


class Places:
    """The cursors of one list as one viewer sees it."""

    def __init__(self, cursors: Cursors, list_name: str, viewer: str | None) -> None:
        self._cursors = cursors
        self._list = list_name
        self._viewer = viewer

    def cursor(self, *key: Key) -> str:
        return self._cursors.encode(self._list, self._viewer, *key)

    def key(self, text: str | None) -> tuple[Key, ...] | None:
        """Raises: BadRequest for a cursor that this list did not give to this viewer."""
        text = given(text)
        if text is None:
            return None
        key = self._cursors.decode(self._list, self._viewer, text)
        if key is None:
            raise BadRequest("This cursor is not one of this list.")
        return key

    def position(self, text: str | None) -> Position | None:
        """Raises: BadRequest, as `key`."""
        match self.key(text):
            case None:
                return None
            case (int() | str() as value, str() as last):
                return Position(value, last)
            case _:
                raise BadRequest("This cursor is not one of this list.")

    def edges(self, page: Page[Item], nodes: Sequence[Node]) -> list[Edge[Node]]:
        """`nodes` runs along with the page's items."""
        return [
            Edge(cursor=self.cursor(place.key, place.id), node=node)
            for place, node in zip(page.positions, nodes, strict=True)
        ]


def page_info(edges: Sequence[Edge[Node]], *, further: bool, earlier: bool) -> PageInfo:
    return PageInfo(
        has_next_page=further,
        has_previous_page=earlier,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
