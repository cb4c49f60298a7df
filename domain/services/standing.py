"""Whether somebody who was let in may stay: asked anew wherever a caller is served for longer than a moment."""

from domain.model.actors import Actor
from domain.ports import Ports
from domain.services.seeing import still_holds


async def stands(actor: Actor, ports: Ports) -> bool:
    """The session or link has not run out, the session was not ended and the link not revoked since."""
    return await ports.store.read(lambda reader: still_holds(actor, reader, ports.clock.now()))


def ended(session_id: str) -> str:
    """The topic on which its end is told."""
    return f"session/{session_id}"
