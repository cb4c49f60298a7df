"""What a list knows of an order without opening its document, and the same of an opened one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.model.orders import Order
from domain.policies.progress import fulfillment_status, payment_status, return_status


class Brief(Protocol):
    """Answered by a row of the list (ports.OrderRow) and by an opened order alike."""

    @property
    def id(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def payment_status(self) -> str: ...
    @property
    def fulfillment_status(self) -> str: ...
    @property
    def return_status(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def placed_at(self) -> datetime: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def currency(self) -> str: ...
    @property
    def total(self) -> int: ...
    @property
    def customer_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """The brief of an order whose document is there; statuses are worked out when asked for."""

    order: Order

    @property
    def id(self) -> str:
        return self.order.id

    @property
    def number(self) -> str:
        return self.order.number

    @property
    def version(self) -> int:
        return self.order.version

    @property
    def status(self) -> str:
        return self.order.flow.status

    @property
    def payment_status(self) -> str:
        return payment_status(self.order)

    @property
    def fulfillment_status(self) -> str:
        return fulfillment_status(self.order)

    @property
    def return_status(self) -> str:
        return return_status(self.order)

    @property
    def state(self) -> str:
        return self.order.flow.state

    @property
    def channel(self) -> str:
        return self.order.channel

    @property
    def placed_at(self) -> datetime:
        return self.order.placed_at

    @property
    def updated_at(self) -> datetime:
        return self.order.updated_at

    @property
    def currency(self) -> str:
        return self.order.currency

    @property
    def total(self) -> int:
        return self.order.total

    @property
    def customer_id(self) -> str | None:
        return self.order.customer_id
