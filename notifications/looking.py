"""An event that was announced, looked at again: what it is about, and how the order stands by now."""

from dataclasses import dataclass

from domain.model.events import Event
from domain.model.orders import NotificationChannel, Order
from domain.model.products import Customer
from domain.ports import Personals, Ports, Reader
from notifications.facts import facts
from notifications.occasions import Occasion, moment_of, occasion_of
from notifications.wording import Worded, worded

ADDRESS_KINDS = {NotificationChannel.EMAIL: "email", NotificationChannel.SMS: "phone"}
"""What the address of a channel is called where it is known by its hash alone."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event worth telling, the order as it is now, and the customer if the order is one's."""

    occasion: Occasion
    event: Event
    order: Order
    customer: Customer | None

    def words(self, ports: Ports) -> Worded:
        return worded(self.occasion.kind.value, facts(self.occasion, self.event, self.order, ports))


async def look(order_id: str, sequence: int, ports: Ports) -> Told | None:
    """None if nobody is to be told of this event."""

    async def work(reader: Reader) -> Told | None:
        order = await reader.order(order_id)
        if order is None:
            return None
        moment = moment_of(await reader.events(order_id, 0, sequence))
        occasion = occasion_of(moment) if moment is not None and moment.event.sequence == sequence else None
        if moment is None or occasion is None:
            return None
        customer = await reader.customer(order.customer_id) if order.customer_id else None
        return Told(occasion, moment.event, order, customer)

    return await ports.store.read(work)


def recipient(channel: NotificationChannel, address: str | None, personals: Personals) -> str:
    """What a delivery keeps of an address: nothing that could be read back. The inbox has none."""
    if address is None or channel not in ADDRESS_KINDS:
        return ""
    return personals.lookup(ADDRESS_KINDS[channel], address)
