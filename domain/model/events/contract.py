"""What every kind of event has, and what several of them tell."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class EventData:
    """What every kind of event has: its dotted name, and whether the buyer sees it."""

    type: ClassVar[str]
    public: ClassVar[bool] = True

    @property
    def is_public(self) -> bool:
        """Whether the buyer's timeline shows this one."""
        return self.public

    @property
    def is_announced(self) -> bool:
        """Whether those who tell people hear of it; they decide what there is to tell."""
        return self.is_public


@dataclass(frozen=True, slots=True)
class StartedTask:
    name: str
    action: str
