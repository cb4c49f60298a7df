"""Moving an order by hand."""

from domain.model.commands import FireTrigger
from domain.services import triggers as service
from resolvers.context import Info
from resolvers.given import given
from resolvers.refusals import refusals_in
from schema.orders.order import Order
from schema.orders.payloads import OrderPayload
from schema.triggers import FireTriggerInput


@refusals_in(OrderPayload)
async def fire_trigger(info: Info, input: FireTriggerInput) -> OrderPayload:
    """
    Staff only from here on. Fires a trigger of the order's workflow by hand; refused where the definition does not
    allow it.
    """
    context = info.context
    context.require("fireTrigger")
    command = FireTrigger(
        key=input.idempotency_key,
        order_id=context.must_name("Order", input.order_id, "orderId"),
        trigger=input.trigger,
        note=given(input.note),
    )
    changed = await service.fire_trigger(command, context.actor, context.ports)
    return OrderPayload(order=Order.by(context.viewing, changed))
