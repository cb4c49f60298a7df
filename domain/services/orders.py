"""Placing an order: checked whole, stored once, answered as soon as its first outcomes are known."""

from dataclasses import dataclass

from domain.model.actors import ALL_SCOPES, Actor, ActorKind
from domain.model.changes import Changes
from domain.model.commands import PlaceOrder
from domain.model.errors import IdempotencyConflict, NumberTaken, Refusal, Refused
from domain.model.events import OrderPlaced
from domain.model.links import Link
from domain.model.numbers import RANDOM_BITS, order_number
from domain.model.orders import Order
from domain.model.products import Customer
from domain.policies.access import require_role
from domain.policies.eligibility import KEY_LIMIT, is_usable
from domain.ports import Ports, Reader, StoredKey
from domain.services import placement_answer
from domain.services.basket import Shelf, look_up
from domain.services.changing import Writing, rules_of, write
from domain.services.checkout import Checked, check
from domain.services.digests import digest
from domain.services.waiting import LOOK, wait_until
from domain.workflow import engine
from domain.workflow.engine import window

PLACE_ORDER = "placeOrder"
WORKFLOW_NAME = "order"
SLACK = 1.0
"""Seconds beyond `settle_for` after which a silent first caller is taken for dead."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The order as it is now, what was refused of it while its caller waited, and a guest's token."""

    order: Order
    token: str | None
    refusals: tuple[Refusal, ...]


async def place_order(command: PlaceOrder, actor: Actor, ports: Ports) -> Placement:
    """The order is stored and its first effects are due; confirmed or refused if they settled in time.

    Idempotent on `command.key` for 24 h. Totals in minor units; waits `limits.settle_for` seconds at the most.
    Raises: Refused, with everything that is wrong at once, if nothing was stored; IdempotencyConflict; AccessDenied.
    """
    if command.customer_id is not None:
        require_role(actor, "placeOrderFor")
    same = digest(command)

    async def look(reader: Reader) -> tuple[StoredKey | None, Shelf, Customer | None]:
        usable = is_usable(command.key, KEY_LIMIT)
        stored = await reader.stored_key(actor.viewer, PLACE_ORDER, command.key) if usable else None
        buyer_id = _buyer_id(command, actor)
        customer = await reader.customer(buyer_id) if buyer_id else None
        return stored, await look_up(command.lines, reader), customer

    stored, shelf, customer = await ports.store.read(look)
    if stored is not None and stored.created_at + ports.limits.keep_keys > ports.clock.now():
        return await _repeated(stored, same, command, actor, ports)
    checked = check(command, shelf, customer, ports)
    if checked.refusals:
        raise Refused(*checked.refusals)
    placed = await _store(command, checked, same, actor, ports)
    if isinstance(placed, StoredKey):
        return await _repeated(placed, same, command, actor, ports)
    return await _answer(placed, command, actor, ports)


def _buyer_id(command: PlaceOrder, actor: Actor) -> str | None:
    """Whose order it is: the customer whom staff order for, or the one who orders."""
    return command.customer_id or (actor.id if actor.kind is ActorKind.CUSTOMER else None)


async def _store(command: PlaceOrder, checked: Checked, same: bytes, actor: Actor, ports: Ports) -> Order | StoredKey:
    """The order, its journal, its first effects and its link are durable; or what the key already stands for."""

    async def work(writing: Writing) -> Order | StoredKey:
        now = ports.clock.now()
        known = await writing.uow.claim_key(actor.viewer, PLACE_ORDER, command.key, same, now, ports.limits.keep_keys)
        if known is not None:
            return known
        changes = _placed(command, checked, actor, ports)
        order = await writing.save(changes)
        await writing.uow.add_link(_link(order, ports))
        await writing.uow.answer_key(actor.viewer, PLACE_ORDER, command.key, order.id, None)
        return order

    while True:
        try:
            return await write(ports, work)
        except NumberTaken:
            continue


def _placed(command: PlaceOrder, checked: Checked, actor: Actor, ports: Ports) -> Changes:
    """The order under a number of its own, in the first state of the workflow that it will follow."""
    now = ports.clock.now()
    changes = Changes(None, actor.ref, now, ports.ids.order_id(now))
    row = ports.personals.seal(checked.buyer)
    definition = ports.workflows.current(WORKFLOW_NAME)
    changes.add(
        OrderPlaced(
            number=order_number(ports.ids.bits(RANDOM_BITS)),
            workflow=definition.name,
            workflow_version=definition.version,
            personal=row.ref,
            customer_id=_buyer_id(command, actor),
            **checked.agreed,
        )
    )
    changes.keep_personal(row, checked.buyer)
    _refer(changes, checked, ports)
    engine.start(changes, rules_of(changes.order, ports))
    return changes


def _refer(changes: Changes, checked: Checked, ports: Ports) -> None:
    """What staff may look this order up by; personal words only as keyed hashes."""
    order, buyer = changes.order, checked.buyer
    changes.refer("number", order.number)
    if order.reference:
        changes.refer("reference", order.reference)
    for sku in sorted({line.sku for line in order.lines}):
        changes.refer("sku", sku)
    for kind, word in (("email", buyer.email), ("phone", buyer.phone), ("name", buyer.name)):
        if word:
            changes.refer(kind, ports.personals.lookup(kind, word))


def _link(order: Order, ports: Ports) -> Link:
    """The buyer's own link: its id is the order's, so that its token can be told again without being stored."""
    expires_at = order.placed_at + window(ports.shops.current(), "window:link")
    token_hash = ports.links.digest(ports.links.token(order.id))
    return Link(order.id, order.id, token_hash, ALL_SCOPES, order.placed_at, expires_at)


async def _answer(order: Order, command: PlaceOrder, actor: Actor, ports: Ports) -> Placement:
    """What became of the order while its caller waited is from now on what its key answers."""
    order = await wait_until(order, lambda now: not placement_answer.is_settling(now), ports.limits.settle_for, ports)
    if order.flow.entry == placement_answer.FIRST_ENTRY or placement_answer.is_settling(order):
        await _close(order, ports)
    return Placement(order, _token(order, actor, ports), placement_answer.refusals_of(order))


async def _close(order: Order, ports: Ports) -> None:
    """The key answers with what is known of the order now, unless it has its answer already."""
    answer = placement_answer.encode(placement_answer.refusals_of(order))
    await ports.store.write(lambda uow: uow.answer_placement(order.id, answer))
    await ports.feed.publish([order.id])


def _token(order: Order, actor: Actor, ports: Ports) -> str | None:
    return None if actor.kind is ActorKind.CUSTOMER else ports.links.token(order.id)


async def _repeated(stored: StoredKey, same: bytes, command: PlaceOrder, actor: Actor, ports: Ports) -> Placement:
    """The first caller's answer, once there is one, on the order as it is now."""
    if stored.digest != same or stored.subject is None:
        raise IdempotencyConflict
    order_id = stored.subject
    answer = stored.answer or await _first_answer(order_id, command, actor, ports)
    order = await ports.store.read(lambda reader: reader.order(order_id))
    if order is None:
        raise IdempotencyConflict
    refusals = placement_answer.decode(answer) if answer else placement_answer.refusals_of(order)
    return Placement(order, _token(order, actor, ports), refusals)


async def _first_answer(order_id: str, command: PlaceOrder, actor: Actor, ports: Ports) -> bytes | None:
    """What the first caller was answered, as soon as they are; if they are long gone, this one stands in for them."""

    async def look(reader: Reader) -> tuple[bytes | None, Order | None]:
        stored = await reader.stored_key(actor.viewer, PLACE_ORDER, command.key)
        return stored.answer if stored else None, await reader.order(order_id)

    deadline = ports.clock.monotonic() + ports.limits.settle_for + SLACK
    async with ports.feed.listen(order_id) as listening:
        while True:
            answer, order = await ports.store.read(look)
            left = deadline - ports.clock.monotonic()
            if answer is not None or order is None:
                return answer
            if left <= 0:
                await _close(order, ports)
                return (await ports.store.read(look))[0]
            await listening.changed(min(left, LOOK))
