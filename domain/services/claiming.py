"""Orders that somebody placed as a guest join their list once they have signed in with the same e-mail address."""

from functools import partial

from domain.model.actors import Actor, ActorKind
from domain.model.effects import Effect, EffectStatus
from domain.model.errors import OrderTooLarge
from domain.model.events import OrderClaimed
from domain.model.products import Customer
from domain.ports import Ports
from domain.services.changing import Writing, write

CLAIM_ORDERS = "claimOrders"
AT_ONCE = 20
"""Orders in one transaction: signing in should not keep many of them locked."""


async def claim(customer: Customer, after: str, writing: Writing) -> str | None:
    """The next of their guest orders, beyond that one, are theirs; the last that was looked at if there may be more."""
    word = writing.ports.personals.lookup("email", customer.email)
    found = await writing.uow.guest_orders(word, after, AT_ONCE)
    actor = Actor(ActorKind.CUSTOMER, customer.id)
    for order_id in found:
        changes = await writing.load(order_id, actor)
        if changes is None or changes.order.customer_id is not None:
            continue  # somebody was faster
        changes.add(OrderClaimed(customer.id))
        try:
            await writing.save(changes)
        except OrderTooLarge:
            continue  # it stays what it is: opened by its link
    return found[-1] if len(found) == AT_ONCE else None


def claim_rest(session_id: str, customer: Customer, after: str, writing: Writing) -> Effect:
    now = writing.ports.clock.now()
    payload = {"customer": customer.id, "after": after}
    return Effect(key=f"claim:{session_id}", action=CLAIM_ORDERS, run_at=now, created_at=now, payload=payload)


async def claim_orders(effect: Effect, ports: Ports) -> None:
    """All that were left are theirs, some in each transaction."""
    customer_id = effect.payload["customer"]
    customer = await ports.store.read(lambda reader: reader.customer(customer_id))
    after: str | None = effect.payload["after"] if customer is not None else None
    while customer is not None and after is not None:
        after = await write(ports, partial(claim, customer, after))
    now = ports.clock.now()
    await ports.store.write(lambda uow: uow.finish_effect(effect, EffectStatus.SUCCEEDED, None, now))
