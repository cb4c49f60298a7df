"""What people are told: a notification is one event as one recipient hears of it; a delivery is one way it takes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.orders import NotificationChannel


class NotificationStatus(StrEnum):
    """QUEUED waits to be handed over; UNKNOWN was being handed over, and nobody knows how that ended."""

    QUEUED = "QUEUED"
    SUPPRESSED = "SUPPRESSED"
    SENT = "SENT"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Inbox:
    """Whose messages: all of a customer's, or those of one order, for whoever holds its link."""

    customer_id: str | None = None
    order_id: str | None = None

    @property
    def topic(self) -> str:
        """Under which the feed wakes those who watch this inbox."""
        return f"inbox:{self.customer_id or self.order_id}"


@dataclass(frozen=True, slots=True)
class Notification:
    """`title` and `body` are what was said, in the order's language; no word of them is about a person.

    `in_inbox`: the recipient finds it when they look, and is woken if they watch. Positions count within the order's
    and the customer's inbox; they are allotted when the row is written, in the order of the commits.
    """

    order_id: str
    sequence: int
    kind: str
    title: str
    body: str
    created_at: datetime
    customer_id: str | None = None
    in_inbox: bool = True
    order_position: int = 0
    customer_position: int | None = None
    read_at: datetime | None = None

    @property
    def id(self) -> str:
        return f"{self.order_id}/{self.sequence}"

    def position(self, inbox: Inbox) -> int:
        position = self.customer_position if inbox.customer_id is not None else self.order_position
        if position is None:
            raise ValueError("this notification is in no customer's inbox")
        return position


@dataclass(frozen=True, slots=True)
class Delivery:
    """There is one for each event, channel, recipient and template, whatever happens to it.

    `recipient` is the keyed hash of the address, which itself stays with the person's words. `attempts` counts
    hand-overs begun, `repeats` those begun although an earlier one may have succeeded. `attempted_at` is when the
    last one began.
    """

    id: str
    order_id: str
    sequence: int
    channel: NotificationChannel
    recipient: str
    template: str
    created_at: datetime
    status: NotificationStatus = NotificationStatus.QUEUED
    attempts: int = 0
    repeats: int = 0
    provider_id: str | None = None
    reason: str | None = None
    attempted_at: datetime | None = None
    sent_at: datetime | None = None
