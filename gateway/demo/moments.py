"""When something happens in a story, said so that it makes sense at whatever hour the demo is built.

What is over happens on a day at an hour, as in life; what is still under way is told from now backwards.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class On:
    """`day` counts from the day on which the order was placed; the hour is the buyer's."""

    day: int
    hour: str


@dataclass(frozen=True, slots=True)
class Ago:
    """Before the moment at which the demo is built."""

    span: timedelta


@dataclass(frozen=True, slots=True)
class After:
    """After the order was placed."""

    span: timedelta


When = On | Ago | After


def ago(*, hours: float = 0, minutes: float = 0) -> Ago:
    return Ago(timedelta(hours=hours, minutes=minutes))


def after(*, hours: float = 0, minutes: float = 0) -> After:
    return After(timedelta(hours=hours, minutes=minutes))


@dataclass(frozen=True, slots=True)
class Times:
    """Turns what a story says into moments. `off` shifts its hours a little, so that no two stories keep step."""

    now: datetime
    zone: ZoneInfo
    off: timedelta = timedelta()

    def placed(self, when: When) -> datetime:
        """`On` counts from today here: On(-3, "10:00") is three days ago."""
        return self.of(when, self.now)

    def of(self, when: When, placed: datetime) -> datetime:
        match when:
            case On(day, hour):
                date = placed.astimezone(self.zone).date() + timedelta(days=day)
                local = datetime.combine(date, time.fromisoformat(hour), self.zone)
                return local.astimezone(self.now.tzinfo) + self.off
            case Ago(span):
                return self.now - span
            case After(span):
                return placed + span
