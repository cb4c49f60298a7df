"""Finding an order for somebody: what is not theirs is not there."""

from datetime import datetime

from domain.model.actors import AccessScope, Actor, ActorKind
from domain.model.changes import Changes
from domain.model.errors import ErrorCode, NotFound, Refusal, Refused
from domain.model.orders import Order
from domain.model.text import UnusableText, clean
from domain.policies.access import can_see, require_role, scopes
from domain.policies.card_data import looks_like_card
from domain.ports import Reader
from domain.services.changing import Writing


async def still_holds(actor: Actor, reader: Reader, now: datetime) -> bool:
    """The session or link behind this actor has not run out, the session was not ended and the link not revoked."""
    if actor.expires_at is not None and actor.expires_at <= now:
        return False
    if actor.session_id is not None:
        session = await reader.session(actor.session_id)
        return session is None or session.ended_at is None
    if actor.kind is not ActorKind.GUEST or actor.id is None:
        return True
    link = await reader.link(actor.id)
    return link is not None and link.revoked_at is None and link.expires_at > now


async def visible(order_id: str, actor: Actor, reader: Reader, now: datetime) -> Order | None:
    """The order, if this actor may see it, and still may."""
    order = await reader.order(order_id)
    seen = order is not None and can_see(actor, order) and await still_holds(actor, reader, now)
    return order if seen else None


async def load_for(order_id: str, actor: Actor, writing: Writing) -> Changes:
    """The order, locked, if this actor may see it, and still may. Raises: NotFound on orderId."""
    changes = await writing.load(order_id, actor)
    seen = changes is not None and can_see(actor, changes.order)
    if changes is None or not seen or not await still_holds(actor, writing.uow, changes.now):
        raise NotFound("orderId")
    return changes


async def load_to_serve_oneself(order_id: str, verb: str, actor: Actor, writing: Writing) -> Changes:
    """The order, if it is the actor's own and they may change it, or they are staff who may.

    Raises: NotFound; Refused with VIEW_ONLY_LINK; AccessDenied for staff without the role.
    """
    changes = await load_for(order_id, actor, writing)
    if actor.is_staff:
        require_role(actor, verb)
    elif AccessScope.SELF_SERVICE not in scopes(actor, changes.order):
        raise Refused(Refusal(ErrorCode.VIEW_ONLY_LINK, "This link shows the order but may not change it."))
    return changes


def tidy_text(text: str | None, place: str, limit: int = 2000) -> str | None:
    """Usable text without a card number, or nothing. Raises: Refused."""
    if text is None:
        return None
    try:
        tidy = clean(text, limit)
    except UnusableText:
        problem = f"This must be plain text of at most {limit} characters."
        raise Refused(Refusal(ErrorCode.INVALID, problem, (place,))) from None
    if looks_like_card(tidy):
        raise Refused(Refusal(ErrorCode.CARD_DATA_REFUSED, "Never send card numbers here.", (place,)))
    return tidy or None
