"""An inbox, page by page."""

from domain.model import notifications as core
from domain.ports import Page
from notifications.inbox import inbox_of
from resolvers.paging import Places, page_info, page_size
from resolvers.request import Request
from schema.notifications import Notification, NotificationConnection


async def page_of_notifications(
    request: Request, first: int | None, after: str | None
) -> NotificationConnection | None:
    """The viewer's own, newest first; None for who has no inbox. Raises: BadRequest."""
    inbox = inbox_of(request.actor)
    if inbox is None:
        return None
    size = page_size(first)
    places = Places(request.cursors, "notifications", request.cursor_viewer)
    position = places.position(after)
    page: Page[core.Notification] = await request.ports.store.read(
        lambda reader: reader.inbox_page(inbox, position, size)
    )
    edges = places.edges(page, [Notification(model=one, viewing=request.viewing) for one in page.items])
    return NotificationConnection(
        edges=edges, page_info=page_info(edges, further=page.more, earlier=position is not None)
    )
