"""What is to happen, by the moment at which it did."""

import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import count

from tests.flows.client import Rejected
from tests.flows.real.stage import Stage

Act = Callable[[], Awaitable[None]]


class Agenda:
    """Acts in the order of their moments, those of one moment in the order in which they were written down."""

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, str, Act]] = []
        self._numbers = count()
        self.complaints: list[str] = []

    def add(self, at: datetime, whose: str, act: Act) -> None:
        heapq.heappush(self._acts, (at, next(self._numbers), whose, act))

    async def live(self, stage: Stage) -> None:
        """Everything has happened; an act that went wrong is a complaint, and life goes on."""
        while self._acts:
            at, _, whose, act = heapq.heappop(self._acts)
            await stage.until(at)
            try:
                await act()
            except Rejected as no:
                self.complaints.append(f"{whose}: {no}")
            await stage.world.settle()
