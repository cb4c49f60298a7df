"""What is handed to a channel, and what it can say to that."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """`id` is ours, for the provider to tell us about it again. `html` and `subject` are for e-mail alone.

    `worth`: a message that the provider could not pass on for so long is not to be passed on.
    """

    id: str
    to: str
    text: str
    subject: str = ""
    html: str | None = None
    worth: timedelta = timedelta(days=3)


class Answer(StrEnum):
    """UNKNOWN: it may have been taken. LATER: it was certainly not, and may be next time. REFUSED: nor will it be."""

    TAKEN = "TAKEN"
    REFUSED = "REFUSED"
    LATER = "LATER"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Handover:
    """`reason` is the provider's word or the kind of failure, never an address or a text."""

    answer: Answer
    provider_id: str | None = None
    reason: str | None = None


class Channel(Protocol):
    """`hand_over` never raises for what a provider does. At most `hands` of them are under way at once."""

    @property
    def hands(self) -> int: ...

    async def hand_over(self, message: Message) -> Handover: ...
