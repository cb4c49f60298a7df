"""A lost tracking link, sent again to the address on the order: nobody learns by asking whether there is such an order.

What is asked is only written down. Whether number and contact match is found out afterwards, by an effect that begins
at a moment that has nothing to do with the answer.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from domain.model.actors import ALL_SCOPES
from domain.model.effects import Effect
from domain.model.errors import ErrorCode, Refusal, Refused
from domain.model.links import Link
from domain.model.numbers import parse_order_number
from domain.model.orders import Order
from domain.ports import Ports, Reader, UnitOfWork

SEND_TRACKING_LINK = "sendTrackingLink"
LINK_LIFE = timedelta(days=14)
EARLIEST, SPREAD = 0.3, 1.2
"""Seconds after the answer; how many of them is chance."""


@dataclass(frozen=True, slots=True)
class LostLink:
    """What somebody who says that the order is theirs knows of it: its number, and one of the two."""

    number: str
    email: str | None = None
    phone: str | None = None


async def request_tracking_link(lost: LostLink, ports: Ports) -> None:
    """If the contact is the order's, a link is on its way to it. Raises: Refused, for what can be seen of the input."""
    kind, contact = _contact(lost, ports)
    now = ports.clock.now()
    payload = {
        "number": parse_order_number(lost.number) or "",
        "kind": kind,
        "contact": ports.personals.lookup(kind, contact),
    }
    later = now + timedelta(seconds=EARLIEST + SPREAD * ports.ids.random())
    effect = Effect(
        f"tracking-link:{ports.ids.unique()}", SEND_TRACKING_LINK, run_at=later, created_at=now, payload=payload
    )
    await ports.store.write(lambda uow: uow.owe([effect]))


def _contact(lost: LostLink, ports: Ports) -> tuple[str, str]:
    if (lost.email is None) == (lost.phone is None):
        text = "Give the e-mail address or the phone number that the order was placed with."
        raise Refused(Refusal(ErrorCode.INVALID, text, ("email",)))
    if lost.email is not None:
        email = ports.checks.email(lost.email)
        if email is None:
            raise Refused(Refusal(ErrorCode.INVALID_EMAIL, "This is no e-mail address.", ("email",)))
        return "email", email
    phone = ports.checks.phone(lost.phone or "", None)
    if phone is None:
        text = "Write the phone number with its country code, like +4915112345678."
        raise Refused(Refusal(ErrorCode.INVALID_PHONE, text, ("phone",)))
    return "phone", phone


async def asked_for(effect: Effect, ports: Ports) -> tuple[Order, str] | None:
    """The order, and the address on it that a link goes to; None if what was asked does not match."""
    number, kind = effect.payload["number"], effect.payload["kind"]

    async def work(reader: Reader) -> Order | None:
        order_id = await reader.order_id("number", number)
        return await reader.order(order_id) if order_id is not None else None

    order = await ports.store.read(work)
    if order is None or order.buyer is None:
        return None
    contact = order.buyer.email if kind == "email" else order.buyer.phone
    if contact is None:
        return None
    known = ports.personals.lookup(kind, contact)
    return (order, contact) if hmac.compare_digest(known, effect.payload["contact"]) else None


async def opened_by(effect: Effect, order: Order, ports: Ports) -> str:
    """The token of a link that opens the order; the same for every try of the effect."""
    link_id = hashlib.sha256(effect.key.encode()).hexdigest()[:32]
    token = ports.links.token(link_id)
    now = effect.created_at
    link = Link(link_id, order.id, ports.links.digest(token), ALL_SCOPES, now, now + LINK_LIFE)

    async def work(uow: UnitOfWork) -> None:
        if await uow.link(link_id) is None:
            await uow.add_link(link)

    await ports.store.write(work)
    return token
