"""Committed facts about an order: the journal's vocabulary.

A released event is never changed; a new shape gets a new FORMAT and an upcaster. Each type's data is a frozen
dataclass; `EVENT_TYPES` joins the public, dotted name to it and says whether customers see it.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.model.actors import ActorRef
from domain.model.events.contract import EventData, StartedTask
from domain.model.events.orders import (
    CancelRequested,
    OrderClaimed,
    OrderPlaced,
    RiskAssessed,
    TaskSettled,
    TaskStarted,
    WorkflowMoved,
)
from domain.model.events.parcels import (
    ShipmentCanceled,
    ShipmentPlanned,
    ShipmentPrepared,
    ShipmentScanned,
    ShipmentWatched,
)
from domain.model.events.payments import (
    PaymentActionRequired,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentDeclined,
    PaymentVoided,
    RefundFailed,
    RefundRequested,
    RefundSucceeded,
)
from domain.model.events.returns import (
    ReturnInspected,
    ReturnLabeled,
    ReturnMoved,
    ReturnReceived,
    ReturnRequested,
    ReturnScanned,
    ReturnTaskSettled,
    ReturnTaskStarted,
    StockReturned,
)
from domain.model.events.stock import StockBackordered, StockLost, StockReleased, StockReserved, StockShipped

__all__ = [
    "EVENT_TYPES",
    "FORMAT",
    "CancelRequested",
    "Event",
    "EventData",
    "OrderClaimed",
    "OrderPlaced",
    "PaymentActionRequired",
    "PaymentAuthorized",
    "PaymentCaptured",
    "PaymentDeclined",
    "PaymentVoided",
    "RefundFailed",
    "RefundRequested",
    "RefundSucceeded",
    "ReturnInspected",
    "ReturnLabeled",
    "ReturnMoved",
    "ReturnReceived",
    "ReturnRequested",
    "ReturnScanned",
    "ReturnTaskSettled",
    "ReturnTaskStarted",
    "RiskAssessed",
    "ShipmentCanceled",
    "ShipmentPlanned",
    "ShipmentPrepared",
    "ShipmentScanned",
    "ShipmentWatched",
    "StartedTask",
    "StockBackordered",
    "StockLost",
    "StockReleased",
    "StockReserved",
    "StockReturned",
    "StockShipped",
    "TaskSettled",
    "TaskStarted",
    "WorkflowMoved",
]

FORMAT = 1

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
