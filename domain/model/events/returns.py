"""What comes back: asked for, decided, on its way, received, inspected, back on the shelf."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.model.events.contract import EventData, StartedTask
from domain.model.orders import PersonalRef, TaskStatus
from domain.model.returns import Inspection, ReturnLine, ReturnMethod, ReturnStatus
from domain.model.shipments import DeliveryEstimate, Scan, Shipment
from domain.model.stock import Allocation


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
