"""Committed facts about an order: the journal's vocabulary.

A released event is never changed; a new shape gets a new FORMAT and an upcaster. Each type's data is a frozen
dataclass; `EVENT_TYPES` joins the public, dotted name to it and says whether customers see it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.model.actors import ActorRef
from domain.model.orders import (
    Delivery,
    NotificationChannel,
    OrderLine,
    OrderStatus,
    PersonalRef,
    TaskStatus,
    UnavailablePolicy,
)
from domain.model.payments import NextAction, Payment, Refund, RiskAssessment
from domain.model.products import Attribute
from domain.model.returns import Inspection, ReturnLine, ReturnMethod, ReturnStatus
from domain.model.shipments import DeliveryEstimate, PreparationStatus, Scan, Shipment
from domain.model.stock import Allocation

FORMAT = 1


@dataclass(frozen=True, slots=True)
class EventData:
    """What every kind of event has: its dotted name, and whether the buyer sees it."""

    type: ClassVar[str]
    public: ClassVar[bool] = True

    @property
    def is_public(self) -> bool:
        """Whether the buyer's timeline shows this one."""
        return self.public


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
class StartedTask:
    name: str
    action: str


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
class StockReserved(EventData):
    type: ClassVar[str] = "stock.reserved"
    public: ClassVar[bool] = False
    allocations: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True)
class StockBackordered(EventData):
    """These lines wait for stock: (line id, quantity)."""

    type: ClassVar[str] = "stock.backordered"
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class StockLost(EventData):
    """These lines could not be had when it came to it: (line id, quantity missing)."""

    type: ClassVar[str] = "stock.lost"
    lines: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class StockReleased(EventData):
    type: ClassVar[str] = "stock.released"
    public: ClassVar[bool] = False
    allocations: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True)
class StockShipped(EventData):
    """These units left their shelves for good."""

    type: ClassVar[str] = "stock.shipped"
    public: ClassVar[bool] = False
    allocations: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True)
class PaymentAuthorized(EventData):
    """`amount` is what the provider holds, whatever was asked."""

    type: ClassVar[str] = "payment.authorized"
    payment_id: str
    amount: int
    reference: str
    brand: str | None = None
    last4: str | None = None
    risk: RiskAssessment | None = None


@dataclass(frozen=True, slots=True)
class PaymentDeclined(EventData):
    type: ClassVar[str] = "payment.declined"
    payment_id: str
    code: str
    message: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentActionRequired(EventData):
    type: ClassVar[str] = "payment.action_required"
    payment_id: str
    reference: str
    next_action: NextAction


@dataclass(frozen=True, slots=True)
class PaymentCaptured(EventData):
    type: ClassVar[str] = "payment.captured"
    payment_id: str
    amount: int
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentVoided(EventData):
    type: ClassVar[str] = "payment.voided"
    payment_id: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class RiskAssessed(EventData):
    type: ClassVar[str] = "risk.assessed"
    public: ClassVar[bool] = False
    risk: RiskAssessment


@dataclass(frozen=True, slots=True)
class RefundRequested(EventData):
    type: ClassVar[str] = "refund.requested"
    refund: Refund


@dataclass(frozen=True, slots=True)
class RefundSucceeded(EventData):
    type: ClassVar[str] = "refund.succeeded"
    refund_id: str
    reference: str


@dataclass(frozen=True, slots=True)
class RefundFailed(EventData):
    type: ClassVar[str] = "refund.failed"
    refund_id: str
    failure: str


@dataclass(frozen=True, slots=True)
class ShipmentPlanned(EventData):
    """A parcel to be: the warehouse has been, or staff have, told to send these lines."""

    type: ClassVar[str] = "shipment.planned"
    public: ClassVar[bool] = False
    shipment: Shipment


@dataclass(frozen=True, slots=True)
class ShipmentPrepared(EventData):
    """The warehouse reached this step; carrier words from LABELED on."""

    type: ClassVar[str] = "shipment.prepared"
    shipment_id: str
    preparation: PreparationStatus
    carrier: str | None = None
    carrier_name: str | None = None
    service: str | None = None
    tracking_number: str | None = None


@dataclass(frozen=True, slots=True)
class ShipmentWatched(EventData):
    """The carrier's aggregator reports on this parcel from now on."""

    type: ClassVar[str] = "shipment.watched"
    public: ClassVar[bool] = False
    shipment_id: str
    tracker_reference: str
    tracking_url: str | None = None


@dataclass(frozen=True, slots=True)
class ShipmentScanned(EventData):
    """Scans not known before, in the carrier's words; `estimate` when it named a new one."""

    type: ClassVar[str] = "shipment.scanned"
    shipment_id: str
    scans: tuple[Scan, ...]
    estimate: DeliveryEstimate | None = None


@dataclass(frozen=True, slots=True)
class ShipmentCanceled(EventData):
    """Called off; not `shown` where it was only planned and another parcel takes its place."""

    type: ClassVar[str] = "shipment.canceled"
    shipment_id: str
    shown: bool = True

    @property
    def is_public(self) -> bool:
        return self.shown


@dataclass(frozen=True, slots=True)
class CancelRequested(EventData):
    """Somebody asked to call the order off, and it was possible then; `note` names a personal row."""

    type: ClassVar[str] = "order.cancel_requested"
    reason: str
    note: PersonalRef | None = None


@dataclass(frozen=True, slots=True)
class ReturnRequested(EventData):
    """Somebody wants to send these units back; its workflow's version is pinned for good."""

    type: ClassVar[str] = "return.requested"
    return_id: str
    number: str
    lines: tuple[ReturnLine, ...]
    method: ReturnMethod
    fee: int
    refund_total: int
    workflow: str
    workflow_version: int
    destination: str | None = None
    note: PersonalRef | None = None


@dataclass(frozen=True, slots=True)
class ReturnMoved(EventData):
    """The return entered `to_state`, as `workflow.moved` says it of an order. `until`: when it leaves by itself."""

    type: ClassVar[str] = "return.moved"
    return_id: str
    to_state: str
    status: ReturnStatus
    trigger: str
    from_state: str | None = None
    because: str | None = None
    milestone: str | None = None
    final: bool = False
    tasks: tuple[StartedTask, ...] = ()
    note: PersonalRef | None = None
    shown: bool = True
    until: datetime | None = None

    @property
    def is_public(self) -> bool:
        return self.shown


@dataclass(frozen=True, slots=True)
class ReturnTaskSettled(EventData):
    """A task of the return's state came to its end."""

    type: ClassVar[str] = "return.task_settled"
    public: ClassVar[bool] = False
    return_id: str
    task: str
    status: TaskStatus
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class ReturnTaskStarted(EventData):
    """A task's fallback action took over."""

    type: ClassVar[str] = "return.task_started"
    public: ClassVar[bool] = False
    return_id: str
    task: str
    action: str


@dataclass(frozen=True, slots=True)
class ReturnLabeled(EventData):
    """There is a label, or a code, that sends it back."""

    type: ClassVar[str] = "return.labeled"
    return_id: str
    shipment: Shipment


@dataclass(frozen=True, slots=True)
class ReturnScanned(EventData):
    """Scans of the parcel on its way back, not known before."""

    type: ClassVar[str] = "return.scanned"
    return_id: str
    shipment_id: str
    scans: tuple[Scan, ...]
    estimate: DeliveryEstimate | None = None


@dataclass(frozen=True, slots=True)
class ReturnReceived(EventData):
    """The goods are in the house; nobody has looked at them yet."""

    type: ClassVar[str] = "return.received"
    return_id: str


@dataclass(frozen=True, slots=True)
class ReturnInspected(EventData):
    """Somebody has unpacked these: (id of the return's line, what they found)."""

    type: ClassVar[str] = "return.inspected"
    return_id: str
    inspections: tuple[tuple[str, Inspection], ...]


@dataclass(frozen=True, slots=True)
class StockReturned(EventData):
    """These units of the return stand on the shelf again."""

    type: ClassVar[str] = "stock.returned"
    public: ClassVar[bool] = False
    return_id: str
    allocations: tuple[Allocation, ...]


@dataclass(frozen=True, slots=True)
class OrderClaimed(EventData):
    """Whoever signed in with the order's e-mail address has it among their own from here on."""

    type: ClassVar[str] = "order.claimed"
    public: ClassVar[bool] = False
    customer_id: str


EVENT_TYPES: dict[str, type[EventData]] = {
    data.type: data
    for data in (
        OrderPlaced,
        WorkflowMoved,
        TaskSettled,
        TaskStarted,
        StockReserved,
        StockBackordered,
        StockLost,
        StockReleased,
        StockShipped,
        PaymentAuthorized,
        PaymentDeclined,
        PaymentActionRequired,
        PaymentCaptured,
        PaymentVoided,
        RiskAssessed,
        RefundRequested,
        RefundSucceeded,
        RefundFailed,
        ShipmentPlanned,
        ShipmentPrepared,
        ShipmentWatched,
        ShipmentScanned,
        ShipmentCanceled,
        CancelRequested,
        OrderClaimed,
        ReturnRequested,
        ReturnMoved,
        ReturnTaskSettled,
        ReturnTaskStarted,
        ReturnLabeled,
        ReturnScanned,
        ReturnReceived,
        ReturnInspected,
        StockReturned,
    )
}


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the journal. `hash` covers the row and the hash before it; the store fills it in."""

    order_id: str
    sequence: int
    data: EventData
    actor: ActorRef
    occurred_at: datetime
    recorded_at: datetime
    format: int = FORMAT
    hash: str = ""

    @property
    def type(self) -> str:
        return self.data.type

    @property
    def public(self) -> bool:
        return self.data.is_public
