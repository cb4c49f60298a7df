"""Things that happen by themselves later: planned in the ledger, done once each, also across a kill and restart."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from gateway.simulated.clock import Clock
from gateway.simulated.ledger import Ledger

Perform = Callable[[str, str, str, float], None]
log = logging.getLogger(__name__)


class Schedule:
    """Steps of objects, each with the moment it is due. A step and what it writes are one transaction."""

    def __init__(self, ledger: Ledger, clock: Clock, perform: Perform) -> None:
        self._ledger = ledger
        self._clock = clock
        self._perform = perform
        self._woken = asyncio.Event()

    def plan(self, object_: str, steps: Iterable[tuple[float, str, str]]) -> None:
        """(due, name, body) each; called inside the transaction that owes them."""
        for due, name, body in steps:
            self._ledger.execute(
                "INSERT INTO steps (object, name, body, due) VALUES (?, ?, ?, ?)", object_, name, body, due
            )
        self._woken.set()

    def forget(self, object_: str) -> int:
        """Steps of this object that are not done yet never will be."""
        return self._ledger.execute("DELETE FROM steps WHERE object = ? AND done_at IS NULL", object_)

    def catch_up(self) -> int:
        """Every step that is due has been done, in the order of their moments."""
        done = 0
        while self._do_next():
            done += 1
        return done

    def _do_next(self) -> bool:
        now = self._clock.now()
        with self._ledger.transaction():
            step = self._ledger.row(
                "SELECT * FROM steps WHERE done_at IS NULL AND due <= ? ORDER BY due, id LIMIT 1", now
            )
            if step is None:
                return False
            self._ledger.execute("UPDATE steps SET done_at = ? WHERE id = ?", now, step["id"])
            self._perform(step["object"], step["name"], step["body"], step["due"])
            return True

    def _pause(self) -> float:
        """Seconds until the next step; a second at most, because the machine's clock may be set meanwhile."""
        due = self._ledger.rows("SELECT min(due) FROM steps WHERE done_at IS NULL")[0][0]
        return 1.0 if due is None else min(1.0, max(0.0, float(due) - self._clock.now()))

    async def run(self) -> None:
        """Does each step at its moment, until cancelled."""
        while True:
            try:
                self.catch_up()
            except Exception:  # a step that fails stays due and is tried again; the program goes on serving
                log.exception("a planned step failed")
                await asyncio.sleep(1)
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), self._pause())
            except TimeoutError:
                continue
