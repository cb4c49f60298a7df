"""Goods that come back: what, why, by which way, what of it arrived, and what it pays back.

A return lives in its order's document. Its refunds stand among the order's, under its id; amounts are minor units.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.flows import Flow
from domain.model.personal import PersonalRef
from domain.model.shipments import Shipment


class ReturnStatus(StrEnum):
    REQUESTED = "REQUESTED"
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    IN_TRANSIT = "IN_TRANSIT"
    RECEIVED = "RECEIVED"
    INSPECTED = "INSPECTED"
    CLOSED = "CLOSED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"


GIVEN_UP = frozenset({ReturnStatus.DECLINED, ReturnStatus.CANCELED, ReturnStatus.EXPIRED})
"""Nothing comes back, and its units are free for another return."""


class ReturnMethod(StrEnum):
    SHIP = "SHIP"
    DROP_OFF = "DROP_OFF"
    IN_STORE = "IN_STORE"
    COLLECTION = "COLLECTION"
    KEEP = "KEEP"


class ReturnResolution(StrEnum):
    REFUND = "REFUND"
    STORE_CREDIT = "STORE_CREDIT"
    EXCHANGE = "EXCHANGE"
    REPAIR = "REPAIR"


class ItemCondition(StrEnum):
    NEW = "NEW"
    OPENED = "OPENED"
    USED = "USED"
    DAMAGED = "DAMAGED"
    MISSING = "MISSING"


class Disposition(StrEnum):
    RESTOCK = "RESTOCK"
    REFURBISH = "REFURBISH"
    QUARANTINE = "QUARANTINE"
    DISCARD = "DISCARD"
    SEND_BACK = "SEND_BACK"


class RefundShipping(StrEnum):
    """What a return pays back of the way to the buyer: nothing, each unit its share, or all with the last unit."""

    NEVER = "NEVER"
    SHARE = "SHARE"
    WITH_LAST = "WITH_LAST"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What somebody found when they unpacked so many units. `restocked` once they are on the shelf again."""

    quantity: int
    condition: ItemCondition
    disposition: Disposition
    inspected_at: datetime
    location: str | None = None
    note: PersonalRef | None = None
    restocked: bool = False

    @property
    def is_here(self) -> bool:
        """The units arrived and stay."""
        return self.condition is not ItemCondition.MISSING and self.disposition is not Disposition.SEND_BACK


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """`amount` is what all its units pay back, the fee not taken off."""

    id: str
    line_id: str
    quantity: int
    reason: str
    resolution: ReturnResolution
    amount: int
    note: PersonalRef | None = None
    inspections: tuple[Inspection, ...] = ()

    @property
    def inspected(self) -> int:
        return sum(one.quantity for one in self.inspections)

    @property
    def here(self) -> int:
        """Units that arrived and stay."""
        return sum(one.quantity for one in self.inspections if one.is_here)

    @property
    def missing(self) -> int:
        return sum(one.quantity for one in self.inspections if one.condition is ItemCondition.MISSING)

    @property
    def arriving(self) -> int:
        """Units that came, or may still."""
        return self.quantity - self.missing

    @property
    def worth(self) -> int:
        """What these cost their buyer, paid back or not, the fee not taken off."""
        return self.amount * self.arriving // self.quantity

    @property
    def accepted(self) -> int:
        """Units that are paid back: all but those that did not arrive or go back to the buyer."""
        return self.quantity - (self.inspected - self.here)

    @property
    def owed(self) -> int:
        """What the accepted units pay back, the fee not taken off."""
        return self.amount * self.accepted // self.quantity


@dataclass(frozen=True, slots=True)
class Return:
    """`fee` and `refund_total` as promised when it was asked for; `destination` is where the goods are to go."""

    id: str
    number: str
    lines: tuple[ReturnLine, ...]
    method: ReturnMethod
    fee: int
    refund_total: int
    requested_at: datetime
    flow: Flow[ReturnStatus]
    destination: str | None = None
    note: PersonalRef | None = None
    expires_at: datetime | None = None
    decided_at: datetime | None = None
    decision_note: PersonalRef | None = None
    received_at: datetime | None = None
    shipments: tuple[Shipment, ...] = ()

    @property
    def status(self) -> ReturnStatus:
        return self.flow.status

    @property
    def is_given_up(self) -> bool:
        return self.status in GIVEN_UP

    @property
    def is_open(self) -> bool:
        """It still goes its way."""
        return not self.is_given_up and self.status is not ReturnStatus.CLOSED

    @property
    def is_inspected(self) -> bool:
        return all(line.inspected >= line.quantity for line in self.lines)

    @property
    def owed(self) -> int:
        """What it pays back as far as it is known: the accepted units, the fee taken off."""
        return max(sum(line.owed for line in self.lines) - self.fee, 0)

    def line(self, return_line_id: str) -> ReturnLine | None:
        return next((line for line in self.lines if line.id == return_line_id), None)

    def shipment(self, shipment_id: str) -> Shipment | None:
        return next((shipment for shipment in self.shipments if shipment.id == shipment_id), None)
