"""Whether somebody who was let in may stay: asked anew wherever a caller is served for longer than a moment."""

from domain.model.actors import Actor, ActorKind
from domain.ports import Ports


async def stands(actor: Actor, ports: Ports) -> bool:
    """The session or link has not run out, the session was not ended and the link not revoked since."""
    now = ports.clock.now()
    if actor.expires_at is not None and actor.expires_at <= now:
        return False
    if actor.session_id is not None:
        session_id = actor.session_id
        session = await ports.store.read(lambda reader: reader.session(session_id))
        return session is None or session.ended_at is None
    if actor.kind is not ActorKind.GUEST or actor.id is None:
        return True
    link_id = actor.id
    link = await ports.store.read(lambda reader: reader.link(link_id))
    return link is not None and link.revoked_at is None and link.expires_at > now


def ended(session_id: str) -> str:
    """The topic on which its end is told."""
    return f"session/{session_id}"
