"""Sending things back: asked for, called off, decided on, received."""

from domain.model import events as e
from domain.model.actors import Actor
from domain.model.changes import Changes
from domain.model.commands import CancelReturn, DecideReturn, ReceiveReturn, RequestReturn, ReturnLineRequest
from domain.model.errors import ErrorCode, NotFound, Refusal, Refused
from domain.model.flows import TaskStatus
from domain.model.numbers import order_number
from domain.model.orders import Buyer, Order
from domain.model.personal import PersonalRef
from domain.model.returns import Inspection, Return, ReturnLine
from domain.policies.access import can_see, require_role
from domain.policies.cancellation import CUSTOMER_CANCEL
from domain.policies.returns import Estimate, check_request, destination, estimate, why_not_cancel_return
from domain.ports import Ports, UnitOfWork
from domain.services.arriving import look_at, may_find, take_in
from domain.services.changing import Writing, rules_of, write
from domain.services.once import done_before, remember
from domain.services.return_quotes import as_quoted
from domain.services.seeing import load_to_serve_oneself, tidy_text
from domain.services.waiting import wait_until
from domain.workflow.engine import Trigger, fire, start, triggers_open
from domain.workflow.triggers import RETURN_REQUESTED, STAFF_APPROVE, STAFF_DECLINE

REQUEST_RETURN = "requestReturn"
CANCEL_RETURN = "cancelReturn"
DECIDE_RETURN = "decideReturn"
RECEIVE_RETURN = "receiveReturn"
WORKFLOW_NAME = "return"
NUMBER = "return"
Answered = tuple[Order, str]
"""The order, and which of its returns."""


async def request_return(command: RequestReturn, actor: Actor, ports: Ports) -> Answered:
    """The return stands in its order, approved and labeled as far as that is done in time.

    Raises: NotFound; AccessDenied; Refused with everything that stands against it at once.
    """
    notes = [tidy_text(line.note, "note") for line in command.lines]
    note = tidy_text(command.note, "note")

    async def work(writing: Writing) -> Answered:
        changes = await load_to_serve_oneself(command.order_id, REQUEST_RETURN, actor, writing)
        done = await done_before(REQUEST_RETURN, command, actor, writing)
        if done is not None:
            return changes.order, done.rpartition("/")[2]
        shop, order = ports.shops.current(), changes.order
        refusals = check_request(order, command.lines, command.method, shop, changes.now)
        if refusals:
            raise Refused(*refusals)
        if command.quote_id is None:
            agreed = estimate(order, command.lines, command.method, shop)
        else:
            agreed = as_quoted(command.quote_id, order, command.lines, command.method, ports)
        return_id, number = f"t{len(order.returns) + 1}", await _number(writing.uow, ports)
        definition = ports.workflows.current(WORKFLOW_NAME)
        changes.add(
            e.ReturnRequested(
                return_id=return_id,
                number=number,
                lines=_lines(return_id, command.lines, notes, agreed, changes, ports),
                method=command.method,
                fee=agreed.fee,
                refund_total=agreed.total,
                workflow=definition.name,
                workflow_version=definition.version,
                destination=destination(order, command.lines, command.method, shop),
                note=_kept(note, changes, ports),
            )
        )
        changes.refer(NUMBER, number)
        rules = rules_of(changes.order, ports, return_id)
        start(changes, rules)
        fire(changes, rules, Trigger(RETURN_REQUESTED))
        await remember(REQUEST_RETURN, command, actor, f"{order.id}/{return_id}", writing)
        return await writing.save(changes), return_id

    return await _settled(await write(ports, work), ports)


async def _number(uow: UnitOfWork, ports: Ports) -> str:
    """A number that no other return has."""
    while True:
        number = order_number(ports.ids.bits(45))
        if await uow.order_id(NUMBER, number) is None:
            return number


def _lines(
    return_id: str,
    asked: tuple[ReturnLineRequest, ...],
    notes: list[str | None],
    agreed: Estimate,
    changes: Changes,
    ports: Ports,
) -> tuple[ReturnLine, ...]:
    return tuple(
        ReturnLine(
            f"{return_id}l{number}",
            line.line_id,
            line.quantity,
            line.reason,
            line.resolution,
            amount,
            _kept(note, changes, ports),
        )
        for number, (line, note, amount) in enumerate(zip(asked, notes, agreed.amounts, strict=True), 1)
    )


def _kept(note: str | None, changes: Changes, ports: Ports) -> PersonalRef | None:
    """The words stand in a row of their own, stored with these changes."""
    if note is None:
        return None
    row = ports.personals.seal(Buyer(note=note))
    changes.keep_personal(row)
    return row.ref


async def cancel_return(command: CancelReturn, actor: Actor, ports: Ports) -> Answered:
    """Nothing comes back, and its units are free again.

    Raises: NotFound; AccessDenied; Refused (VIEW_ONLY_LINK, NOT_ALLOWED, ALREADY_DONE).
    """

    async def work(writing: Writing) -> Answered:
        changes = await _load(command.order_id, CANCEL_RETURN, actor, writing)
        rma = _rma(changes, command.return_id)
        if await done_before(CANCEL_RETURN, command, actor, writing) is not None:
            return changes.order, rma.id
        rules = rules_of(changes.order, ports, rma.id)
        refusal = why_not_cancel_return(rma, triggers_open(rules.definition, rma.flow), CUSTOMER_CANCEL)
        if refusal is not None:
            raise Refused(refusal)
        fire(changes, rules, Trigger(CUSTOMER_CANCEL))
        await remember(CANCEL_RETURN, command, actor, f"{changes.order.id}/{rma.id}", writing)
        return await writing.save(changes), rma.id

    return await write(ports, work)


async def decide_return(command: DecideReturn, actor: Actor, ports: Ports) -> Answered:
    """Staff said yes or no, and the return went on from there. Raises: AccessDenied; NotFound; Refused."""
    require_role(actor, DECIDE_RETURN)
    note = tidy_text(command.note, "note")

    async def work(writing: Writing) -> Answered:
        changes = await _load(command.order_id, DECIDE_RETURN, actor, writing)
        rma = _rma(changes, command.return_id)
        if await done_before(DECIDE_RETURN, command, actor, writing) is not None:
            return changes.order, rma.id
        name = STAFF_APPROVE if command.approve else STAFF_DECLINE
        trigger = Trigger(name, note=_kept(note, changes, ports))
        if not fire(changes, rules_of(changes.order, ports, rma.id), trigger):
            code = ErrorCode.NOT_ALLOWED if rma.is_open else ErrorCode.ALREADY_DONE
            raise Refused(Refusal(code, "There is nothing to decide about this return now."))
        await remember(DECIDE_RETURN, command, actor, f"{changes.order.id}/{rma.id}", writing)
        return await writing.save(changes), rma.id

    return await _settled(await write(ports, work), ports)


async def receive_return(command: ReceiveReturn, actor: Actor, ports: Ports) -> Answered:
    """The goods are in the house, and what staff found is known; paid back as far as that is done in time.

    Without lines, only that they arrived. Raises: AccessDenied; NotFound; Refused (NOT_ALLOWED, ALREADY_DONE,
    QUANTITY_EXCEEDED).
    """
    require_role(actor, RECEIVE_RETURN)
    notes = [tidy_text(line.note, "note") for line in command.lines]

    async def work(writing: Writing) -> Answered:
        changes = await _load(command.order_id, RECEIVE_RETURN, actor, writing)
        rma = _rma(changes, command.return_id)
        if await done_before(RECEIVE_RETURN, command, actor, writing) is not None:
            return changes.order, rma.id
        _check_received(command, rma, ports)
        if rma.received_at is None and not take_in(changes, rma.id, changes.now, ports):
            raise Refused(Refusal(ErrorCode.NOT_ALLOWED, "This return is not expected any more."))
        found = [
            (
                line.return_line_id,
                Inspection(
                    line.quantity,
                    line.condition,
                    line.disposition,
                    changes.now,
                    line.location or rma.destination,
                    _kept(note, changes, ports),
                ),
            )
            for line, note in zip(command.lines, notes, strict=True)
        ]
        _check_open_to(found, changes, rma, ports)
        if found:
            look_at(changes, rma.id, found, changes.now, ports)
        await remember(RECEIVE_RETURN, command, actor, f"{changes.order.id}/{rma.id}", writing)
        return await writing.save(changes), rma.id

    return await _settled(await write(ports, work), ports)


def _check_received(command: ReceiveReturn, rma: Return, ports: Ports) -> None:
    """Raises: Refused for lines of no such return, more units than are still expected, and places that are none."""
    left = {line.id: line.quantity - line.inspected for line in rma.lines}
    found: list[Refusal] = []
    if rma.received_at is not None and not command.lines:
        raise Refused(Refusal(ErrorCode.ALREADY_DONE, "These goods are here already.", ("lines",)))
    for index, line in enumerate(command.lines):
        place = ("lines", str(index))
        if line.return_line_id not in left:
            found.append(Refusal(ErrorCode.NOT_FOUND, "There is no such line.", (*place, "returnLineId")))
            continue
        left[line.return_line_id] -= line.quantity
        if line.quantity < 1 or left[line.return_line_id] < 0:
            text = "There are not that many left to receive."
            found.append(Refusal(ErrorCode.QUANTITY_EXCEEDED, text, (*place, "quantity")))
        if line.location is not None and ports.shops.current().location(line.location) is None:
            found.append(Refusal(ErrorCode.NOT_FOUND, "There is no such place.", (*place, "locationId")))
    if found:
        raise Refused(*found)


def _check_open_to(found: list[tuple[str, Inspection]], changes: Changes, rma: Return, ports: Ports) -> None:
    """Raises: Refused for units that are not here, or go back to their buyer, once it is decided what is paid back."""
    text = "What this return pays back is decided already: only what is here can be reported now."
    refusals = [
        Refusal(ErrorCode.NOT_ALLOWED, text, ("lines", str(index)))
        for index, (_, one) in enumerate(found)
        if not may_find(changes, rma.id, one, ports)
    ]
    if refusals:
        raise Refused(*refusals)


async def _load(order_id: str, verb: str, actor: Actor, writing: Writing) -> Changes:
    """The order of a return, if the actor may change it: one that is not theirs is not there, as a return."""
    changes = await writing.load(order_id, actor)
    if changes is None or not can_see(actor, changes.order):
        raise NotFound("returnId")
    return await load_to_serve_oneself(order_id, verb, actor, writing)


def _rma(changes: Changes, return_id: str) -> Return:
    rma = changes.order.rma(return_id)
    if rma is None:
        raise NotFound("returnId")
    return rma


async def _settled(answered: Answered, ports: Ports) -> Answered:
    """As far as its tasks come while the caller waits."""
    order, return_id = answered

    def is_still(found: Order) -> bool:
        rma = found.rma(return_id)
        return rma is not None and all(task.status is not TaskStatus.RUNNING for task in rma.flow.tasks)

    return await wait_until(order, is_still, ports.limits.settle_for, ports), return_id
