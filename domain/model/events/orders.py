"""What was agreed, where the order stands in its workflow, and whose it is."""

from dataclasses import dataclass
from typing import ClassVar

from domain.model.events.contract import EventData, StartedTask
from domain.model.orders import (
    Delivery,
    NotificationChannel,
    OrderLine,
    OrderStatus,
    PersonalRef,
    TaskStatus,
    UnavailablePolicy,
)
from domain.model.payments import Payment, RiskAssessment
from domain.model.products import Attribute
from domain.model.shipments import DeliveryEstimate


@dataclass(frozen=True, slots=True)
class OrderPlaced(EventData):
    """Everything agreed at the moment of ordering; `workflow` and `workflow_version` are pinned for good."""

    type: ClassVar[str] = "order.placed"
    number: str
    channel: str
    currency: str
    locale: str
    lines: tuple[OrderLine, ...]
    delivery: Delivery
    tax_included: bool
    subtotal: int
    discount_total: int
    shipping_total: int
    tax_total: int
    total: int
    country: str
    workflow: str
    workflow_version: int
    payments: tuple[Payment, ...] = ()
    reference: str | None = None
    customer_id: str | None = None
    customer_tier: str | None = None
    personal: PersonalRef | None = None
    if_unavailable: UnavailablePolicy = UnavailablePolicy.REJECT
    notify_by: tuple[NotificationChannel, ...] | None = None
    discount_codes: tuple[str, ...] = ()
    metadata: tuple[Attribute, ...] = ()
    estimate: DeliveryEstimate | None = None


@dataclass(frozen=True, slots=True)
class WorkflowMoved(EventData):
    """The order entered `to_state`; `trigger` and `because` (the condition that held) say why.

    `shown` where the order's status changed; finer steps are told by the events that caused them.
    """

    type: ClassVar[str] = "workflow.moved"
    to_state: str
    status: OrderStatus
    trigger: str
    from_state: str | None = None
    because: str | None = None
    milestone: str | None = None
    final: bool = False
    tasks: tuple[StartedTask, ...] = ()
    note: PersonalRef | None = None
    shown: bool = True

    @property
    def is_public(self) -> bool:
        return self.shown


@dataclass(frozen=True, slots=True)
class TaskSettled(EventData):
    """A task of the current state came to its end."""

    type: ClassVar[str] = "task.settled"
    public: ClassVar[bool] = False
    task: str
    status: TaskStatus
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class TaskStarted(EventData):
    """A task's fallback action took over."""

    type: ClassVar[str] = "task.started"
    public: ClassVar[bool] = False
    task: str
    action: str


@dataclass(frozen=True, slots=True)
class RiskAssessed(EventData):
    type: ClassVar[str] = "risk.assessed"
    public: ClassVar[bool] = False
    risk: RiskAssessment


@dataclass(frozen=True, slots=True)
class CancelRequested(EventData):
    """Somebody asked to call the order off, and it was possible then; `note` names a personal row."""

    type: ClassVar[str] = "order.cancel_requested"
    reason: str
    note: PersonalRef | None = None


@dataclass(frozen=True, slots=True)
class OrderClaimed(EventData):
    """Whoever signed in with the order's e-mail address has it among their own from here on."""

    type: ClassVar[str] = "order.claimed"
    public: ClassVar[bool] = False
    customer_id: str

    @property
    def is_announced(self) -> bool:
        """What was told before goes into the customer's inbox."""
        return True
