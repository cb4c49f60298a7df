"""Staff move an order by hand, as far as its workflow allows."""

from domain.model.actors import Actor
from domain.model.commands import FireTrigger
from domain.model.errors import ErrorCode, Refusal, Refused
from domain.model.orders import Buyer, Order
from domain.policies.access import require_role
from domain.ports import Ports
from domain.services.changing import Writing, rules_of, write
from domain.services.once import done_before, remember
from domain.services.seeing import load_for, tidy_text
from domain.workflow.engine import Trigger, fire, triggers_open

FIRE_TRIGGER = "fireTrigger"


async def fire_trigger(command: FireTrigger, actor: Actor, ports: Ports) -> Order:
    """The trigger was fired and the order moved. Raises: AccessDenied; NotFound; Refused with NOT_ALLOWED."""
    require_role(actor, FIRE_TRIGGER)
    note = tidy_text(command.note, "note")

    async def work(writing: Writing) -> Order:
        changes = await load_for(command.order_id, actor, writing)
        if await done_before(FIRE_TRIGGER, command, actor, writing) is not None:
            return changes.order
        rules = rules_of(changes.order, ports)
        row = ports.personals.seal(Buyer(note=note)) if note else None
        open_now = triggers_open(rules.definition, changes.order.flow)
        moved = command.trigger in open_now and fire(
            changes, rules, Trigger(command.trigger, note=row.ref if row else None)
        )
        if not moved:
            words = ", ".join(open_now) or "none"
            text = f"The order does not take this trigger where it is. It takes: {words}."
            raise Refused(Refusal(ErrorCode.NOT_ALLOWED, text, ("trigger",)))
        if row is not None:
            changes.keep_personal(row)
        await remember(FIRE_TRIGGER, command, actor, changes.order.id, writing)
        return await writing.save(changes)

    return await write(ports, work)
