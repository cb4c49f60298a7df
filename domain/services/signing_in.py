"""Signing in without a password: a link by e-mail begins a session, refresh tokens keep it going.

Of links and tokens only hashes are stored. A refusal never says which of the reasons it was.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.model.actors import Actor, ActorKind
from domain.model.effects import Effect
from domain.model.errors import AccessDenied, ErrorCode, Refusal, Refused
from domain.model.links import Purpose
from domain.model.products import Customer
from domain.model.sessions import RefreshToken, Session, SignInLink
from domain.ports import Ports
from domain.services.changing import Writing, write
from domain.services.claiming import claim, claim_rest
from domain.services.standing import ended

SEND_SIGN_IN_LINK = "sendSignInLink"

LINK_LIFE = timedelta(minutes=15)
REFRESH_LIFE = timedelta(days=30)
SESSION_LIFE = timedelta(days=180)
"""However often it is refreshed."""
REMEMBERED = timedelta(days=1)
"""So long after its end is a link, a token or a session still known."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    customer: Customer
    session: Session
    refresh_token: str


async def request_sign_in(email: str, locale: str, ports: Ports) -> None:
    """A link is on its way to this address, whether or not anybody knows it. Raises: Refused."""
    address = ports.checks.email(email)
    if address is None:
        raise Refused(Refusal(ErrorCode.INVALID_EMAIL, "This is no e-mail address.", ("email",)))
    now = ports.clock.now()
    link_id = ports.ids.unique()
    token_hash = ports.links.digest(ports.links.token(link_id, Purpose.SIGN_IN))
    link = SignInLink(link_id, address.lower(), token_hash, now, now + LINK_LIFE)

    async def work(writing: Writing) -> None:
        await writing.uow.forget_sign_ins(now - REMEMBERED)
        await writing.uow.add_sign_in_link(link)
        payload = {"link": link_id, "locale": locale}
        effect = Effect(f"sign-in:{link_id}", SEND_SIGN_IN_LINK, run_at=now, created_at=now, payload=payload)
        await writing.owe([effect])

    await write(ports, work)


async def sign_in(token: str, ports: Ports) -> SignedIn:
    """A session of whoever has the link's address begins; orders that they placed as a guest are theirs now.

    The link is used up by it. Raises: Refused with EXPIRED, whatever is wrong with the token.
    """
    link_id = ports.links.link_id(token, Purpose.SIGN_IN)

    async def work(writing: Writing) -> SignedIn:
        now = ports.clock.now()
        link = await writing.uow.sign_in_link(link_id) if link_id is not None else None
        if link is None or not _good(link, token, now, ports) or not await writing.uow.use_sign_in_link(link.id, now):
            raise _expired("token", "This link is not good any more: ask for a new one.")
        customer, session = await _begin(link.email, ports.ids.unique(), writing)
        return await _going_on(customer, session, now, writing)

    return await write(ports, work)


async def admit(email: str, session_id: str, ports: Ports) -> str | None:
    """The id of the customer with this address, which somebody else has verified; None once the session was ended.

    When the session is new here, orders that they placed as a guest are theirs now.
    """
    address = ports.checks.email(email)
    session = await ports.store.read(lambda reader: reader.session(session_id))
    if session is not None or address is None:
        return session.subject if session is not None and session.ended_at is None else None
    lower = address.lower()

    async def work(writing: Writing) -> str:
        customer, _ = await _begin(lower, session_id, writing)
        return customer.id

    return await write(ports, work)


async def refresh(token: str, ports: Ports) -> SignedIn:
    """The session goes on under a new token; the one that was shown is used up.

    Shown a second time, by whomever, it ends the session: one of the two had stolen it. Raises: Refused with EXPIRED.
    """
    token_id = ports.links.link_id(token, Purpose.REFRESH)

    async def work(writing: Writing) -> SignedIn | Session | None:
        now, uow = ports.clock.now(), writing.uow
        known = await uow.refresh_token(token_id) if token_id is not None else None
        if known is None or not hmac.compare_digest(known.token_hash, ports.links.digest(token)):
            return None
        session = await uow.session(known.session_id)
        if session is None or session.ended_at is not None or session.expires_at <= now:
            return None
        if not await uow.use_refresh_token(known.id, now):
            await uow.end_session(session, now)
            return session
        customer = await uow.customer(session.subject) if known.expires_at > now else None
        return await _going_on(customer, session, now, writing) if customer is not None else None

    outcome = await write(ports, work)
    if isinstance(outcome, SignedIn):
        return outcome
    if outcome is not None:
        await ports.feed.publish([ended(outcome.id)])
    raise _expired("refreshToken", "This session is over: sign in again.")


async def sign_out(actor: Actor, ports: Ports) -> None:
    """No token of the actor's session is good any more, and what it follows closes. Raises: AccessDenied."""
    if actor.session_id is None or actor.id is None:
        raise AccessDenied("signOut")
    now = ports.clock.now()
    session = Session(actor.session_id, actor.kind, actor.id, now, _remembered_until(actor, now))
    await ports.store.write(lambda uow: uow.end_session(session, now))
    await ports.feed.publish([ended(session.id)])


def _remembered_until(actor: Actor, now: datetime) -> datetime:
    """As long as anybody could still show a token of it."""
    return max(actor.expires_at or now, now + SESSION_LIFE)


async def _begin(email: str, session_id: str, writing: Writing) -> tuple[Customer, Session]:
    uow, ports = writing.uow, writing.ports
    now = ports.clock.now()
    customer = await uow.customer_by_email(email)
    if customer is None:
        customer = await uow.add_customer(Customer(ports.ids.unique(), email))
    session = Session(session_id, ActorKind.CUSTOMER, customer.id, now, now + SESSION_LIFE)
    await uow.add_session(session)
    if last := await claim(customer, "", writing):
        await writing.owe([claim_rest(session.id, customer, last, writing)])
    return customer, session


async def _going_on(customer: Customer, session: Session, now: datetime, writing: Writing) -> SignedIn:
    ports = writing.ports
    token_id = ports.ids.unique()
    token = ports.links.token(token_id, Purpose.REFRESH)
    expires_at = min(now + REFRESH_LIFE, session.expires_at)
    await writing.uow.add_refresh_token(RefreshToken(token_id, session.id, ports.links.digest(token), now, expires_at))
    return SignedIn(customer, session, token)


def _good(link: SignInLink, token: str, now: datetime, ports: Ports) -> bool:
    return hmac.compare_digest(link.token_hash, ports.links.digest(token)) and now < link.expires_at


def _expired(field: str, message: str) -> Refused:
    return Refused(Refusal(ErrorCode.EXPIRED, message, (field,)))
